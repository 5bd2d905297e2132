"""A member of the federation, its key in the charter, that misbehaves: cut off for a counted reason, in bounded memory,
while the honest link goes on."""

import os
import subprocess
import unittest
from pathlib import Path

from federation import FederationTest, organisation, run_well, wait_agree, wait_until

MEMBER = os.environ.get("HANSA_HOSTILE_MEMBER",
                        str(Path(__file__).resolve().parents[2] / "build" / "tests" / "system" / "hansa_hostile_member"))
SEED = "a member that does not mean well"
PEAK_BYTES_MAX = 64 << 20  # above what the node had before, as docs/protocol.md says under "Memory"
ASSAULT_SECONDS = 60


class HostileMember(FederationTest):
    def setUp(self):
        super().setUp()
        self.lv = self.node("Latvija", "LV")
        self.lt = self.node("Lietuva", "LT")
        card = subprocess.run([MEMBER, "card", SEED], check=True, capture_output=True, text=True).stdout.strip()
        run_well("federation", "found", "--name", "Betrayed", "--partner", self.lt.made["card"], "--partner", card,
                 directory=self.lv.directory)
        self.charter = self.lv.directory / "charter.txt"
        run_well("charter", "accept", self.charter, directory=self.lt.directory)
        self.lv.start()
        self.lt.start()
        wait_until(lambda: self.lt.peers()["LV"]["state"] == "live", "the honest link")

    def peak_bytes(self, node):
        for line in Path(f"/proc/{node.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("no VmHWM")

    def assault(self, node, name, metric):
        """It ends because the node ended it, for the reason that the metric counts."""
        before = node.metric(metric)
        done = subprocess.run([MEMBER, name, str(node.link_port), SEED, str(self.charter)], capture_output=True, text=True,
                              timeout=ASSAULT_SECONDS)
        self.assertEqual(done.returncode, 0, f"{name}: {done.stderr}")
        wait_until(lambda: node.metric(metric) > before, f"{name} counted in {metric}", 10)

    def test_assaults(self):
        wanted = [("bomb", 'hansa_refusals_total{reason="inflated_too_large"}'),
                  ("names", 'hansa_refusals_total{reason="limit_exceeded"}'),
                  ("echoes", 'hansa_link_ends_total{reason="slow_peer"}')]
        for node in (self.lv, self.lt):
            for name, metric in wanted:
                before = node.resident_bytes()
                self.assault(node, name, metric)
                growth = self.peak_bytes(node) - before
                print(f"{node.name}, {name}: peak {growth / (1 << 20):.1f} MiB above the {before / (1 << 20):.1f} before",
                      flush=True)
                self.assertLess(growth, PEAK_BYTES_MAX)
        made = self.lv.publish(organisation("Published under fire"))
        wait_until(lambda: self.lt.shows(made["id"]), "an honest record")
        wait_agree([self.lv, self.lt])
        for name, metric in wanted:
            self.assertEqual(self.lv.metric(metric), self.lt.metric(metric), f"{name} is counted alike on both")


if __name__ == "__main__":
    unittest.main()
