"""A node that finds itself on another store than it wrote last begins a new epoch: nothing is written twice under one
number, and nothing is lost."""

import copy
import json
import shutil
import subprocess
import unittest

from federation import FederationTest, found, free_port, organisation, run_well, wait_agree, wait_until


class Epochs(FederationTest):
    def status(self, directory):
        return json.loads(run_well("status", "--json", directory=directory).stdout)

    def publish(self, directory, name):
        file = self.folder / "record.json"
        file.write_text(json.dumps(organisation(name)))
        run_well("publish", file, directory=directory)

    def reason(self, directory):
        return [alarm["params"]["reason"] for alarm in self.status(directory)["alarms"] if alarm["code"] == "new_epoch"]

    def test_a_copied_directory_goes_on_in_an_epoch_of_its_own(self):
        node = self.node("Latvija", "LV")
        found("Copies", [node])
        self.publish(node.directory, "before")
        before = self.status(node.directory)["log"]
        self.assertEqual(before["epoch"], 1)

        whole = self.folder / "whole"
        subprocess.run(["cp", "-a", node.directory, whole], check=True)
        part = self.folder / "part"
        shutil.copytree(node.directory, part, ignore=shutil.ignore_patterns("host"))
        for other, reason in ((whole, "other_store"), (part, "host_file_absent")):
            self.publish(other, "in the copy")
            after = self.status(other)["log"]
            self.assertEqual(after["epoch"], 2)
            self.assertNotEqual(after["id"], before["id"])
            self.assertEqual(self.reason(other), [reason])
        # The copy is a node like any other from then on, and the first one never noticed.
        self.publish(whole, "once more")
        self.assertEqual(self.status(whole)["log"]["epoch"], 2)
        self.publish(node.directory, "after")
        self.assertEqual(self.status(node.directory)["log"],
                         {"id": before["id"], "epoch": 1, "sequence": before["sequence"] + 1})
        self.assertEqual(self.reason(node.directory), [])

    def test_a_store_that_was_put_back_to_an_earlier_day_is_noticed(self):
        node = self.node("Latvija", "LV")
        found("Yesterday", [node])
        self.publish(node.directory, "yesterday")
        store = node.directory / "store"
        kept = self.folder / "kept"
        subprocess.run(["cp", "-a", store, kept], check=True)
        self.publish(node.directory, "today")
        # In place: the directory keeps its inode, only its files are the old ones.
        for file in store.iterdir():
            file.unlink()
        for file in kept.iterdir():
            shutil.copy2(file, store / file.name)
        self.publish(node.directory, "tomorrow")
        self.assertEqual(self.status(node.directory)["log"]["epoch"], 2)
        self.assertEqual(self.reason(node.directory), ["store_behind"])

    def test_the_host_file_is_private_and_a_damaged_one_is_not_believed(self):
        node = self.node("Latvija", "LV")
        found("Damage", [node])
        host = node.directory / "host"
        file = host / "epoch"
        self.assertEqual(host.stat().st_mode & 0o777, 0o700)
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        self.publish(node.directory, "before")
        sequence = self.status(node.directory)["log"]["sequence"]
        self.assertEqual(file.read_text().splitlines()[1], f"sequence {sequence:020}")
        file.write_text(file.read_text().replace("sequence 0", "sequence x"))
        self.publish(node.directory, "after")
        self.assertEqual(self.reason(node.directory), ["host_file_damaged"])

    def twin_of(self, node):
        """A copy of a stopped node's directory, as a node with ports of its own."""
        twin = copy.copy(node)
        twin.directory = self.folder / "twin"
        subprocess.run(["cp", "-a", node.directory, twin.directory], check=True)
        twin.name = node.name + " (copy)"
        twin.admin_port, twin.link_port = free_port(), free_port()
        twin.log_file = self.folder / "twin.log"
        twin.set("listen", f'"127.0.0.1:{twin.admin_port}"', section="admin")
        twin.set("listen", f'"127.0.0.1:{twin.link_port}"', section="link")
        self.nodes.append(twin)
        return twin

    def alarms(self, node):
        return {alarm["code"] for alarm in node.get("/api/v1/alarms")["items"]}

    def test_a_copy_that_runs_beside_the_original_loses_and_forks_nothing(self):
        lv, lt = self.node("Latvija", "LV"), self.node("Lietuva", "LT")
        found("Twins", [lv, lt])
        lv.start()
        lt.start()
        records = [lv.publish(organisation(f"before {number}"))["id"] for number in range(3)]
        wait_agree([lv, lt])
        lv.stop()
        twin = self.twin_of(lv)
        lv.start()
        twin.start()
        self.assertEqual((lv.about()["log"]["epoch"], twin.about()["log"]["epoch"]), (1, 2))
        for number in range(3):
            records.append(lv.publish(organisation(f"original {number}"))["id"])
            records.append(twin.publish(organisation(f"copy {number}"))["id"])
        wait_until(lambda: all(lt.shows(record) for record in records), "the third node shows what both wrote")
        for node in (lv, twin):
            wait_until(lambda: "key_in_use_elsewhere" in self.alarms(node), f"{node.name} knows of the other")
        twin.stop()
        records.append(lv.publish(organisation("after"))["id"])
        wait_agree([lv, lt])
        self.assertTrue(all(lv.shows(record) for record in records))
        self.assertNotIn("log_forked", self.alarms(lt))
        for node in (lv, lt, twin):
            if node.process is not None:
                node.stop()
            self.verify_clean(node)


if __name__ == "__main__":
    unittest.main()
