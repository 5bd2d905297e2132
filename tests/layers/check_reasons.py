#!/usr/bin/env python3
"""Every reason that the program can name to an operator is explained in the operators' manual.

Usage: check_reasons.py ROOT
"""

import os
import re
import sys

import sources

MANUAL = "docs/operating.md"
NAMED_IN = {  # file: how a reason's name stands in it
    "protocol/src/refusal.cpp": re.compile(r'return "([a-z_]+)";'),
    "node/core/src/link_port.cpp": re.compile(r'^    "([a-z_]+)",$', re.MULTILINE),
}


def check(root):
    manual = sources.read(root, MANUAL) or ""
    explained = set(re.findall(r"`([a-z_]+)`", manual))
    problems = []
    for path, pattern in NAMED_IN.items():
        text = sources.read(root, path) or ""
        found = list(pattern.finditer(text))
        if not found:
            problems.append((path, 0, "no reason is named here: mend NAMED_IN in tests/layers/check_reasons.py"))
        for match in found:
            if match[1] not in explained:
                line = text.count("\n", 0, match.start(1)) + 1
                problems.append((path, line, f"`{match[1]}` is not in the tables of {MANUAL}: say what it means and what to do"))
    return problems


if __name__ == "__main__":
    sys.exit(sources.report(check(os.path.abspath(sys.argv[1]))))
