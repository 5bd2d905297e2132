"""The files of the repository, and C++ text without comments and literals."""

import os
import re
import subprocess

CPP = (".h", ".cpp")


def tracked(root):
    """Paths relative to root: what git tracks or would track; every file where there is no repository."""
    if os.path.exists(os.path.join(root, ".git")):
        listed = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard", "-z"],
                                check=True, capture_output=True).stdout
        paths = listed.decode().split("\0")
    else:
        paths = [os.path.relpath(os.path.join(folder, name), root)
                 for folder, _, names in os.walk(root) for name in names]
    return sorted(path for path in paths if path and os.path.isfile(os.path.join(root, path)))


def read(root, path):
    """The text of a file, or None if it is not UTF-8 text."""
    with open(os.path.join(root, path), "rb") as file:
        data = file.read()
    try:
        return None if b"\0" in data else data.decode()
    except UnicodeDecodeError:
        return None


_NOISE = re.compile(
    r'R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"'  # raw string
    r'|//[^\n]*|/\*.*?\*/'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Za-z])'(?:\\.|[^'\\\n])*'",  # not the digit separator of 1'000
    re.DOTALL)


def bare(text):
    """C++ text with comments blanked and literals emptied; line numbers stay."""

    def blank(match):
        found = match.group(0)
        lines = "\n" * found.count("\n")
        return lines if found.startswith("/") else '""' + lines

    return _NOISE.sub(blank, text)


def report(problems):
    """Prints `path:line: what to do instead` for each problem; the exit status."""
    for path, line, advice in problems:
        print(f"{path}:{line}: {advice}")
    if problems:
        print(f"{len(problems)} to put right")
    return 1 if problems else 0
