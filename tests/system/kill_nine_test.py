"""kill -9 of random nodes while all publish and sync: nothing acknowledged is lost, no sequence is used twice.

HANSA_KILLS says how often (10 if unset, about a second each); HANSA_SEED repeats a run's choices. The long run:

    HANSA_KILLS=100 ctest --test-dir build -R system.kill_nine --timeout 1800 -V
"""

import http.client
import os
import random
import threading
import time
import unittest

from federation import FederationTest, organisation, wait_agree

KILLS = int(os.environ.get("HANSA_KILLS", "10"))
SEED = int(os.environ.get("HANSA_SEED", str(random.randrange(1 << 32))))
LIFE_SECONDS_MAX = 0.7  # between a start and the next kill


class Publisher(threading.Thread):
    """Publishes on one node until told to end; a node that is away is asked again until it is back."""

    def __init__(self, node, name):
        super().__init__(daemon=True)
        self.node = node
        self.label = name
        self.ending = threading.Event()
        self.acknowledged = []  # the answers, which promise that the record is on the disk
        self.unexpected = []

    def run(self):
        api = self.node.api(timeout=10)
        number = 0
        while not self.ending.is_set():
            number += 1
            try:
                answer = api.ask("POST", "/api/v1/records", organisation(f"{self.label} {number}", self.node.country))
            except (OSError, http.client.HTTPException):
                self.ending.wait(0.02)  # It was killed, perhaps before the answer: not acknowledged.
                continue
            if answer.status == 201:
                self.acknowledged.append(answer.json)
            else:
                self.unexpected.append(answer)
        api.close()


class Onlooker(threading.Thread):
    """Reads a node's changes over and over while it lives: every entry that it ever showed, acknowledged or not.

    A number that was handed out, seen and then used again for something else would stand here twice.
    """

    def __init__(self, node):
        super().__init__(daemon=True)
        self.node = node
        self.ending = threading.Event()
        self.seen = set()  # (record, log, sequence)

    def run(self):
        api = self.node.api(timeout=10)
        since = "0"
        while not self.ending.is_set():
            try:
                answer = api.ask("GET", f"/api/v1/changes?limit=1000&since={since}")
            except (OSError, http.client.HTTPException):
                # Killed. What it shows when it is back may be numbered anew from where the disk had got to.
                since = "0"
                self.ending.wait(0.05)
                continue
            page = answer.json if answer.status == 200 else {"items": [], "next": None}
            self.seen |= {(item["record"], item["log"], item["sequence"]) for item in page["items"]}
            since = page["next"] or since
            if not page["items"]:
                self.ending.wait(0.02)
        api.close()


def wait_some_life(random_source):
    time.sleep(random_source.uniform(0, LIFE_SECONDS_MAX))


def changes(node):
    """(record, log, sequence) of everything that arrived at the node, in order of arrival."""
    found = []
    since = "0"
    while since is not None:
        page = node.get(f"/api/v1/changes?limit=1000&since={since}")
        found += [(item["record"], item["log"], item["sequence"]) for item in page["items"]]
        since = page["next"]
    return found


class KillNine(FederationTest):
    def test_nothing_acknowledged_is_lost_and_no_sequence_is_used_twice(self):
        print(f"HANSA_SEED={SEED} HANSA_KILLS={KILLS}", flush=True)
        choices = random.Random(SEED)
        nodes = self.three()
        publishers = [Publisher(node, f"{node.name} {number}") for node in nodes for number in range(2)]
        onlookers = [Onlooker(node) for node in nodes]
        for thread in publishers + onlookers:
            thread.start()
        kills = {node.name: 0 for node in nodes}
        for _ in range(KILLS):
            wait_some_life(choices)
            victim = choices.choice(nodes)
            victim.kill()
            kills[victim.name] += 1
            # Now and then it is still away when the next one falls.
            victim.start(ready=choices.random() < 0.7)
        for node in nodes:
            node.wait_ready()
        for publisher in publishers:
            publisher.ending.set()
        for publisher in publishers:
            publisher.join(30)
        wait_agree(nodes, 150)
        for onlooker in onlookers:
            onlooker.ending.set()
        for onlooker in onlookers:
            onlooker.join(30)
        self.check(nodes, publishers, kills)
        self.check_numbers(nodes, set().union(*(onlooker.seen for onlooker in onlookers)))

    def check_numbers(self, nodes, seen):
        """Of everything that any node ever showed, now or while others fell: one entry for each number."""
        everything = seen.union(*self.arrived)
        by_number = {}
        for record, log, sequence in everything:
            by_number.setdefault((log, sequence), set()).add(record)
        self.assertEqual({number: records for number, records in by_number.items() if len(records) > 1}, {},
                         "a sequence number was used twice")
        self.assertEqual(everything - set(self.arrived[0]), set(), "an entry that was shown is gone")
        print(f"{len(seen)} entries seen while the nodes fell, {len(by_number)} numbers in use", flush=True)

    def check(self, nodes, publishers, kills):
        acknowledged = [record for publisher in publishers for record in publisher.acknowledged]
        self.assertEqual([answer for publisher in publishers for answer in publisher.unexpected], [])
        self.assertGreater(len(acknowledged), KILLS)
        places = {(record["provenance"]["log"], record["provenance"]["sequence"]) for record in acknowledged}
        self.assertEqual(len(places), len(acknowledged), "a sequence number was handed out twice")

        arrived = self.arrived = [changes(node) for node in nodes]
        for reason in ("log_conflict", "own_log_differs", "bad_chain"):
            for node in nodes:
                self.assertEqual(node.metric(f'hansa_refusals_total{{reason="{reason}"}}'), 0, f"{node.name}: {reason}")
        for feed in arrived:
            self.assertEqual(len(set(feed)), len(feed), "a change was told twice")
            self.assertEqual(set(feed), set(arrived[0]))
        promised = {(record["id"], record["provenance"]["log"], record["provenance"]["sequence"])
                    for record in acknowledged}
        self.assertEqual(promised - set(arrived[0]), set())
        for node in nodes:
            self.assertEqual(node.stop()[0], 0)
            self.verify_clean(node)
        print(f"kills {kills}; acknowledged {len(acknowledged)}, held {len(arrived[0])}", flush=True)


if __name__ == "__main__":
    unittest.main()
