"""Inviting and joining on real processes: by the commands that the manual names."""

import json
import signal
import subprocess
import unittest

from federation import PROGRAM, FederationTest, found, run, run_well, wait_until


def requests(node):
    return json.loads(run_well("requests", "--json", directory=node.directory).stdout)["items"]


def invite(node, *options):
    return run_well("invite", *options, directory=node.directory).stdout.strip()


class Joining(FederationTest):
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


if __name__ == "__main__":
    unittest.main()
