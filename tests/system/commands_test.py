"""The commands of an operator, on a node that is stopped and on one that serves: what they print and how they end."""

import json
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from federation import PROGRAM, STOP_SECONDS, free_port, run, run_well, wait_until


class Commands(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.directory = Path(place.name) / "node"

    def init(self, *options):
        return run("init", "--name", "Cēsu novada pašvaldība", "--country", "LV", "--admin-listen",
                   f"127.0.0.1:{free_port()}", "--link-listen", f"127.0.0.1:{free_port()}", *options,
                   directory=self.directory)

    def test_a_missing_option_is_wrong_usage(self):
        self.assertEqual(run("init", directory=self.directory).returncode, 2)
        self.assertEqual(run("unknown-command").returncode, 2)

    def test_users_and_tokens_are_added_listed_and_removed(self):
        self.assertEqual(self.init().returncode, 0)
        password = run_well("user", "add", "ilze", "--role", "editor", "--language", "lv", directory=self.directory)
        self.assertGreaterEqual(len(password.stdout.strip()), 10)
        listed = run_well("user", "list", directory=self.directory).stdout.splitlines()
        self.assertEqual([line.split()[:2] for line in sorted(listed)], [["admin", "admin"], ["ilze", "editor"]])
        secret = run_well("token", "add", "monthly report", "--role", "reader", directory=self.directory).stdout
        tokens = json.loads(run_well("token", "list", "--json", directory=self.directory).stdout)["items"]
        self.assertEqual([(token["label"], token["role"]) for token in tokens], [("monthly report", "reader")])
        line = run_well("token", "list", directory=self.directory).stdout
        self.assertIn("monthly report", line)
        self.assertIn(tokens[0]["id"], line)
        self.assertNotIn(secret.strip().rsplit("_", 1)[1], line)
        run_well("token", "remove", tokens[0]["id"], directory=self.directory)
        run_well("user", "remove", "ilze", directory=self.directory)
        self.assertEqual(run_well("token", "list", directory=self.directory).stdout, "")
        last = run("user", "remove", "admin", directory=self.directory)
        self.assertEqual(last.returncode, 1)
        self.assertIn("last administrator", last.stderr)

    def test_without_a_charter_a_node_says_what_to_do(self):
        self.assertEqual(self.init().returncode, 0)
        self.assertIn("hansa-card-1:", run_well("status", directory=self.directory).stdout)
        for command in [("charter", "show"), ("verify",)]:
            done = run(*command, directory=self.directory)
            self.assertEqual(done.returncode, 1)
            self.assertIn("charter", done.stderr)

    def test_signals_that_come_while_it_stops_do_not_cut_the_stop_short(self):
        self.assertEqual(self.init().returncode, 0)
        served = subprocess.Popen([PROGRAM, "serve", "--dir", str(self.directory)], stderr=subprocess.PIPE, text=True)
        self.addCleanup(served.stderr.close)
        self.addCleanup(served.kill)
        wait_until(lambda: (self.directory / "serving").exists() or served.poll() is not None, "the node serves")
        served.send_signal(signal.SIGTERM)
        while "event=stopping" not in (line := served.stderr.readline()):
            self.assertNotEqual(line, "", "it ended without saying that it stops")
        deadline = time.monotonic() + STOP_SECONDS
        while served.poll() is None and time.monotonic() < deadline:
            served.send_signal(signal.SIGTERM)
        self.assertEqual(served.poll(), 0)
        self.assertFalse((self.directory / "serving").exists())


if __name__ == "__main__":
    unittest.main()
