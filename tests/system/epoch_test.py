"""A node that finds itself on another store than it wrote last begins a new epoch: nothing is written twice under one
number, and nothing is lost."""

import json
import shutil
import subprocess
import unittest

from federation import FederationTest, found, organisation, run_well


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
        for copy, reason in ((whole, "other_store"), (part, "host_file_absent")):
            self.publish(copy, "in the copy")
            after = self.status(copy)["log"]
            self.assertEqual(after["epoch"], 2)
            self.assertNotEqual(after["id"], before["id"])
            self.assertEqual(self.reason(copy), [reason])
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


if __name__ == "__main__":
    unittest.main()
