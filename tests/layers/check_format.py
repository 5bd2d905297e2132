#!/usr/bin/env python3
"""Is every C++ file as clang-format 16 leaves it? Exit status 77 (skipped) without that version: others differ.

Usage: check_format.py ROOT
"""

import os
import re
import shutil
import subprocess
import sys

import sources

SKIPPED = 77
FORMATTER = "clang-format-16"
WARNING = re.compile(r"^(.*?):(\d+):\d+: (?:error|warning): ", re.MULTILINE)


def check(root):
    paths = [path for path in sources.tracked(root) if path.endswith(sources.CPP)]
    if not paths:
        return [(root, 0, "no C++ file found here: give the root of the repository")]
    done = subprocess.run([FORMATTER, "--dry-run", "-Werror", "--style=file:" + os.path.join(root, ".clang-format"), *paths],
                          cwd=root, capture_output=True, text=True)
    first = {}
    for path, line in WARNING.findall(done.stderr):
        first.setdefault(path, int(line))
    problems = [(path, line, f"run: {FORMATTER} -i {path}") for path, line in sorted(first.items())]
    if done.returncode and not problems:
        problems.append((root, 0, f"{FORMATTER} failed: {done.stderr.strip()}"))
    return problems


if __name__ == "__main__":
    if shutil.which(FORMATTER) is None:
        print(f"skipped: {FORMATTER} is not installed")
        sys.exit(SKIPPED)
    sys.exit(sources.report(check(os.path.abspath(sys.argv[1]))))
