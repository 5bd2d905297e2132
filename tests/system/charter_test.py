"""A federation of three countries runs itself: three signers of whom two must sign, proposals that are made on one
node and approved on another, and decisions that are the same everywhere."""

import json
import unittest

from federation import organisation, practice, run, run_well, wait_agree, wait_until
from three_signers import ThreeSigners


class CharterTest(ThreeSigners):
    def test_proposed_in_latvia_approved_in_finland(self):
        nodes = self.federation()
        latvia, lithuania, finland = nodes
        for node in nodes:
            charter = node.get("/api/v1/charter")
            self.assertEqual([signer["name"] for signer in charter["signers"]], ["Latvija", "Ona", "Aino"])
            self.assertEqual(charter["signaturesNeeded"], 2)
        partner = lithuania.about()["partner"]
        proposal = self.decide(nodes, "--rename", partner, "en", "Lithuania")
        self.assertEqual(proposal["changes"][0]["params"]["to"], "en: Lithuania")
        self.assertEqual(self.proposals(lithuania, "adopted")[0]["hash"], proposal["hash"])
        # Still one federation, in which what is published arrives.
        wait_until(lambda: all(peer["agrees"] for peer in latvia.peers().values()), "linked again")
        record = lithuania.publish(organisation("Vilnius", "LT"))["id"]
        for node in (latvia, finland):
            wait_until(lambda: node.shows(record), f"published under the new charter, on {node.name}")

    def test_a_server_is_stolen(self):
        nodes = self.federation()
        latvia, lithuania, finland = nodes
        lead = lithuania.publish(organisation("Vilnius", "LT"))["id"]
        stolen = lithuania.publish(practice(lead, {"en": "By the thief"}, {"en": "Nobody at the partner meant this practice to be published."}, "LT"))
        wait_agree(nodes)
        place = stolen["provenance"]
        key = lithuania.about()["nodeKey"]
        shown = self.propose(latvia, "--revoke", key, "--from", f"{place['log']}:{place['sequence']}", approve=False)
        seen = latvia.get(f"/api/v1/charter/proposals/{shown['hash']}")
        self.assertEqual((seen["stopsCounting"]["entries"], seen["stopsCounting"]["records"]), (1, 1))
        self.assertEqual(shown["stopsCounting"], seen["stopsCounting"])
        self.assertEqual({id: record["title"] for id, record in shown["stopsCounting"]["named"].items()},
                         {stolen["id"]: {"en": "By the thief"}})
        # A revoked node is spoken to no more: whether it hears of it is up to chance.
        others = [latvia, finland]
        self.decide(nodes, "--revoke", key, "--from", f"{place['log']}:{place['sequence']}", among=others)
        for node in others:
            wait_until(lambda: node.shows(stolen["id"]) is None, f"what the thief wrote is gone from {node.name}")
            self.assertIsNotNone(node.shows(lead))
            listed = self.node_in_charter(node, lithuania)
            self.assertEqual(listed["status"], "revoked")
            cut = [one["sequence"] for one in listed["cuts"] if one["log"] == place["log"]]
            self.assertEqual(cut, [place["sequence"] - 1])
            said = run_well("charter", "show", directory=node.directory).stdout
            for line in (f"cut    log {place['log']} counts up to entry {place['sequence'] - 1}", "no other log counts",
                         "limits 64 logs", "in force   since", "personal data may be held in", "signer "):
                self.assertIn(line, said)
        self.assertEqual([item["state"] for item in latvia.get("/api/v1/charter/proposals")["items"]
                          if item["hash"] == shown["hash"]], ["superseded"])

    def test_one_signer_holds_a_key(self):
        nodes = self.federation()
        latvia, lithuania, finland = nodes
        key = finland.about()["nodeKey"]
        log = finland.about()["log"]["id"]

        def held(node):
            return [(hold["node"], hold["signerName"]) for hold in node.get("/api/v1/charter")["holds"]]

        def wait_held(expected):
            for node in nodes:
                wait_until(lambda: held(node) == expected, lambda: f"holds on {node.name}: {held(node)}")

        # What cannot be read is wrong usage, whoever notices; what is refused is not.
        passphrase = ("--passphrase-file", self.passphrases["LT"])
        for wrong in ([key, "--from", f"{log}:-5"], [key, "--from", f"{log}: 5"], [key, "--from", f"{log}:0"],
                      [key, "--from", "x:5"], ["x", *passphrase], ["--line", "hansa-hold-1:AQAC"], [],
                      [key, "--from", f"{log}:1", "--from", f"{log}:2", *passphrase]):
            done = run("charter", "hold", *wrong, directory=lithuania.directory)
            self.assertEqual(done.returncode, 2, (wrong, done))
        for wrong in (["0" * 64, *passphrase], [key, "--from", "0" * 64 + ":1", *passphrase]):
            done = run("charter", "hold", *wrong, directory=lithuania.directory)
            self.assertEqual(done.returncode, 2 if "--from" in wrong else 1, (wrong, done))
        made = run_well("charter", "hold", key, "--json", "--from", f"{log}:2", *passphrase, directory=lithuania.directory)
        self.assertEqual([(hold["node"], hold["from"]) for hold in json.loads(made.stdout)["holds"]],
                         [(key, [{"log": log, "sequence": 2}])])
        wait_held([(key, "Ona")])
        self.assertIn("HELD   by Ona", run_well("charter", "show", directory=finland.directory).stdout)
        self.assertIn("node_held", [alarm["code"] for alarm in finland.get("/api/v1/alarms")["items"]])
        # In words with the partner's name, not its id.
        told = run_well("explain", key, directory=latvia.directory).stdout
        self.assertIn("The signer Ona holds the key", told)
        self.assertIn("of Suomi", told)
        self.assertIn("of Suomi", run_well("status", directory=latvia.directory).stdout)
        # It survives a restart, and another signer cannot release it.
        latvia.stop()
        latvia.start()
        wait_held([(key, "Ona")])
        done = run("charter", "hold", key, "--release", "--passphrase-file", self.passphrases["LV"],
                   directory=latvia.directory)
        self.assertEqual(done.returncode, 1)
        self.assertIn("does not hold", done.stderr)
        # Released without a network: the charter goes on a stick, the release comes back as a line.
        stick = self.folder / "charter.txt"
        stick.write_text(run_well("charter", "show", "--text", directory=latvia.directory).stdout)
        line = run_well("charter", "hold", key, "--release", "--charter", stick, "--key-file",
                        lithuania.directory / "signer.key", "--passphrase-file", self.passphrases["LT"]).stdout
        run_well("charter", "hold", "--line", line.strip(), directory=finland.directory)
        wait_held([])
        # Held again, until the next version of the charter.
        run_well("charter", "hold", key, "--passphrase-file", self.passphrases["LV"], directory=latvia.directory)
        wait_held([(key, "Latvija")])
        self.decide(nodes, "--rename", finland.about()["partner"], "en", "Finland")
        wait_held([])

    def test_what_is_not_signed_does_nothing(self):
        nodes = self.federation()
        latvia, lithuania, finland = nodes
        key = finland.about()["nodeKey"]
        wrong = self.folder / "wrong"
        wrong.write_text("wrong words\n")
        done = run("charter", "propose", "--retire", key, "--passphrase-file", wrong, directory=latvia.directory)
        self.assertEqual(done.returncode, 1)
        self.assertIn("passphrase", done.stderr)
        self.assertEqual(self.proposals(latvia), [])
        one = self.propose(latvia, "--retire", key)
        # A format that this program cannot write.
        self.assertIn("headers up to version 1", run_well("charter", "show", directory=latvia.directory).stdout)
        done = run("charter", "propose", "--header-version", "2", directory=latvia.directory)
        self.assertEqual(done.returncode, 1)
        self.assertIn("unknown_format", done.stderr)
        # A signer signs one proposal a version.
        done = run("charter", "propose", "--limits", key, "entries=5", "--passphrase-file",
                   self.passphrases["LV"], directory=latvia.directory)
        self.assertEqual(done.returncode, 1)
        self.assertIn("another proposal", done.stderr)
        # And signing twice is no second signature.
        self.approve(latvia, one["hash"])
        wait_until(lambda: self.proposals(lithuania), "the proposal came")
        self.assertEqual(lithuania.get("/api/v1/charter")["version"], 2)

        # A signer without a network: the proposal goes on a stick, the approval comes back as a line.
        stick = self.folder / "stick.txt"
        stick.write_text(run_well("charter", "show", "--proposal", one["hash"][:12], "--text",
                                  directory=lithuania.directory).stdout)
        signed = run_well("charter", "sign", stick, "--passphrase-file", self.passphrases["LT"],
                          directory=lithuania.directory)
        self.assertIn("is retired", signed.stderr)
        run_well("charter", "approve", one["hash"][:12], "--approval", signed.stdout.strip(),
                 directory=latvia.directory)
        self.wait_version([latvia, lithuania], 3)
        self.assertEqual(self.node_in_charter(lithuania, finland)["status"], "retired")
        # What is shown must be what is signed: another charter beside the proposal could hide its changes.
        forged = self.folder / "forged.txt"
        forged.write_text("".join(line if line.startswith("hansa-proposal-") else
                                  lithuania.get("/api/v1/charter")["text"] + "\n"
                                  for line in stick.read_text().splitlines(keepends=True)))
        done = run("charter", "sign", forged, "--passphrase-file", self.passphrases["LT"],
                   directory=lithuania.directory)
        self.assertEqual(done.returncode, 1)
        self.assertIn("not the one that the proposal follows", done.stderr)

    def test_a_signer_who_lost_the_key_is_replaced_by_the_others(self):
        nodes = self.federation()
        latvia = nodes[0]
        ona = [signer for signer in latvia.get("/api/v1/charter")["signers"] if signer["name"] == "Ona"][0]
        (nodes[1].directory / "signer.key").unlink()
        line = self.signer(nodes[1], "Ona again")
        self.decide(nodes, "--remove-signer", ona["key"], "--add-signer", line)
        for node in nodes:
            self.assertEqual([signer["name"] for signer in node.get("/api/v1/charter")["signers"]],
                             ["Latvija", "Aino", "Ona again"])
        self.assertTrue(nodes[1].get("/api/v1/charter/signer")["listed"])


if __name__ == "__main__":
    unittest.main()
