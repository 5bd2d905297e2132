"""Backup and restore: nothing that was published is lost, nothing is written twice under one number, and what is
interrupted leaves the older backups as they were."""

import json
import shutil
import signal
import subprocess
import unittest

from federation import PROGRAM, FederationTest, found, free_port, organisation, run, run_well, wait_agree, wait_until


def bytes_in(folder):
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


class Backups(FederationTest):
    def backup(self, node, *options):
        return json.loads(run_well("backup", self.place, "--json", *options, directory=node.directory).stdout)

    def setUp(self):
        super().setUp()
        self.place = self.folder / "backups"

    def numbers(self):
        return [note["number"] for note in
                json.loads(run_well("backup", "--list", "--json", self.place,
                                    directory=self.folder).stdout)["items"]]

    def phrase_of(self, node):
        file = self.folder / "phrase"
        file.write_text(node.made["recovery"] + "\n")
        return file

    def test_a_destroyed_node_comes_back_with_what_it_published_after_the_backup(self):
        nodes = self.three()
        lost, other, third = nodes
        kept = [lost.publish(organisation(f"before {i}"))["id"] for i in range(20)]
        wait_agree(nodes)
        status = self.backup(lost)  # while it serves
        self.assertEqual(status["state"], "done")
        note = json.loads((self.place / "1" / "backup.json").read_text())
        self.assertEqual(note["number"], 1)
        self.assertEqual(note["nodeKey"], lost.about()["nodeKey"])
        after = [lost.publish(organisation(f"after {i}"))["id"] for i in range(100)]
        wait_agree(nodes)
        lost.kill()
        shutil.rmtree(lost.directory)

        told = json.loads(run_well("restore", self.place, "--recovery-phrase-file", self.phrase_of(lost), "--json",
                                   directory=lost.directory).stdout)
        self.assertEqual(told["backup"], 1)
        lost.token = (lost.directory / "operator.token").read_text().strip()
        lost.start()
        wait_agree(nodes)
        for record in kept + after:
            self.assertIsNotNone(lost.shows(record))
        self.assertEqual(lost.about()["log"]["epoch"], 2)
        again = lost.publish(organisation("after the restore"))["id"]
        wait_agree(nodes)
        for node in (other, third):
            self.assertIsNotNone(node.shows(again))
        for node in nodes:
            self.assertEqual(node.stop()[0], 0)
            self.verify_clean(node)

    def test_two_copies_of_a_node_go_separate_ways_and_nothing_is_lost(self):
        # With the highest key: the others' links to it are those that stay when two cross.
        nodes = sorted(self.three(), key=lambda node: node.about()["nodeKey"], reverse=True)
        first, other, third = nodes
        self.assertIsNotNone(first.publish(organisation("before")))
        wait_agree(nodes)
        # As it lies on the disk, while the node runs; nothing writes just now.
        copied = self.folder / "copy"
        subprocess.run(["cp", "-a", first.directory, copied], check=True)
        (copied / "serving").unlink()
        settings = (copied / "hansa.toml").read_text()
        for port in (first.admin_port, first.link_port):
            settings = settings.replace(str(port), str(free_port()))
        (copied / "hansa.toml").write_text(settings)
        for directory, name in ((first.directory, "in the first"), (copied, "in the copy")):
            file = self.folder / "record.json"
            file.write_text(json.dumps(organisation(name)))
            run_well("publish", file, directory=directory)
        with open(self.folder / "copy.log", "ab") as log:
            copy = subprocess.Popen([PROGRAM, "serve", "--dir", str(copied)], stdout=log, stderr=log)
        self.addCleanup(copy.wait)
        self.addCleanup(copy.kill)

        def names(node):
            items = node.get("/api/v1/records?kind=organisation&limit=200")["items"]
            return {item["content"].get("name", {}).get("en") for item in items}  # a payload may be on its way
        wanted = {"before", "in the first", "in the copy"}
        # The two push each other out until their pauses are longer than the half minute for which own entries wait.
        wait_until(lambda: all(wanted <= names(node) for node in (other, third)), "both records on the others", 300)
        wait_until(lambda: any(alarm["code"] == "key_in_use_elsewhere"
                               for alarm in first.get("/api/v1/alarms")["items"]), "an alarm on the first")
        copy.send_signal(signal.SIGTERM)
        copy.wait(30)
        wait_agree(nodes)
        self.assertLessEqual(wanted, names(first))
        for node in nodes:
            self.assertEqual(node.stop()[0], 0)
            self.verify_clean(node)

    def test_another_nodes_folder_is_refused_and_what_was_cut_short_is_in_nobodys_way(self):
        one, other = self.node("Latvija", "LV"), self.node("Lietuva", "LT")
        found("Alone", [one])
        found("Alone, too", [other])
        self.place.mkdir()
        (self.place / "hansa-backup.new").write_text("")  # killed while it wrote the first file
        self.backup(one)
        refused = run("backup", self.place, directory=other.directory)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("another node", refused.stderr)
        self.assertEqual(self.numbers(), [1])
        for name in ("7.gone", "8.new"):  # killed while it removed one, while it made one
            (self.place / name).mkdir()
        self.backup(one)
        self.assertEqual(self.numbers(), [1, 2])
        self.assertEqual([entry.name for entry in self.place.iterdir() if entry.suffix in (".gone", ".new")], [])

    def test_without_the_phrase_the_node_has_a_new_key_and_all_records(self):
        node = self.node("Latvija", "LV")
        found("Alone", [node])
        node.start()
        record = node.publish(organisation("kept"))["id"]
        key = node.about()["nodeKey"]
        self.backup(node)
        node.stop()
        shutil.rmtree(node.directory)
        told = json.loads(run_well("restore", self.place, "--json", directory=node.directory).stdout)
        self.assertEqual(len(told["recovery"].split()), 16)
        node.token = (node.directory / "operator.token").read_text().strip()
        node.start()
        self.assertIsNotNone(node.shows(record))
        self.assertNotEqual(node.about()["nodeKey"], key)
        refused = node.ask("POST", "/api/v1/records", organisation("not yet"))
        self.assertEqual(refused.json["code"], "not_a_publisher", refused)

    def test_what_goes_wrong_is_said_and_changes_nothing(self):
        node = self.node("Latvija", "LV")
        found("Faults", [node])
        self.backup(node)  # stopped
        wrong = self.folder / "wrong"
        wrong.write_text("abandon " * 15 + "about")
        elsewhere = self.folder / "elsewhere"
        for words, why in (
                (("backup", node.directory / "inside"), "own directory"),
                (("backup", self.folder), "is no backup"),
                (("backup", "/proc/none"), "cannot be made"),
                (("backup", self.place, "--keep", "0"), "--keep")):
            done = run(*words, directory=node.directory)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(why, done.stderr)
        for words, directory, why in (
                ((), node.directory, "not empty"),
                (("--backup", "9"), elsewhere, "no backup 9"),
                (("--recovery-phrase-file", wrong), elsewhere, "phrase")):
            done = run("restore", self.place, *words, directory=directory)
            self.assertEqual(done.returncode, 1)
            self.assertIn(why, done.stderr)
        done = run("restore", self.folder, directory=elsewhere)
        self.assertIn("no folder of backups", done.stderr)
        self.assertFalse(elsewhere.exists())
        note = self.place / "1" / "backup.json"
        expired = json.loads(note.read_text())
        expired["expires"] = "2026-01-01T00:00:00Z"
        note.write_text(json.dumps(expired))
        done = run("restore", self.place, directory=elsewhere)
        self.assertIn("expired", done.stderr)
        run_well("restore", self.place, "--expired-too", directory=elsewhere)

    def killed_while_restoring(self, directory, words):
        """A restore that is killed as soon as it has begun to write; whether it was before its end."""
        with subprocess.Popen([PROGRAM, "restore", *words, "--dir", str(directory)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while process.poll() is None and not (directory / "unfinished").exists():
                pass
            process.kill()
        return (directory / "unfinished").exists()

    def test_a_killed_restore_is_no_node_and_is_begun_anew(self):
        node = self.node("Latvija", "LV")
        found("Killed", [node])
        self.backup(node)
        words = [str(self.place), "--recovery-phrase-file", str(self.phrase_of(node))]
        directories = (self.folder / f"killed {attempt}" for attempt in range(50))
        directory = next(d for d in directories if self.killed_while_restoring(d, words))
        for command in ("serve", "verify"):
            done = run(command, directory=directory)
            self.assertEqual(done.returncode, 1)
            self.assertIn("not finished", done.stderr)
        mine = directory / "notes"  # nothing that `restore` makes is called so
        mine.write_text("written by somebody")
        self.assertIn("not empty", run("restore", *words, directory=directory).stderr)
        self.assertEqual(mine.read_text(), "written by somebody")
        mine.unlink()
        run_well("restore", *words, directory=directory)
        self.assertFalse((directory / "unfinished").exists())
        report = json.loads(run_well("verify", "--json", directory=directory, timeout=120).stdout)
        self.assertTrue(report["clean"], report)

    def test_a_damaged_note_is_named_and_in_nobodys_way(self):
        node = self.node("Latvija", "LV")
        found("Damaged", [node])
        self.backup(node)
        self.backup(node)
        (self.place / "2" / "backup.json").write_text("{")
        listed = run_well("backup", self.place, "--list", "--json", directory=node.directory)
        self.assertEqual([note["number"] for note in json.loads(listed.stdout)["items"]], [1])
        self.assertIn("2/backup.json", listed.stderr)
        self.backup(node, "--keep", "1")
        self.assertEqual(self.numbers(), [3])
        self.assertTrue((self.place / "2").exists())
        restored = run_well("restore", self.place, directory=self.folder / "restored")
        self.assertIn("warning", restored.stderr)
        done = run("restore", self.place, "--backup", "2", directory=self.folder / "other")
        self.assertIn("damaged", done.stderr)

    def test_only_so_many_are_kept_and_secrets_are_not_among_them(self):
        node = self.node("Latvija", "LV")
        found("Keeping", [node])
        for _ in range(4):
            self.backup(node, "--keep", "2")
        self.assertEqual(self.numbers(), [3, 4])
        # What has expired goes with the next one.
        note = self.place / "4" / "backup.json"
        expired = json.loads(note.read_text())
        expired["expires"] = "2026-01-01T00:00:00Z"
        note.write_text(json.dumps(expired))
        self.backup(node)
        self.assertEqual(self.numbers(), [3, 5])
        secrets = [(node.directory / name).read_text().strip().encode() for name in ("node.key", "operator.token")]
        for file in self.place.rglob("*"):
            if not file.is_file():
                continue
            self.assertNotIn("host", file.parts)
            for secret in secrets:
                self.assertNotIn(secret, file.read_bytes())
                self.assertNotIn(bytes.fromhex(secret.decode()), file.read_bytes())
        self.assertEqual(self.place.stat().st_mode & 0o777, 0o700)

    def test_an_interrupted_backup_leaves_the_older_ones(self):
        node = self.node("Latvija", "LV")
        found("Interrupted", [node])
        node.start()
        for i in range(200):
            node.publish(organisation(f"record {i}", description="long " * 500))
        self.backup(node)
        begin = bytes_in(self.place)
        self.assertGreater(begin, 100_000)
        for i in range(200):
            node.publish(organisation(f"more {i}", description="long " * 500))
        for _ in range(5):
            answer = node.ask("POST", "/api/v1/backups", {"destination": str(self.place)})
            self.assertEqual(answer.status, 202)
            node.kill()
            node.start()
            self.assertIn(1, self.numbers())
        self.backup(node)
        restored = self.folder / "restored"
        run_well("restore", self.place, "--backup", "1", directory=restored)
        report = json.loads(run_well("verify", "--json", directory=restored, timeout=120).stdout)
        self.assertTrue(report["clean"], report)


if __name__ == "__main__":
    unittest.main()
