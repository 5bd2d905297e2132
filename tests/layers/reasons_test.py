#!/usr/bin/env python3
"""check_reasons.py finds a reason that the manual does not explain."""

import tempfile
import unittest
from pathlib import Path

import check_reasons


class Reasons(unittest.TestCase):
    def check(self, manual):
        with tempfile.TemporaryDirectory() as place:
            root = Path(place)
            for path, text in {"docs/operating.md": manual, "protocol/src/refusal.cpp": 'return "too_large";\n',
                               "node/core/src/link_port.cpp": '    "cut",\n'}.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            return [advice for _, _, advice in check_reasons.check(str(root))]

    def test_explained(self):
        self.assertEqual(self.check("| `too_large`, `cut` | … |"), [])

    def test_missing(self):
        found = self.check("| `cut` | … |")
        self.assertEqual(len(found), 1)
        self.assertIn("too_large", found[0])


if __name__ == "__main__":
    unittest.main()
