"""Bundles: one node's records, carried to another on a stick, checked on the way by a machine without a node."""

import json
import unittest

from federation import FederationTest, found, organisation, practice, run, run_well, wait_until

BUNDLE = "/api/v1/bundle"


def settled(node):
    about = node.about()
    return about if about["uncheckedEntries"] == 0 else None


class Bundles(FederationTest):
    def setUp(self):
        super().setUp()
        # Nobody can dial anybody: what one knows, the other learns from files.
        self.one = self.node("Latvija", "LV", dialled=False)
        self.other = self.node("Suomi", "FI", dialled=False)
        found("Test", [self.one, self.other])
        self.one.start()
        self.other.start()
        self.lead = self.one.publish(organisation("Cēsu novads"))["id"]
        self.beds = self.one.publish(practice(self.lead, {"lv": "Bēgļu mājoklis"}, {"lv": "Ģimenes dzīvo pie ģimenēm, pašvaldība palīdz ar īri."}))["id"]
        self.walk = self.one.publish(practice(self.lead, {"lv": "Pastaiga"}, {"lv": "Reizi mēnesī iet kopā pa pilsētu, un visi runā latviski."}))["id"]
        self.own = self.other.publish(organisation("Kotka", "FI"))["id"]

    def export(self, node, name, *words):
        file = self.folder / name
        run_well("export", "--format", "bundle", "--output", file, *words, directory=node.directory)
        return file

    def verify(self, file, *words):
        """Without a node directory, as on any machine."""
        done = run("verify", file, "--json", *words, env={"HOME": "/nonexistent"})
        return done, json.loads(done.stdout) if done.stdout else None

    def take_in(self, node, file):
        done = run_well("import", file, "--json", directory=node.directory)
        return json.loads(done.stdout.splitlines()[0])

    def test_everything_goes_over_and_both_nodes_are_equal(self):
        # What the other has goes first, so that the one holds all.
        self.assertEqual(self.take_in(self.one, self.export(self.other, "fi.bundle"))["refused"], [])
        wait_until(lambda: self.one.shows(self.own), "the record of the other node is shown")
        wait_until(lambda: settled(self.one), "every signature is checked")
        bundle = self.export(self.one, "all.bundle")

        done, report = self.verify(bundle)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(report["valid"])
        self.assertTrue(report["everything"])
        self.assertEqual(report["digest"], self.one.about()["digest"])
        self.assertEqual({log["partner"] for log in report["logs"]}, {"Latvija (LV)", "Suomi (FI)"})
        self.assertEqual(sum(log["payloadsMissing"] + log["payloadsLeftOut"] for log in report["logs"]), 0)

        dry = run_well("import", bundle, "--dry-run", directory=self.other.directory)
        self.assertIn("valid:", dry.stdout)
        self.assertIsNone(self.other.shows(self.beds))

        taken = self.take_in(self.other, bundle)
        self.assertEqual(taken["refused"], [])
        self.assertGreaterEqual(taken["entries"], 3)
        for record in (self.beds, self.walk, self.own):
            shown = wait_until(lambda: self.other.shows(record), "the record is shown")
            wait_until(lambda: self.other.shows(record)["provenance"]["signature"] == "valid", "checked")
            self.assertEqual(shown["content"], self.one.shows(record)["content"])
        wait_until(lambda: settled(self.other), "every signature is checked")
        self.assertEqual(self.other.about()["digest"], self.one.about()["digest"])

        last = self.other.get("/api/v1/changes?limit=1000")["last"]
        again = self.take_in(self.other, bundle)
        self.assertEqual((again["entries"], again["payloads"], again["refused"]), (0, 0, []))
        self.assertEqual(self.other.get("/api/v1/changes?limit=1000")["last"], last)

        for node in self.nodes:
            node.stop()
            self.verify_clean(node)
        # A stopped node gives and takes the same.
        self.assertEqual(self.take_in(self.other, self.export(self.one, "stopped.bundle"))["entries"], 0)

    def test_a_search_is_carried_with_what_proves_it(self):
        bundle = self.export(self.one, "beds.bundle", "mājoklis")
        done, report = self.verify(bundle)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(report["asked"], "q=m%C4%81joklis")
        self.assertFalse(report["everything"])
        self.assertEqual(sum(log["payloads"] for log in report["logs"]), 1)
        self.take_in(self.other, bundle)
        wait_until(lambda: self.other.shows(self.beds), "the chosen record is shown")
        walk = self.other.ask("GET", f"/api/v1/records/{self.walk}")
        self.assertIn(walk.status, (200, 404))
        if walk.status == 200:
            self.assertNotEqual(walk.json["contentState"], "present")
        # The address that gives a list gives the same as a file.
        answer = self.one.ask("GET", BUNDLE + "?q=m%C4%81joklis")
        self.assertEqual(answer.status, 200, answer)
        whole = self.folder / "address.bundle"
        whole.write_bytes(answer.body)
        self.assertTrue(self.verify(whole)[1]["valid"])

    def test_whose_it_is_only_the_charter_says(self):
        bundle = self.export(self.one, "all.bundle")
        federation = self.one.get("/api/v1/charter")["federation"]
        done, report = self.verify(bundle, "--charter", federation)
        self.assertEqual((done.returncode, report["trusted"]), (0, True))
        done, report = self.verify(bundle, "--charter", "0" * 64)
        self.assertEqual((done.returncode, report["trusted"], report["valid"]), (1, False, True))
        self.assertEqual(run("verify", bundle, "--charter", "x").returncode, 2)

        stranger = self.node("Norge", "NO", dialled=False)
        refused = run("import", bundle, directory=stranger.directory)
        self.assertEqual(refused.returncode, 1)
        found("Another", [stranger])
        refused = run("import", bundle, directory=stranger.directory)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("of the federation " + federation, refused.stderr)

    def test_bad_files_are_refused_before_anything_is_taken(self):
        good = self.export(self.one, "good.bundle").read_bytes()
        before = self.other.about()["entries"]
        altered = self.folder / "altered.bundle"
        for place in (0, 17, 30, len(good) // 3, len(good) // 2, len(good) - 40, len(good) - 1):
            with self.subTest(place=place):
                altered.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1:])
                done = run("verify", altered)
                self.assertEqual(done.returncode, 1)
                self.assertTrue(done.stderr.strip())
                done = run("import", altered, directory=self.other.directory)
                # Without its mark it is taken for some other document, whose format nobody named.
                self.assertEqual(done.returncode, 1 if place else 2)
        altered.write_bytes(good[:len(good) * 2 // 3])
        done = run("verify", altered)
        self.assertEqual(done.returncode, 1)
        self.assertIn("the file ends before its end", done.stderr)
        self.assertEqual(run("import", altered, directory=self.other.directory).returncode, 1)
        self.assertEqual(self.other.about()["entries"], before)
        self.assertEqual(run("verify", self.folder / "nowhere").returncode, 1)
        answer = self.other.ask("POST", BUNDLE + "/parts", {"not": "frames"})
        self.assertEqual(answer.status, 422, answer)


if __name__ == "__main__":
    unittest.main()
