"""docs/examples/mirror_to_postgresql.py against a real PostgreSQL: a copy by nothing but the change feed."""

import json
import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path
from urllib.parse import quote

from federation import FederationTest, organisation, run_well, wait_agree, wait_until
from postgresql import Postgresql

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "examples" / "mirror_to_postgresql.py"
COMPARED = ("kind", "partner", "status", "visibility", "language", "revision", "version", "content", "contentState")
COPY_SECONDS = 90


class Mirror(FederationTest):
    @classmethod
    def setUpClass(cls):
        cls.database = Postgresql()
        cls.addClassCleanup(cls.database.end)

    def mirror(self, node, *words):
        token = self.folder / f"{node.country}.token"
        token.write_text(node.token + "\n")
        process = subprocess.Popen(
            [sys.executable, "-B", SCRIPT, "--node", f"http://127.0.0.1:{node.admin_port}", "--token-file", token,
             "--database", self.database.address, *words], stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(lambda: process.poll() is None and (process.kill(), process.wait(30)))
        return process

    def mirror_once(self, node):
        process = self.mirror(node, "--once")
        self.assertEqual(process.wait(COPY_SECONDS), 0, process.stderr.read())

    def place(self, node):
        return (f"http://127.0.0.1:{node.admin_port}",)

    def tables_are_there(self):
        return self.database.ask("SELECT to_regclass('hansa_record') IS NOT NULL")[0][0]

    def copy(self, node):
        if not self.tables_are_there():
            return {}
        rows = self.database.ask("SELECT id, record FROM hansa_record WHERE node = %s", *self.place(node))
        return {id: {name: record.get(name) for name in COMPARED} for id, record in rows}

    def feed(self, node):
        return dict(zip(("since", "round", "behind"), self.database.ask(
            "SELECT since, round, behind FROM hansa_feed WHERE node = %s", *self.place(node))[0]))

    def lists(self, node):
        found, cursor = {}, ""
        while cursor is not None:
            page = node.get("/api/v1/records?status=any&limit=50" + (cursor and "&cursor=" + quote(cursor)))
            found.update({record["id"]: {name: record.get(name) for name in COMPARED} for record in page["items"]})
            cursor = page["next"]
        return found

    def wait_equal(self, node):
        """While the mirror follows."""
        wait_until(lambda: self.copy(node) == self.lists(node),
                   lambda: f"copied: {len(self.copy(node))}, listed: {len(self.lists(node))}", COPY_SECONDS)

    def publish(self, node, names):
        return [node.publish(organisation(name, node.country)) for name in names]

    def found(self, nodes):
        cards = [word for node in nodes[1:] for word in ("--partner", node.made["card"])]
        done = run_well("federation", "found", "--name", "Test", *cards, directory=nodes[0].directory)
        self.passphrase = self.folder / "passphrase"
        self.passphrase.write_text(done.stdout.strip() + "\n")
        for node in nodes[1:]:
            run_well("charter", "accept", nodes[0].directory / "charter.txt", directory=node.directory)

    def decide(self, node, *changes):
        done = run_well("charter", "propose", "--json", *changes, "--passphrase-file", self.passphrase,
                        directory=node.directory)
        version = json.loads(done.stdout)["version"]
        wait_until(lambda: node.get("/api/v1/charter")["version"] == version, f"version {version} is in force")

    def test_a_copy_that_is_killed_restarted_and_told_of_everything(self):
        latvia, finland = self.node("Latvija", "LV"), self.node("Suomi", "FI")
        self.found([latvia, finland])
        latvia.start()
        finland.start()
        ours = self.publish(latvia, [f"Biedrība {i}" for i in range(25)])
        theirs = self.publish(finland, [f"Yhdistys {i}" for i in range(10)])
        wait_agree([latvia, finland])

        # Killed in the middle, again and again: each page is in whole or not at all.
        for part in (5, 15):
            process = self.mirror(latvia, "--page", "2")
            wait_until(lambda: len(self.copy(latvia)) >= part, "some of it is copied", COPY_SECONDS)
            process.kill()
            process.wait(30)
            self.assertEqual(len({change["record"] for change in self.changes(latvia, self.feed(latvia)["since"])}),
                             len(self.copy(latvia)))
        self.mirror_once(latvia)
        self.assertEqual(self.copy(latvia), self.lists(latvia))
        self.assertEqual(len(self.copy(latvia)), 35)
        self.assertEqual(self.feed(latvia)["round"], 1)

        # Revised, withdrawn and published while nobody follows, and with a restart of the node between.
        revised = dict(ours[0]["content"], name={"lv": "Cita"})
        answer = latvia.ask("PUT", "/api/v1/records/" + quote(ours[0]["id"]),
                            {"kind": "organisation", "language": "lv", "content": revised},
                            {"If-Match": f'"{ours[0]["revision"]}"'})
        self.assertEqual(answer.status, 200, answer)
        answer = finland.ask("POST", f"/api/v1/records/{quote(theirs[0]['id'])}/withdraw", {"reason": "obsolete"})
        self.assertEqual(answer.status, 200, answer)
        wait_agree([latvia, finland])
        latvia.stop()
        latvia.start()
        self.mirror_once(latvia)
        self.assertEqual(self.copy(latvia), self.lists(latvia))
        self.assertEqual(self.copy(latvia)[theirs[0]["id"]]["status"], "withdrawn")
        self.assertEqual(self.copy(latvia)[ours[0]["id"]]["content"]["name"], {"lv": "Cita"})

        # While it follows: something new, the node starts anew, and a partner's records cease to count and come back.
        follower = self.mirror(latvia)
        self.publish(finland, ["Uusi"])
        wait_until(lambda: len(self.copy(latvia)) == 36, "what is new is copied", COPY_SECONDS)
        latvia.stop()
        latvia.start()
        partner = finland.about()["partner"]
        self.decide(latvia, "--leave", partner, "--records", "hidden")
        wait_until(lambda: len(self.copy(latvia)) == 25, lambda: f"{len(self.copy(latvia))} left", COPY_SECONDS)
        self.wait_equal(latvia)
        self.decide(latvia, "--return", partner)
        wait_until(lambda: len(self.copy(latvia)) == 36, lambda: f"{len(self.copy(latvia))} are back", COPY_SECONDS)
        self.wait_equal(latvia)
        self.assertIsNone(follower.poll())

    def changes(self, node, through):
        """Of records, up to this number."""
        found, since = [], "0"
        while since is not None:
            page = node.get(f"/api/v1/changes?limit=1000&since={since}")
            found += [change for change in page["items"] if change["arrival"] <= through]
            since = page["next"]
        return found

    def test_a_node_that_is_put_back_to_an_earlier_day(self):
        node = self.node("Latvija", "LV")
        self.found([node])
        node.start()
        self.publish(node, [f"Agrāk {i}" for i in range(5)])
        self.mirror_once(node)
        node.stop()
        earlier = self.folder / "earlier"
        shutil.copytree(node.directory, earlier)
        node.start()
        self.publish(node, [f"Zudīs {i}" for i in range(5)])
        self.mirror_once(node)
        self.assertEqual(len(self.copy(node)), 10)
        node.stop()
        shutil.rmtree(node.directory)
        os.rename(earlier, node.directory)
        node.start()
        # More than was lost, so that the numbers that the copy remembers are there again, and mean something else.
        self.publish(node, [f"Vēlāk {i}" for i in range(12)])
        self.mirror_once(node)
        self.assertEqual(self.feed(node)["round"], 2)
        self.assertFalse(self.feed(node)["behind"])
        self.assertEqual(len(self.copy(node)), 17)
        self.assertEqual(self.copy(node), self.lists(node))
        # And a number that was never given.
        self.database.ask("UPDATE hansa_feed SET since = since + 1000 WHERE node = %s RETURNING since", *self.place(node))
        self.mirror_once(node)
        self.assertEqual(self.feed(node)["round"], 3)
        self.assertEqual(self.copy(node), self.lists(node))


if __name__ == "__main__":
    unittest.main()
