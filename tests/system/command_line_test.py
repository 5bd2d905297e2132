"""The command line: help, exit statuses, JSON, and what each command says when it refuses."""

import json
import os
import pty
import socket
import stat
import subprocess
import unittest

from federation import HOST, PROGRAM, FederationTest, found, free_port, organisation, practice, run, run_well, wait_until

COMMANDS = ["init", "serve", "demo", "federation", "federation found", "charter", "charter show", "charter accept",
            "publish", "import", "search", "export", "show", "peers", "status", "explain", "doctor", "verify", "backup", "restore",
            "user", "user add", "user list",
            "user remove", "user password", "token", "token add", "token list", "token remove"]
DONE, REFUSED, USAGE = 0, 1, 2


class CommandLine(FederationTest):
    def refused(self, *arguments, **options):
        """The one line with the reason."""
        return self.failed(REFUSED, *arguments, **options)

    def misused(self, *arguments, **options):
        """The one line that says what is wrong with the command line."""
        return self.failed(USAGE, *arguments, **options)

    def failed(self, status, *arguments, **options):
        done = run(*arguments, **options)
        self.assertEqual(done.returncode, status, done)
        lines = done.stderr.strip().splitlines()
        self.assertTrue(lines and lines[-1].startswith("hansa: "), done.stderr)
        return lines[-1]

    def document(self, *arguments, **options):
        return json.loads(run_well(*arguments, "--json", **options).stdout)

    def write(self, name, document):
        file = self.folder / name
        file.write_text(json.dumps(document, ensure_ascii=False))
        return file

    def member(self, **options):
        node = self.node("Latvija", "LV", **options)
        found("Commands", [node])
        return node

    def test_help_version_and_wrong_usage(self):
        self.assertRegex(run_well("--version").stdout, r"^hansa \d+\.\d+\.\d+\n")
        overview = run_well("--help").stdout
        for command in COMMANDS:
            shown = run_well(*command.split(), "--help")
            self.assertIn("--help", shown.stdout, command)
            self.assertEqual(shown.stderr, "", command)
            self.assertIn(command.split()[0], overview)
        for wrong in ([], ["nonsense"], ["search", "--nonsense"], ["init"], ["show"], ["demo", "--nodes", "9"],
                      ["init", "--name", "X", "--country", "lv", "--dir", str(self.folder / "x")]):
            done = run(*wrong)
            self.assertEqual(done.returncode, USAGE, (wrong, done))
            self.assertEqual(done.stdout, "", wrong)
            self.assertNotEqual(done.stderr, "", wrong)
        self.assertFalse((self.folder / "x").exists())

    def test_without_a_charter_a_node_says_what_to_do(self):
        node = self.node("Latvija", "LV")
        self.assertIn("hansa-card-1:", run_well("status", directory=node.directory).stdout)
        for command in [("charter", "show"), ("verify",)]:
            self.assertIn("charter", self.refused(*command, directory=node.directory))
        for command in ("status", "peers"):
            shown = run_well(command, directory=node.directory).stdout
            self.assertIn("does not belong to a federation yet", shown)
            self.assertIn("hansa join LINE", shown)
        self.assertIsNone(self.document("status", directory=node.directory)["startedAt"])

    def test_init_keeps_its_secrets_and_refuses_a_used_directory(self):
        node = self.node("Latvija", "LV")
        self.assertEqual(set(node.made), {"name", "country", "dir", "user", "password", "recovery", "card"})
        self.assertGreaterEqual(len(node.made["recovery"].split()), 12)
        self.assertTrue(node.made["card"].startswith("hansa-card-1:"))
        self.assertEqual(stat.S_IMODE(node.directory.stat().st_mode), 0o700)
        found("Secrets", [node])
        for secret in ("node.key", "operator.token", "signer.key"):
            self.assertEqual(stat.S_IMODE((node.directory / secret).stat().st_mode), 0o600, secret)
        self.assertIn("not empty", self.refused("init", "--name", "Cēsis", "--country", "LV", directory=node.directory))
        (node.directory / "node.key").chmod(0o644)
        self.assertIn("chmod 600", self.refused("status", directory=node.directory))

    def test_directory_and_settings_that_cannot_be_used(self):
        no_directory = run("status")
        self.assertEqual(no_directory.returncode, USAGE)
        self.assertIn("--dir", no_directory.stderr)
        self.assertIn("hansa init", self.refused("status", directory=self.folder / "nothing"))
        node = self.member()
        self.assertEqual(self.document("status", env={"HANSA_DIR": str(node.directory)})["name"], "Latvija")
        file = node.directory / "hansa.toml"
        good = file.read_text()
        line = good.count("\n") + 2
        file.write_text(good + "\n[log2]\nlevel = \"info\"\n")
        self.assertIn(f"hansa.toml:{line}", self.refused("status", directory=node.directory))
        file.write_text(good.replace('level = "info"', 'levle = "info"'))
        number = next(at for at, text in enumerate(good.splitlines(), 1) if text.startswith("level"))
        reason = self.refused("status", directory=node.directory)
        self.assertIn(f"hansa.toml:{number}", reason)
        self.assertIn("levle", reason)
        file.write_text(good)
        self.assertIn("HANSA_LOG_LEVEL", self.refused("status", directory=node.directory,
                                                      env={"HANSA_LOG_LEVEL": "loud"}))

    def test_charters_that_cannot_be_accepted(self):
        lv = self.node("Latvija", "LV")
        lt = self.node("Lietuva", "LT")
        garbage = self.folder / "garbage.txt"
        for text in ("", "garbage\n", "hansa-charter-1:AAAA\n", "\0\xff" * 1000):
            garbage.write_text(text)
            self.assertIn("garbage.txt:1", self.refused("charter", "accept", garbage, directory=lv.directory))
        self.assertIn("absent.txt", self.refused("charter", "accept", self.folder / "absent.txt",
                                                 directory=lv.directory))
        found("Without Lithuania", [lv])
        charter = lv.directory / "charter.txt"
        self.assertIn(lt.made["card"], self.refused("charter", "accept", charter, directory=lt.directory))
        self.assertIn("already belongs", self.refused("federation", "found", "--name", "Again", directory=lv.directory))
        for option, wrong in (("--name", ["--name", ""]), ("--name", ["--name", "two\nlines"]),
                              ("--language", ["--name", "X", "--language", "EN"])):
            self.assertIn(f"{option}: ", self.misused("federation", "found", *wrong, directory=lt.directory))
        self.assertFalse((lt.directory / "signer.key").exists())
        self.assertIn("not a card", self.refused("federation", "found", "--name", "X", "--partner", "nonsense",
                                                 directory=lt.directory))
        text = charter.read_text()
        middle = len(text.splitlines()[0]) // 2
        garbage.write_text(text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1:])
        self.refused("charter", "accept", garbage, directory=lt.directory)
        shown = self.document("charter", "show", directory=lv.directory)
        self.assertEqual((shown["name"], shown["version"]), ("Without Lithuania", 1))

    def test_a_charter_that_a_mail_program_wrapped_is_accepted(self):
        founder, invited = self.node("Latvija", "LV"), self.node("Lietuva", "LT")
        found("Wrapped", [founder, invited], accept=False)
        text = (founder.directory / "charter.txt").read_text()
        wrapped = self.folder / "wrapped.txt"
        everything = "".join(text.split())
        wrapped.write_text("\r\n  ".join(everything[at:at + 76] for at in range(0, len(everything), 76)) + "\r\n")
        run_well("charter", "accept", wrapped, directory=invited.directory)
        about = self.document("status", directory=invited.directory)
        self.assertEqual(about["federation"]["name"], "Wrapped")
        # The cards behind the charter came through as well: the founder is dialled.
        founder.start()
        invited.start()
        wait_until(lambda: invited.peers()["LV"]["state"] == "live", "the founder's address was in its card")

    def test_publishing_importing_and_searching_stopped_and_serving(self):
        # Records name the node's own organisation as their publisher: it comes first, with the first start.
        node = self.member(own_organisation=True)
        node.start()
        wait_until(lambda: node.about()["organisation"], "the node's own organisation")
        self.assertEqual(node.stop()[0], DONE)
        self.bring_in(node)
        node.start()
        self.look_around(node)
        self.assertEqual(node.stop()[0], DONE)
        self.look_around(node)
        self.assertTrue(self.document("verify", directory=node.directory)["clean"])
        self.one_line_on_a_terminal("verify", "--dir", node.directory)

    def one_line_on_a_terminal(self, *arguments):
        """Progress is written over, not line by line."""
        ours, theirs = pty.openpty()
        done = subprocess.run([PROGRAM, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=theirs, timeout=60)
        os.close(theirs)
        with open(ours, "rb", buffering=0) as terminal:
            shown = terminal.read(65536).decode()
        self.assertEqual(done.returncode, DONE)
        self.assertGreater(shown.count("\r\033[K"), 1, shown)
        self.assertEqual(shown.count("\n"), 1, shown)

    def bring_in(self, node):
        housing = organisation("Housing aid")
        housing["content"]["name"] = {"lv": "Bēgļu mājokļu atbalsts", "en": "Housing aid"}
        housing["importedFrom"] = {"system": "test", "id": "housing"}
        first = practice("import:test/housing", {"lv": "Mājoklis pirmajā mēnesī"}, {"lv": "Palīdzība " * 6})
        first["importedFrom"] = {"system": "test", "id": "first"}
        file = self.write("two.json", {"records": [housing, first]})
        dry = self.document("import", "--dry-run", file, directory=node.directory)
        self.assertEqual((dry["dryRun"], dry["totals"]), (True, {"created": 2}))
        self.assertEqual(self.document("search", directory=node.directory)["total"], 1)
        self.assertEqual(self.document("import", file, directory=node.directory)["totals"], {"created": 2})
        self.assertEqual(self.document("import", file, directory=node.directory)["totals"], {"unchanged": 2})
        housing["content"]["name"]["en"] = "Housing help"
        self.write("two.json", {"records": [housing, first]})
        again = self.document("import", file, directory=node.directory)
        self.assertEqual(again["totals"], {"updated": 1, "unchanged": 1})
        # A record that cannot be taken names its field; the good one beside it is taken.
        bad = organisation("Bad")
        bad["content"]["country"] = "XX"
        mixed = self.write("mixed.json", [bad, organisation("Good")])
        done = run("publish", "--json", mixed, directory=node.directory)
        self.assertEqual(done.returncode, REFUSED)
        document = json.loads(done.stdout)
        self.assertEqual(document["totals"], {"created": 1, "refused": 1})
        (error,) = document["records"][0]["errors"]
        self.assertEqual((error["field"], error["code"], error["value"]), ("content.country", "unknown_code", "XX"))
        self.assertEqual(document["records"][1]["errors"], [])
        self.assertIn("content.country: this is no code of the list “countries” (\"XX\")", done.stderr)
        self.assertNotIn("unknown_code", done.stderr)
        short = practice(None, {"lv": "Mā"}, {"lv": "Palīdzība " * 6})
        short = run("publish", self.write("short.json", short), directory=node.directory)
        self.assertEqual(short.returncode, REFUSED)
        self.assertIn("content.title.lv: at least 3 characters", short.stderr)
        broken = self.folder / "broken.json"
        broken.write_text('{"records": [\n{"kind": }]}')
        self.assertIn("broken.json:2", self.refused("publish", broken, directory=node.directory))

    def look_around(self, node):
        found_records = self.document("search", "beglu", "majoklu", directory=node.directory)
        self.assertEqual(found_records["total"], 1)
        record = found_records["items"][0]["id"]
        self.assertEqual(self.document("search", "BĒGĻU", directory=node.directory)["total"], 1)
        self.assertEqual(self.document("search", "nothing-like-it", directory=node.directory)["total"], 0)
        self.assertEqual(self.document("search", "--kind", "practice", directory=node.directory)["total"], 1)
        wrong = self.misused("search", "--kind", "nonsense", directory=node.directory)
        for word in ("kind: choose one of ", "nonsense", "practice, "):
            self.assertIn(word, wrong)
        self.assertLess(len(self.misused("search", "--country", "zz", directory=node.directory)), 120)
        self.assertIn("Bēgļu mājokļu atbalsts", run_well("search", directory=node.directory).stdout)
        shown = self.document("show", record, directory=node.directory)
        self.assertEqual(shown["content"]["name"]["en"], "Housing help")
        self.assertEqual((shown["version"], shown["provenance"]["signature"]), (2, "valid"))
        self.assertIn("Housing help", run_well("show", record, directory=node.directory).stdout)
        absent = record[:-26] + "a" * 26
        self.refused("show", absent, directory=node.directory)
        self.refused("show", "nonsense", directory=node.directory)
        self.assertEqual(self.document("peers", directory=node.directory)["items"], [])
        self.assertEqual(self.document("status", directory=node.directory)["records"], 4)
        status = run_well("status", directory=node.directory).stdout
        self.assertIn("charter version 1", status)
        for code in ("uncheckedEntries", "ownLogState", "missingPayloads"):
            self.assertNotIn(code, status)
        self.assertIn("no other nodes", run_well("peers", directory=node.directory).stdout)
        running = "running     since " in status
        self.assertEqual(running, node.process is not None)
        run_well("charter", "show", directory=node.directory)

    def test_withdrawing_says_why_and_names_the_successor(self):
        node = self.node("Rīga", "LV")
        found("Withdrawing", [node])
        node.start()
        gone, kept = (node.publish(organisation(name))["id"] for name in ("Gone", "Kept"))
        for words, why in (([gone], "--reason"), ([gone, "--reason", "tired"], "obsolete")):
            done = run("withdraw", *words, directory=node.directory)
            self.assertEqual(done.returncode, USAGE)
            self.assertIn(why, done.stderr)
        for words, why in ((["nonsense", "--reason", "error"], "nonsense"),
                           ([gone, "--reason", "merged"], "replacedBy"),
                           ([gone, "--reason", "other", "--replaced-by", gone], "replacedBy")):
            self.assertIn(why, self.refused("withdraw", *words, directory=node.directory))
        done = run_well("withdraw", gone, "--reason", "merged", "--replaced-by", kept, directory=node.directory)
        self.assertIn("is withdrawn", done.stdout)
        node.stop()
        shown = self.document("show", gone, directory=node.directory)
        self.assertEqual((shown["status"], shown["withdrawnReason"], shown["replacedBy"]), ("withdrawn", "merged", kept))
        self.refused("withdraw", gone, "--reason", "error", directory=node.directory)

    def test_users_and_tokens(self):
        node = self.member()
        node.start()
        self.users(node)
        self.tokens(node)
        self.assertEqual(node.stop()[0], DONE)
        self.users(node)

    def sign_in(self, node, user, password):
        return node.ask("POST", "/api/v1/session", {"user": user, "password": password},
                        {"Authorization": "", "Origin": f"http://127.0.0.1:{node.admin_port}"}).status

    def users(self, node):
        added = run_well("user", "add", "ilze", "--role", "editor", directory=node.directory).stdout.strip()
        names = [user["name"] for user in self.document("user", "list", directory=node.directory)["items"]]
        self.assertEqual(sorted(names), ["admin", "ilze"])
        changed = run_well("user", "password", "ilze", directory=node.directory).stdout.strip()
        self.assertNotEqual(added, changed)
        if node.process is not None:
            self.assertEqual(self.sign_in(node, "admin", node.made["password"]), 200)
            self.assertEqual(self.sign_in(node, "ilze", changed), 200)
            self.assertEqual(self.sign_in(node, "ilze", added), 401)
        self.refused("user", "add", "ilze", directory=node.directory)
        self.assertIn("name: use 1 to 64", self.misused("user", "add", "Not a name", directory=node.directory))
        self.assertIn("role: choose one of reader",
                      self.misused("user", "add", "janis", "--role", "king", directory=node.directory))
        document = self.document("user", "password", "ilze", directory=node.directory)
        self.assertEqual(set(document), {"name", "password"})
        self.assertEqual(self.document("user", "remove", "ilze", directory=node.directory),
                         {"name": "ilze", "removed": True})
        document = self.document("user", "add", "ilze", "--language", "lv", directory=node.directory)
        self.assertEqual({**document, "password": ""},
                         {"name": "ilze", "role": "editor", "language": "lv", "password": ""})
        self.assertTrue(document["password"])
        run_well("user", "remove", "ilze", directory=node.directory)
        self.assertIn("last administrator", self.refused("user", "remove", "admin", directory=node.directory))
        self.refused("user", "remove", "ilze", directory=node.directory)
        self.refused("user", "password", "ilze", directory=node.directory)

    def tokens(self, node):
        secret = run_well("token", "add", "harvester", "--role", "reader", directory=node.directory).stdout.strip()
        made = self.document("token", "list", directory=node.directory)["items"]
        self.assertEqual([token["label"] for token in made], ["harvester"])
        listed = run_well("token", "list", directory=node.directory).stdout
        self.assertIn("harvester", listed)
        self.assertIn(made[0]["id"], listed)
        self.assertNotIn(secret.rsplit("_", 1)[1], listed)
        self.assertNotIn(secret, json.dumps(made))
        bearer = {"Authorization": f"Bearer {secret}"}
        self.assertEqual(node.ask("GET", "/api/v1/records", headers=bearer).status, 200)
        self.assertEqual(node.ask("POST", "/api/v1/records", organisation("X"), bearer).status, 403)
        run_well("token", "remove", made[0]["id"], directory=node.directory)
        self.assertEqual(node.ask("GET", "/api/v1/records", headers=bearer).status, 401)
        for absent in (made[0]["id"], "zz"):
            self.assertIn("no such token", self.refused("token", "remove", absent, directory=node.directory))
        self.assertEqual(run_well("token", "list", directory=node.directory).stdout, "")

    def checks(self, node, *, healthy):
        done = run("doctor", "--json", directory=node.directory)
        document = json.loads(done.stdout)
        self.assertEqual((document["healthy"], done.returncode), (healthy, DONE if healthy else REFUSED), document)
        return {check["name"]: check for check in document["checks"]}

    def test_doctor_names_what_is_wrong_and_what_to_do(self):
        node = self.member()
        stopped = self.checks(node, healthy=True)
        self.assertEqual(stopped["admin_listener"]["code"], "not_serving")
        node.start()
        serving = self.checks(node, healthy=True)
        self.assertEqual(serving["link_listener"]["code"], "listens")
        self.assertEqual(serving["address"]["code"], "reached")  # as a partner would reach it
        self.assertEqual(serving["charter"]["code"], "in_force")
        self.assertEqual(serving["peers"]["code"], "none")
        self.assertIn("charter version 1", run_well("doctor", directory=node.directory).stdout)
        self.assertEqual(node.stop()[0], DONE)

        (node.directory / "operator.token").chmod(0o640)
        open_to_others = self.checks(node, healthy=False)["permissions"]
        self.assertEqual(open_to_others["code"], "readable_by_others")
        self.assertIn("operator.token", open_to_others["words"])
        (node.directory / "operator.token").chmod(0o600)
        with socket.create_server((HOST, node.link_port)):
            self.assertEqual(self.checks(node, healthy=False)["link_listener"]["code"], "port_taken")
        settings = node.directory / "hansa.toml"
        settings.write_text(settings.read_text().replace("\nlevel = ", "\nlevle = "))
        self.assertIn("levle", self.checks(node, healthy=False)["settings"]["words"])

    def test_doctor_and_explain_on_an_address_that_leads_nowhere(self):
        lv, lt = self.node("Latvija", "LV"), self.node("Lietuva", "LT")
        found("Explained", [lv, lt])
        elsewhere = free_port()
        lv.set("address", f'"ws://{HOST}:{elsewhere}/"')
        lv.start()
        checks = self.checks(lv, healthy=False)
        self.assertEqual((checks["address"]["code"], checks["peers"]["code"]), ("connect_failed", "none_linked"))
        wait_until(lambda: "not_reached" in run_well("explain", "--json", directory=lv.directory).stdout,
                   "what is wrong with Lithuania's node")
        explained = {one["kind"]: one for one in self.document("explain", directory=lv.directory)["items"]}
        finding = explained["node"]["findings"][0]
        self.assertEqual((finding["code"], finding["params"]["reason"]), ("not_reached", "connect_failed"))
        self.assertEqual(finding["next"]["code"], "dials_again")
        peers = run_well("peers", directory=lv.directory).stdout
        self.assertIn("Nobody answers at ws://", peers)
        self.assertNotIn("connect_failed", peers)
        words = run_well("explain", explained["node"]["id"], directory=lv.directory).stdout
        self.assertIn("It could not be reached: Nobody answers at ws://", words)
        self.assertIn("Next: This node tries again by itself.", words)
        lt.start()
        wait_until(lambda: lv.peers()["LT"]["state"] == "live", "LT is linked")
        wait_until(lambda: not self.document("explain", directory=lv.directory)["items"], "everything is in step")
        self.assertIn("Everything is in step.", run_well("explain", directory=lv.directory).stdout)
        self.assertIn("in step", run_well("explain", "this", directory=lv.directory).stdout)
        for nonsense in ("nonsense", "5" * 64, "urn:hansa:x:y"):
            self.refused("explain", nonsense, directory=lv.directory)

    def test_what_wants_the_node_stopped_says_so(self):
        node = self.member()
        node.start()
        for command in (["verify"], ["charter", "accept", str(node.directory / "charter.txt")],
                        ["federation", "found", "--name", "X"], ["serve"]):
            refused = self.refused(*command, directory=node.directory)
            self.assertIn(str(node.process.pid), refused)
            self.assertNotIn("IO error", refused)
        # A node that was killed leaves no trap behind.
        node.kill()
        self.assertEqual(self.document("status", directory=node.directory)["name"], "Latvija")


if __name__ == "__main__":
    unittest.main()
