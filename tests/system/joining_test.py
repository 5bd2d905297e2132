"""Inviting and joining on real processes: by the commands that the manual names."""

import json
import signal
import subprocess
import unittest

from federation import PROGRAM, FederationTest, found, organisation, run, run_well, wait_agree, wait_until


def requests(node):
    return json.loads(run_well("requests", "--json", directory=node.directory).stdout)["items"]


def invite(node, *options):
    return run_well("invite", *options, directory=node.directory).stdout.strip()


class JoiningTest(FederationTest):
    def coordinator(self):
        node = self.node("Rīga", "LV")
        found("Baltic towns", [node])
        node.start()
        return node

    def ask(self, node, line):
        """`hansa join` in the background, once it has shown its words; the process and the words."""
        process = subprocess.Popen([PROGRAM, "join", line, "--dir", str(node.directory)], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        words = process.stdout.readline().split()
        self.assertEqual(len(words), 6)
        return process, words

    def wait_asked(self, coordinator, state="pending"):
        def find():
            found_ones = [request for request in requests(coordinator) if request["state"] == state]
            return found_ones[0] if found_ones else None
        return wait_until(find, f"a request that is {state}")


class Joining(JoiningTest):
    def test_both_sides_see_the_same_words_and_a_refusal_ends_the_command(self):
        lv = self.coordinator()
        lt = self.node("Alytus", "LT")
        line = invite(lv, "--expire-days", "3")
        self.assertTrue(line.startswith("hansa-join-1:"))
        process, words = self.ask(lt, line)
        request = self.wait_asked(lv)
        self.assertEqual(request["words"], words)
        self.assertEqual((request["name"], request["country"]), ("Alytus", "LT"))
        self.assertEqual(request["card"], lt.made["card"])
        shown = run_well("requests", directory=lv.directory).stdout
        self.assertIn(" ".join(words[:3]), shown)
        run_well("requests", "--refuse", request["key"], directory=lv.directory)
        self.assertEqual(process.wait(90), 1)
        self.assertIn("refused_by_coordinator", process.stderr.read())
        again = run("join", line, "--no-wait", directory=lt.directory)
        self.assertEqual(again.returncode, 0)  # It asks once more, and will hear the same.

    def test_asking_goes_on_after_an_interruption_and_in_a_serving_node(self):
        lv = self.coordinator()
        lt = self.node("Alytus", "LT")
        line = invite(lv)
        process, words = self.ask(lt, line)
        self.wait_asked(lv)
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        asked = requests(lv)[0]["seen"]
        lt.start()  # A serving node asks by itself.
        wait_until(lambda: requests(lv)[0]["seen"] > asked, "asked again", 90)
        state = lt.get("/api/v1/join")
        self.assertEqual(state["words"], words)
        self.assertEqual(wait_until(lambda: lt.get("/api/v1/join")["state"] == "pending", "pending"), True)
        run_well("join", "--give-up", directory=lt.directory)
        self.assertEqual(lt.get("/api/v1/join")["state"], "none")

    def test_lines_that_are_no_good_are_refused_with_the_reason(self):
        lv = self.coordinator()
        lt = self.node("Alytus", "LT")
        fi = self.node("Oulu", "FI")
        line = invite(lv)

        def refusal(node, given):
            done = run("join", given, directory=node.directory, timeout=90)
            self.assertEqual(done.returncode, 1, done.stderr)
            return done.stderr

        self.assertIn("not an invitation", refusal(lt, line[:-7]))
        self.assertIn("changed on its way", refusal(lt, line[:40] + ("A" if line[40] != "A" else "B") + line[41:]))
        self.assertIn("belongs to a federation", refusal(lv, line))
        used = invite(lv)
        process, _ = self.ask(fi, used)
        self.wait_asked(lv)
        self.assertIn("used", refusal(lt, used))
        withdrawn = invite(lv)
        made = json.loads(run_well("invite", "--list", "--json", directory=lv.directory).stdout)["items"]
        ident = next(one["id"] for one in made if one["line"] == withdrawn)
        run_well("invite", "--withdraw", ident, directory=lv.directory)
        self.assertIn("withdrawn", refusal(lt, withdrawn))
        none = run("invite", directory=lt.directory)
        self.assertEqual(none.returncode, 1)
        self.assertIn("no federation", none.stderr)


class FromNothing(JoiningTest):
    """The commands of docs/federation.md, in its order, and no others."""

    def keep(self, node, passphrase):
        file = self.folder / f"{node.country}.passphrase"
        file.write_text(passphrase.strip() + "\n")
        return file

    def propose(self, node, passphrase, *changes):
        return json.loads(run_well("charter", "propose", "--json", *changes, "--passphrase-file", passphrase,
                                   directory=node.directory).stdout)

    def approve(self, node, passphrase, proposal):
        wait_until(lambda: any(item["hash"] == proposal for item in
                               node.get("/api/v1/charter/proposals")["items"]), f"the proposal on {node.name}")
        run_well("charter", "approve", proposal[:12], "--passphrase-file", passphrase, directory=node.directory)

    def wait_version(self, nodes, version):
        wait_until(lambda: all(node.get("/api/v1/charter")["version"] == version for node in nodes),
                   f"charter version {version} on all", 90)

    def test_three_countries_three_signers_a_member_and_an_observer(self):
        lv, lt, fi = self.node("Rīga", "LV"), self.node("Alytus", "LT"), self.node("Oulu", "FI")
        riga = self.keep(lv, run_well("federation", "found", "--name", "Baltic towns", directory=lv.directory).stdout)
        lv.start()

        # One asks while it serves, the other one before it ever served.
        lt.start(ready=False)
        wait_until(lambda: (lt.directory / "serving").exists(), "Alytus serves")
        words = {"LT": run_well("join", invite(lv), "--no-wait", directory=lt.directory).stdout.split()}
        process, words["FI"] = self.ask(fi, invite(lv))
        wait_until(lambda: len(requests(lv)) == 2, "two requests", 90)
        for request in requests(lv):
            self.assertEqual(request["words"], words[request["country"]])
            role = {"LT": "member", "FI": "observer"}[request["country"]]
            done = self.propose(lv, riga, "--add-partner", request["card"], "--role", role)
            self.assertEqual(done["state"], "adopted")
        self.assertEqual(process.wait(120), 0, process.stderr.read())
        fi.start()
        nodes = [lv, lt, fi]
        wait_until(lambda: lt.get("/api/v1/join")["state"] == "member", "Alytus is in, without a restart", 120)
        self.wait_version(nodes, 3)
        record = lt.publish(organisation("Alytus", "LT"))["id"]
        wait_until(lambda: all(node.shows(record) for node in nodes), "the record on all", 90)
        self.assertEqual(fi.ask("POST", "/api/v1/records", organisation("Oulu", "FI")).status // 100, 4)
        wait_agree(nodes)

        signers = {}
        lines = []
        for node, name in ((lt, "Ona"), (fi, "Aino")):
            made = json.loads(run_well("charter", "new-signer", "--json", "--name", name,
                                       directory=node.directory).stdout)
            signers[node.country] = self.keep(node, made["passphrase"])
            lines += ["--add-signer", made["line"]]
        made = self.propose(lv, riga, *lines)
        self.assertEqual(made["state"], "open")  # Of the three that it names, two must agree.
        self.approve(lt, signers["LT"], made["hash"])
        self.wait_version(nodes, 4)
        charter = fi.get("/api/v1/charter")
        self.assertEqual((len(charter["signers"]), charter["signaturesNeeded"]), (3, 2))
        made = self.propose(lv, riga, "--rename", lt.about()["partner"], "en", "Alytus town")
        self.assertEqual(made["state"], "open")
        # An observer's node writes nothing, votes neither: its signer signs, and another node hands it in.
        wait_until(lambda: any(item["hash"] == made["hash"] for item in
                               fi.get("/api/v1/charter/proposals")["items"]), "the proposal in Finland")
        file = self.folder / "proposal.txt"
        file.write_text(run_well("charter", "show", "--proposal", made["hash"], "--text", directory=fi.directory).stdout)
        # The key lies beside the signer, as the guide's command has it.
        line = subprocess.run([PROGRAM, "charter", "sign", str(file), "--key-file", "signer.key",
                               "--passphrase-file", str(signers["FI"])], stdout=subprocess.PIPE, text=True,
                              check=True, cwd=fi.directory).stdout.strip()
        run_well("charter", "approve", made["hash"], "--approval", line, directory=lt.directory)
        self.wait_version(nodes, 5)
        wait_agree(nodes)


if __name__ == "__main__":
    unittest.main()
