#!/usr/bin/env python3
"""The habits of this code base that a script can judge. Prints `path:line: what to do instead`.

Usage: check_style.py ROOT
"""

import ast
import os
import re
import sys

import sources
from cpp_shape import Shape

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
TEST_CASE_LINES_MAX = 100
CODE = (".h", ".cpp", ".capnp", ".ts", ".svelte", ".js", ".mjs", ".py", ".sh", ".css")
TESTS = "tests/"

BANNED = re.compile(r"(Manager|Util|Utils|Helper|Helpers|Common|Misc|Handler)$")
BANNED_FILE = re.compile(r"(^|[_.-])(manager|util|utils|helper|helpers|common|misc|handler)([_.-]|$)", re.IGNORECASE)
DECLARED = re.compile(r"\b(?:class|struct|namespace|enum(?:\s+class)?|interface|type)\s+([A-Za-z_]\w*)(?=\s*[{:=<;]|\s+(?:final|extends|implements)\b)")
POSTPONED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|\bfor now\b")
SWALLOWED = re.compile(r"\bcatch\s*(\([^)]*\))?\s*\{\s*\}")
# A switch that names one value a line is a table: its lines are not counted.
TABLE_LINE = re.compile(r"\s*case [\w:]+:(\s*return [^;{]*;)?$")
CPP_SLEEP = re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep)\b")
JS_SLEEP = re.compile(r"\bwaitForTimeout\s*\(")
SHELL_SLEEP = re.compile(r"^\s*sleep\s")
# Written in pieces, so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.~$}{-])/(?:" + "|".join(("work", "home", "Users")) + r")/[\w$]")
REGISTRY = re.compile(r"registry\.(?:npm" + r"js|yarnpkg)|deb\.deb" + r"ian\.org|pypi\." + r"org|files\.python" + r"hosted")
LOCK_FILES = {"package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"}


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def everywhere(path, text):
    """Rules for every text file."""
    name = os.path.basename(path)
    for found in MACHINE_PATH.finditer(text):
        yield path, line_of(text, found.start()), f"{found.group(0)}…: a path of one machine; derive it from the clone or an argument"
    for found in REGISTRY.finditer(text):
        yield path, line_of(text, found.start()), "names a registry's host: leave that to the machine's own settings (.npmrc omits it)"
    if name in LOCK_FILES:
        for found in re.finditer(r'^\s*"?resolved"?[ :]', text, re.MULTILINE):
            yield path, line_of(text, found.start()), "a lock file names no host: set omit-lockfile-registry-resolved=true and install again"


def code(path, text):
    """Rules for every source file."""
    count = text.count("\n")
    if count > FILE_LINES_MAX:
        yield path, FILE_LINES_MAX + 1, f"{count} lines, at most {FILE_LINES_MAX}: split it by duty"
    if BANNED_FILE.search(os.path.basename(path).rsplit(".", 1)[0]):
        yield path, 1, "the file's name says nothing: name the duty"
    for found in POSTPONED.finditer(text):
        if not path.startswith("tests/layers/"):
            yield path, line_of(text, found.start()), f"\"{found.group(0)}\": do it, or write it down as an issue"
    stripped = sources.bare(text) if path.endswith(sources.CPP) else text
    if not path.endswith(".py"):
        for found in DECLARED.finditer(stripped):
            if BANNED.search(found.group(1)):
                yield path, line_of(stripped, found.start()), f"{found.group(1)} says nothing: name the duty"
        for found in SWALLOWED.finditer(stripped):
            yield path, line_of(stripped, found.start()), "an error is swallowed: return it, count it or say why it cannot matter"


def cpp(path, text):
    bare = sources.bare(text)
    shape = Shape(bare)
    lines = bare.split("\n")
    for first, last, head in shape.functions:
        limit = TEST_CASE_LINES_MAX if head.startswith("TEST_CASE") else FUNCTION_LINES_MAX
        length = sum(not TABLE_LINE.match(line) for line in lines[first - 1:last])
        if length > limit:
            yield path, first, f"a function of {length} lines, at most {limit}: give its parts names"
    for line, head in shape.variables:
        yield path, line, f"mutable variable of a namespace ({' '.join(head.split())[:40]}): make it const, or a constructor's argument"
    if path.endswith(".h") and not any(l.strip() == "#pragma once" for l in text.split("\n")):
        yield path, 1, "begin the header with #pragma once"
    if path.startswith(TESTS):
        for found in CPP_SLEEP.finditer(bare):
            yield path, line_of(bare, found.start()), "a test does not sleep: move the clock it was given, or wait for a condition with a deadline"


def python(path, text):
    tree = ast.parse(text, path)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = node.end_lineno - node.lineno + 1
            if length > FUNCTION_LINES_MAX:
                yield path, node.lineno, f"a function of {length} lines, at most {FUNCTION_LINES_MAX}: give its parts names"
        if isinstance(node, ast.ClassDef) and BANNED.search(node.name):
            yield path, node.lineno, f"{node.name} says nothing: name the duty"
        if isinstance(node, ast.ExceptHandler) and all(isinstance(part, ast.Pass) for part in node.body) and node.type is None:
            yield path, node.lineno, "an error is swallowed: name the exceptions that cannot matter and say why"
    if path.startswith(TESTS):
        yield from python_sleeps(path, tree, inside="")


def python_sleeps(path, node, inside):
    """time.sleep is for the polling step of a function named wait_…, which has a deadline, and nowhere else."""
    for child in ast.iter_child_nodes(node):
        name = child.name if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)) else inside
        if isinstance(child, ast.Call) and ast.unparse(child.func).split(".")[-1] == "sleep" and not name.lstrip("_").startswith("wait_"):
            yield path, child.lineno, "a test does not sleep: poll for the condition in a function wait_…, with a deadline"
        yield from python_sleeps(path, child, name)


def lines_matching(path, text, pattern, advice):
    for number, line in enumerate(text.split("\n"), 1):
        if pattern.search(line):
            yield path, number, advice


def orphans(paths):
    """A test that no target builds is dead."""
    for path in paths:
        if path.startswith(TESTS) and path.endswith(("_test.cpp", "_fuzz.cpp")):
            if os.path.join(os.path.dirname(path), "CMakeLists.txt") not in paths:
                yield path, 1, "no target builds this test: add a CMakeLists.txt to its folder"


def check(root):
    paths = sources.tracked(root)
    problems = list(orphans(set(paths)))
    seen = 0
    for path in paths:
        text = sources.read(root, path)
        if text is None:
            continue
        problems += everywhere(path, text)
        if not path.endswith(CODE) or "/vectors/" in path:
            continue
        seen += 1
        problems += code(path, text)
        if path.endswith(sources.CPP):
            problems += cpp(path, text)
        elif path.endswith(".py"):
            problems += python(path, text)
        elif path.startswith(TESTS) and path.endswith((".ts", ".js", ".mjs")):
            problems += lines_matching(path, text, JS_SLEEP, "a test does not sleep: wait for what the page shows")
        elif path.startswith(TESTS) and path.endswith(".sh"):
            problems += lines_matching(path, text, SHELL_SLEEP, "a test does not sleep: wait for a condition with a deadline")
    if seen == 0:
        problems.append((root, 0, "no source file found here: give the root of the repository"))
    return problems


if __name__ == "__main__":
    sys.exit(sources.report(check(os.path.abspath(sys.argv[1]))))
