"""check_format.py refuses what clang-format would change, and only that."""

import os
import shutil
import sys
import tempfile
import unittest

import check_format

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def problems_in(text):
    with tempfile.TemporaryDirectory() as root:
        shutil.copy(os.path.join(ROOT, ".clang-format"), root)
        with open(os.path.join(root, "a.cpp"), "w", encoding="utf-8") as file:
            file.write(text)
        return check_format.check(root)


class Format(unittest.TestCase):
    def test_refuses(self):
        self.assertEqual(problems_in("int a();\nint   b( );\n"), [("a.cpp", 2, "run: clang-format-16 -i a.cpp")])

    def test_accepts(self):
        self.assertEqual(problems_in("int a();\n"), [])

    def test_nothing_found_is_a_failure(self):
        with tempfile.TemporaryDirectory() as root:
            self.assertEqual(len(check_format.check(root)), 1)


if __name__ == "__main__":
    if shutil.which(check_format.FORMATTER) is None:
        sys.exit(check_format.SKIPPED)
    unittest.main()
