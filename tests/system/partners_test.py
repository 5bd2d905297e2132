"""Partners change: one takes over another, leaves, comes back, is an observer for a time, loses its only node."""

import shutil
import subprocess
import unittest
from urllib.parse import quote

from federation import PROGRAM, organisation, practice, run_well, wait_agree, wait_until
from three_signers import ThreeSigners

SUMMARY = {"en": "For a year a neighbour helps a family that has just arrived to find its way in the town."}


def path_of(record):
    return f"/api/v1/records/{quote(record)}"


class PartnersTest(ThreeSigners):
    def publish_practice(self, node, title):
        lead = node.publish(organisation(node.name, node.country))["id"]
        return node.publish(practice(lead, {"en": title}, SUMMARY, node.country))

    def revise(self, node, record, title):
        shown = node.shows(record)
        changed = practice(shown["content"]["lead"], {"en": title}, SUMMARY, "LT")
        return node.ask("PUT", path_of(record), changed, {"If-Match": f'"{shown["revision"]}"'})

    def wait_title(self, nodes, record, title):
        for node in nodes:
            wait_until(lambda: (node.shows(record) or {"content": {"title": {}}})["content"]["title"].get("en") == title,
                       f"{title} on {node.name}")

    def test_a_municipality_is_taken_over_leaves_and_comes_back(self):
        nodes = self.federation()
        latvia, lithuania, finland = nodes
        record = self.publish_practice(lithuania, "Neighbours")["id"]
        wait_agree(nodes)
        self.assertEqual(self.revise(latvia, record, "Taken over").status, 403)
        new, old = latvia.about()["partner"], lithuania.about()["partner"]
        # Who left is linked with no more: whether it hears of it is up to chance.
        others = [latvia, finland]
        self.decide(nodes, "--successor", new, old, "--leave", old, among=others)
        for node in others:
            left = [one for one in node.get("/api/v1/charter")["partners"] if one["id"] == old][0]
            self.assertEqual((left["status"], left["records"]), ("left", "stay"))
        self.wait_title(others, record, "Neighbours")
        self.assertEqual(self.revise(finland, record, "Not mine").status, 403)
        self.assertEqual(self.revise(latvia, record, "Taken over").status, 200)
        self.wait_title(others, record, "Taken over")

        self.decide(nodes, "--return", old)
        self.wait_title(nodes, record, "Taken over")
        again = lithuania.publish(organisation("Vilnius again", "LT"))["id"]
        for node in others:
            wait_until(lambda: node.shows(again), f"what it publishes after it came back, on {node.name}")
        wait_agree(nodes)

    def test_records_of_who_left_are_hidden_and_come_back(self):
        nodes = self.federation()
        latvia, lithuania, finland = nodes
        record = self.publish_practice(lithuania, "Neighbours")["id"]
        wait_agree(nodes)
        partner = lithuania.about()["partner"]
        self.decide(nodes, "--leave", partner, "--records", "hidden", among=[latvia, finland])
        for node in (latvia, finland):
            wait_until(lambda: node.shows(record) is None, f"it is hidden on {node.name}")
            self.assertEqual(node.get("/api/v1/records?q=neighbours&status=any")["total"], 0)
        self.decide(nodes, "--return", partner)
        self.wait_title(nodes, record, "Neighbours")
        wait_agree(nodes)

    def test_an_observer_for_a_time(self):
        nodes = self.federation()
        latvia, lithuania, finland = nodes
        record = self.publish_practice(lithuania, "Neighbours")["id"]
        wait_agree(nodes)
        partner = lithuania.about()["partner"]
        self.decide(nodes, "--set-role", partner, "observer")
        self.assertEqual(lithuania.ask("POST", "/api/v1/records", organisation("Kaunas", "LT")).status // 100, 4)
        self.wait_title(nodes, record, "Neighbours")
        self.decide(nodes, "--set-role", partner, "member")
        later = lithuania.publish(organisation("Kaunas", "LT"))["id"]
        for node in (latvia, finland):
            wait_until(lambda: node.shows(later), f"what it publishes as a member again, on {node.name}")
        wait_agree(nodes)

    def test_a_partner_that_lost_its_only_node_keeps_its_id_and_its_records(self):
        nodes = self.federation()
        latvia, lithuania, finland = nodes
        record = self.publish_practice(lithuania, "Neighbours")["id"]
        wait_agree(nodes)
        partner, key = lithuania.about()["partner"], lithuania.about()["nodeKey"]
        lithuania.kill()
        shutil.rmtree(lithuania.directory)
        fresh = self.node("Lietuva again", "LT")
        self.decide(nodes, "--rotate", key, fresh.made["card"], among=[latvia, finland])
        line = run_well("invite", directory=latvia.directory).stdout.strip()
        joined = subprocess.run([PROGRAM, "join", line, "--dir", str(fresh.directory)], capture_output=True, text=True,
                                timeout=120, check=False)
        self.assertEqual(joined.returncode, 0, joined.stderr)
        fresh.start()
        self.assertEqual(fresh.about()["partner"], partner)
        self.wait_title([fresh], record, "Neighbours")
        wait_until(lambda: self.revise(fresh, record, "Neighbours, second year").status == 200, "it may revise its record")
        self.wait_title([latvia, finland, fresh], record, "Neighbours, second year")
        wait_agree([latvia, finland, fresh])


if __name__ == "__main__":
    unittest.main()
