"""An import that is cut off in the middle, by whatever: the same command goes on, nothing comes twice, nothing is lost."""

import csv
import json
import os
import pty
import re
import signal
import subprocess
import threading
import unittest

from federation import PROGRAM, FederationTest, found, run_well, wait_until

RECORDS = 3000
PROGRESS = re.compile(r"publishing .*: (\d+) of (\d+)")


class Importing:
    """A `hansa import` under way; what it says comes in as it says it."""

    def __init__(self, node, file, stderr=subprocess.PIPE):
        words = [PROGRAM, "import", "--json", "--kind", "organisation", "--language", "en", "--system", "register",
                 str(file), "--dir", str(node.directory)]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=stderr)
        self.said = b""
        self.threads = [threading.Thread(target=self._read, args=(self.process.stderr,), daemon=True)] if self.process.stderr else []
        self.answer = b""
        self.threads.append(threading.Thread(target=self._read_answer, daemon=True))
        for thread in self.threads:
            thread.start()

    def read_terminal(self, end):
        thread = threading.Thread(target=self._read, args=(end,), daemon=True)
        self.threads.append(thread)
        thread.start()

    def _read(self, stream):
        try:
            while part := os.read(stream if isinstance(stream, int) else stream.fileno(), 65536):
                self.said += part
        except OSError:
            pass  # A terminal whose other end is closed.

    def _read_answer(self):
        self.answer = self.process.stdout.read()

    def text(self):
        return self.said.decode(errors="replace")

    def published(self):
        told = PROGRESS.findall(self.text())
        return int(told[-1][0]) if told else 0

    def wait_in_the_middle(self):
        """Some of the records are published, and not all."""
        wait_until(lambda: self.published() or self.process.poll() is not None, "the first progress", 120, every=0.002)

    def wait_end(self):
        status = self.process.wait(120)
        for thread in self.threads:
            thread.join(30)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return status


class InterruptedImport(FederationTest):
    def setUp(self):
        super().setUp()
        self.node_ = self.node("Latvija", "LV", own_organisation=True)
        found("Test", [self.node_])
        self.file = self.folder / "register.csv"
        with open(self.file, "w", encoding="utf-8", newline="") as table:
            rows = csv.writer(table)
            rows.writerow(["importedFrom.id", "name", "orgType", "country"])
            rows.writerows([f"R-{number}", f"Biedrība nr. {number}", "ngo", "LV"] for number in range(RECORDS))
        self.node_.start()
        wait_until(lambda: self.node_.about()["organisation"], "the node's own organisation")

    def held(self):
        """How often each of the document's records is in the catalogue, and how often it was told in the feed."""
        wait_until(lambda: self.node_.get("/api/v1/records?limit=1")["index"]["behind"] == 0, "the index to follow")
        keys = {}
        for page in self.pages("/api/v1/records?kind=organisation&limit=200", "cursor"):
            for record in page["items"]:
                if "importedFrom" in record:
                    keys.setdefault(record["importedFrom"]["id"], []).append(record["id"])
        told = [change["record"] for page in self.pages("/api/v1/changes?limit=1000", "since") for change in page["items"]]
        self.assertEqual([key for key, ids in keys.items() if len(ids) > 1], [], "imported twice")
        imported = {ids[0] for ids in keys.values()}
        self.assertEqual(sum(record in imported for record in told), len(imported), "published twice")
        return set(keys)

    def pages(self, path, cursor):
        page = self.node_.get(path)
        yield page
        while page["next"] and page["items"]:
            page = self.node_.get(f"{path}&{cursor}={page['next']}")
            yield page

    def document(self, *options):
        done = run_well("import", "--json", "--kind", "organisation", "--language", "en", "--system", "register",
                        *options, self.file, directory=self.node_.directory, timeout=240)
        return json.loads(done.stdout)["totals"]

    def resume(self, at_least):
        """What was told to be published is there; the same command publishes the rest, and then nothing."""
        before = len(self.held())
        self.assertGreaterEqual(before, at_least)
        self.assertLess(before, RECORDS, "the import was over before it was interrupted")
        self.assertEqual(self.document("--dry-run"), {"created": RECORDS - before, "unchanged": before})
        self.assertEqual(len(self.held()), before)
        self.assertEqual(self.document(), {"created": RECORDS - before, "unchanged": before})
        self.assertEqual(self.held(), {f"R-{number}" for number in range(RECORDS)})
        self.assertEqual(self.document(), {"unchanged": RECORDS})
        self.assertEqual(self.node_.stop()[0], 0)
        self.verify_clean(self.node_)

    def test_kill_nine_of_the_node(self):
        importing = Importing(self.node_, self.file)
        importing.wait_in_the_middle()
        self.node_.kill()
        self.assertEqual(importing.wait_end(), 1, importing.text())
        self.assertIn("did not answer", importing.text())
        self.assertIn("the same command goes on with the others", importing.text())
        self.node_.start()
        self.resume(importing.published())

    def test_control_c_of_the_command_at_a_terminal(self):
        ours, theirs = pty.openpty()
        importing = Importing(self.node_, self.file, stderr=theirs)
        os.close(theirs)
        importing.read_terminal(ours)
        importing.wait_in_the_middle()
        importing.process.send_signal(signal.SIGINT)
        self.assertEqual(importing.wait_end(), 1, importing.text())
        os.close(ours)
        stopped = re.search(r"stopped: (\d+) records were published\. The same command goes on with the others", importing.text())
        self.assertTrue(stopped, importing.text())
        self.assertIn("\r\033[K", importing.text())  # one line, written over
        published = int(stopped[1])
        # What it says of each record is what is so.
        answer = json.loads(importing.answer)
        self.assertEqual(answer["totals"], {"created": published, "left": RECORDS - published})
        self.assertEqual({one["key"].split("/")[1] for one in answer["records"] if one["done"]}, self.held())
        self.resume(published)

    def test_kill_nine_of_a_command_that_opened_the_directory_itself(self):
        self.assertEqual(self.node_.stop()[0], 0)
        importing = Importing(self.node_, self.file)
        importing.wait_in_the_middle()
        importing.process.kill()
        self.assertEqual(importing.wait_end(), -signal.SIGKILL)
        self.node_.start()
        self.resume(importing.published())


if __name__ == "__main__":
    unittest.main()
