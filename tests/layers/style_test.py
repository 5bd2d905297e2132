"""check_style.py refuses what it should, and only that."""

import os
import tempfile
import unittest

import check_style


def problems_in(files):
    """Of a tree with these files and one blameless source."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in {"node/main.cpp": "", **files}.items():
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        return check_style.check(root)


def body(lines):
    return "  step();\n" * lines


class Style(unittest.TestCase):
    def refused(self, path, text, line, says):
        found = problems_in({path: text})
        self.assertEqual([(p, l) for p, l, _ in found], [(path, line)], found)
        self.assertIn(says, found[0][2])

    def accepted(self, path, text):
        self.assertEqual(problems_in({path: text}), [])

    def test_lengths(self):
        self.refused("store/src/a.cpp", "//\n" * 401, 401, "split")
        self.accepted("store/src/a.cpp", "//\n" * 400)
        self.refused("store/src/a.cpp", "namespace x {\nint Log::a(int b) const {\n" + body(60) + "}\n}\n", 2, "62 lines")
        self.accepted("store/src/a.cpp", "namespace x {\nint Log::a(int b) const {\n" + body(58) + "}\n}\n")
        self.refused("store/src/a.cpp", "struct A {\n  int a() {\n    for (;;) {\n" + body(60) + "    }\n  }\n};\n", 2, "function")
        self.accepted("store/src/a.cpp", "int a(E e) {\n  switch (e) {\n" + "    case E::b: return 1;\n" * 80 + "  }\n}\n")
        self.accepted("tests/store/a.cpp", 'TEST_CASE("a") {\n' + body(90) + "}\n")
        self.refused("tests/system/a.py", "def a():\n" + "    b()\n" * 60, 1, "61 lines")

    def test_names(self):
        self.refused("store/src/a.cpp", "class LogManager {\n};\n", 1, "LogManager")
        self.refused("store/src/a.cpp", "\nstruct LogHelper;\n", 2, "LogHelper")
        self.refused("store/src/log_utils.cpp", "", 1, "name the duty")
        self.accepted("store/src/a.cpp", "struct Commonwealth {};\n// a manager of a town\n")

    def test_postponed_and_swallowed(self):
        self.refused("store/src/a.cpp", "int a();  // TO" "DO: more\n", 1, "issue")
        self.refused("store/src/a.cpp", "void a() {\n  try { b(); } catch (const E&) {}\n}\n", 2, "swallowed")
        self.refused("tests/system/a.py", "try:\n    a()\nexcept:\n    pass\n", 3, "swallowed")

    def test_sleeps(self):
        self.refused("tests/links/a.cpp", "void a() {\n  std::this_thread::sleep_for(x);\n}\n", 2, "sleep")
        self.accepted("node/links/src/a.cpp", "void a() {\n  std::this_thread::sleep_for(x);\n}\n")
        self.refused("tests/system/a.py", "def a():\n    time.sleep(1)\n", 2, "sleep")
        self.accepted("tests/system/a.py", "def wait_until(ready):\n    time.sleep(1)\n")
        self.refused("tests/browser/a.mjs", "await page.waitForTimeout(5)\n", 1, "sleep")
        self.refused("tests/system/a.sh", "a\n  sleep 1\n", 2, "sleep")

    def test_mutable_variables(self):
        for text in ("int count = 0;\n", "static std::map<int, int> seen;\n", "namespace x {\nstd::string name{1};\n}\n"):
            self.assertEqual(len(problems_in({"store/src/a.cpp": text})), 1, text)
        self.accepted("store/src/a.cpp",
                      "namespace x {\nconstexpr int a = 1;\nconst std::array<int, 2> b = {1, 2};\nint f(int c);\n"
                      "using D = int;\nstruct E {\n  int e = 0;\n};\nenum class G { a, b };\n"
                      "std::vector<int> h(int i) {\n  int j = 0;\n  return {j, i};\n}\n}\n")

    def test_headers(self):
        self.refused("store/include/store/a.h", "int a();\n", 1, "#pragma once")
        self.accepted("store/include/store/a.h", "// words\n#pragma once\nint a();\n")

    def test_machines_and_registries(self):
        self.refused("docs/a.md", "see /wo" "rk/a\n", 1, "one machine")
        self.refused("docs/a.md", "\nsee /ho" "me/ann/a\n", 2, "one machine")
        self.refused("admin-ui/package-lock.json", '{\n  "resolved": "https://a.example/b.tgz"\n}\n', 2, "no host")
        self.refused("admin-ui/.npmrc", "registry=https://registry.npm" "js.org/\n", 1, "registry")

    def test_nothing_found_is_a_failure(self):
        with tempfile.TemporaryDirectory() as root:
            self.assertEqual(len(check_style.check(root)), 1)

    def test_orphans(self):
        self.refused("tests/store/a_test.cpp", "", 1, "no target")
        self.assertEqual(problems_in({"tests/store/a_test.cpp": "", "tests/store/CMakeLists.txt": ""}), [])


if __name__ == "__main__":
    unittest.main()
