"""The demo federation: it starts, stops, and goes on where it was without publishing anything again."""

import json
import signal
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

from federation import PROGRAM, Api, free_port, run, wait_until

READY_SECONDS = 200  # what the demo itself allows for the whole catalogue, and its start
ALL_STOP_SECONDS = 20


class Demo(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.directory = Path(place.name) / "demo"
        self.ready = Path(place.name) / "ready.json"

    def round(self, port):
        """Starts it, waits for it, stops it. The entries that its first node held."""
        self.ready.unlink(missing_ok=True)
        demo = subprocess.Popen([PROGRAM, "demo", "--dir", str(self.directory), "--nodes", "2", "--base-port",
                                 str(port), "--ready-file", str(self.ready)], stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True)
        self.addCleanup(demo.stderr.close)
        try:
            wait_until(lambda: self.ready.exists() or demo.poll() is not None, "the demo is ready", READY_SECONDS)
            self.assertIsNone(demo.poll(), "it ended by itself")
            node = json.loads(self.ready.read_text())["nodes"][0]
            api = Api(port, node["token"])
            entries = api.ask("GET", "/api/v1/node").json["entries"]
            api.close()
        finally:
            demo.send_signal(signal.SIGTERM)
            status = demo.wait(timeout=ALL_STOP_SECONDS)
        self.assertEqual(status, 0)
        self.assertEqual(list(self.directory.glob("*/serving")), [], "a node was cut short")
        return entries

    def test_it_goes_on_where_it_was(self):
        port = free_port()
        first = self.round(port)
        self.assertGreater(first, 60)
        self.assertEqual(self.round(port), first)
        other = run("demo", "--nodes", "2", "--base-port", port + 8, directory=self.directory)
        self.assertEqual(other.returncode, 1)
        self.assertIn(str(port), other.stderr)

    def test_a_node_that_cannot_start_is_named_with_its_reason(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            done = run("demo", "--nodes", "1", "--base-port", port, directory=self.directory)
        self.assertEqual(done.returncode, 1, done)
        reason = done.stderr.strip().splitlines()[-1]
        self.assertIn(str(self.directory / "lv.log"), reason)
        self.assertIn(f"127.0.0.1:{port}", reason)


if __name__ == "__main__":
    unittest.main()
