"""Settings and options that cannot be used: refused before anything is made, naming the place; and nothing of anybody's is
replaced by a demonstration."""

import signal
import subprocess
import unittest

from federation import PROGRAM, FederationTest, free_port, run, run_well, wait_until

REFUSED, USAGE = 1, 2


class Settings(FederationTest):
    def test_init_refuses_what_no_partner_could_use(self):
        place = self.folder / "new"
        for options, names in (
                (["--link-address", "ws://h:99999/"], "link.address"), (["--link-address", "ws://user:pw@h/"], "link.address"),
                (["--country", "ZZ"], "node.country"), (["--name", "N" * 300], "node.name"), (["--name", ""], "node.name"),
                (["--language", "LV"], "node.language"), (["--org-type", "foo"], "municipality"),
                (["--link-listen", "nowhere"], "--link-listen")):
            given = {"--name": "Cēsis", "--country": "LV", **dict([options])}
            done = run("init", "--dir", str(place), *[word for pair in given.items() for word in pair])
            self.assertEqual(done.returncode, USAGE, (options, done))
            self.assertIn(names, done.stderr, options)
            self.assertFalse(place.exists(), options)

    def test_a_value_that_cannot_be_used_names_its_line(self):
        node = self.node("Cēsis", "LV")
        file = node.directory / "hansa.toml"
        good = file.read_text()
        lines = good.splitlines()
        for key, value in (("peers", '["http:x"]'), ("trusted_proxies", '["foo"]'), ("ca_file", '"/nofile"'),
                           ("hosts", '["http://a/"]'), ("organisation_type", '"foo"'), ("language", '"xx_YY"')):
            at = next(number for number, line in enumerate(lines) if line.startswith(key + " ="))
            file.write_text("\n".join([*lines[:at], f"{key} = {value}", *lines[at + 1:]]) + "\n")
            done = run("status", directory=node.directory)
            self.assertEqual(done.returncode, REFUSED, key)
            self.assertIn(f"hansa.toml:{at + 1}: ", done.stderr, key)
        file.write_text(good + "\n[foo]\n")
        self.assertIn("unknown section", run("status", directory=node.directory).stderr)
        file.write_text(good)
        wrong = run("status", directory=node.directory, env={"HANSA_LINK_FOO": "1"})
        self.assertIn("HANSA_LINK_FOO", wrong.stderr)
        self.assertEqual(wrong.returncode, REFUSED)
        run_well("status", directory=node.directory)

    def test_a_taken_port_is_no_bug(self):
        one = self.node("Cēsis", "LV")
        one.start()
        other = self.node("Alytus", "LT")
        other.set("listen", f'"127.0.0.1:{one.admin_port}"', section="admin")
        done = run("serve", directory=other.directory)
        self.assertEqual(done.returncode, REFUSED)
        self.assertIn("admin.listen", done.stderr)
        self.assertNotIn("report this", done.stderr)


class NodeKey(FederationTest):
    def test_a_key_under_a_passphrase_opens_with_nothing_else(self):
        node = self.node("Cēsis", "LV")
        file = node.directory / "node.key"
        clear = file.read_text()
        card = node.made["card"]
        right, wrong = self.folder / "right", self.folder / "wrong"
        right.write_text("trīs zaļi kaķi\n")
        wrong.write_text("četri kaķi\n")
        short = self.folder / "short"
        short.write_text("kaķi\n")
        self.assertIn("12 characters", run("key", "protect", "--passphrase-file", short, directory=node.directory).stderr)
        run_well("key", "protect", "--passphrase-file", right, directory=node.directory)
        self.assertTrue(file.read_text().startswith("hansa-"))
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        for variables, said in (({}, "node.key_passphrase_file"),
                                ({"HANSA_NODE_KEY_PASSPHRASE_FILE": str(wrong)}, "not the passphrase")):
            done = run("status", directory=node.directory, env=variables)
            self.assertEqual(done.returncode, REFUSED, done)
            self.assertIn(said, done.stderr)
        node.set("key_passphrase_file", f'"{right}"', section="node")
        node.start()
        self.assertEqual(node.about()["card"], card)
        self.assertEqual(node.stop()[0], 0)
        self.assertEqual(run("key", "unprotect", "--passphrase-file", wrong, directory=node.directory).returncode, REFUSED)
        run_well("key", "unprotect", directory=node.directory)
        self.assertEqual(file.read_text(), clear)


class DemoDirectory(FederationTest):
    def demo(self, directory, **options):
        return run("demo", "--nodes", "1", "--base-port", str(free_port()), "--dir", str(directory), **options)

    def test_real_nodes_are_not_replaced(self):
        directory = self.folder / "real"
        run_well("init", "--name", "Cēsis", "--country", "LV", directory=directory / "lv")
        key = (directory / "lv" / "node.key").read_bytes()
        done = self.demo(directory)
        self.assertEqual(done.returncode, REFUSED)
        self.assertIn("no demo made it", done.stderr)
        self.assertEqual((directory / "lv" / "node.key").read_bytes(), key)

    def test_one_demo_at_a_time(self):
        directory = self.folder / "demo"
        directory.mkdir()
        (directory / "CMakeFiles").mkdir()  # as in a build folder: what is not in the way may stay
        first = subprocess.Popen([PROGRAM, "demo", "--nodes", "1", "--base-port", str(free_port()), "--dir", str(directory)],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(first.stderr.close)
        try:
            wait_until(lambda: (directory / "demo.json").exists() or first.poll() is not None, "the demo is made", 60)
            done = self.demo(directory)
            self.assertEqual(done.returncode, REFUSED, done)
            self.assertIn("another `hansa demo`", done.stderr)
        finally:
            first.send_signal(signal.SIGTERM)
            first.wait(timeout=20)


if __name__ == "__main__":
    unittest.main()
