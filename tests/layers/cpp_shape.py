"""Functions and namespace-scope variables of a C++ file, found by counting braces: rough, and right for the code that
clang-format leaves behind."""

import re

_SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")
_NOT_VARIABLE = re.compile(
    r"\b(const|constexpr|constinit|using|typedef|friend|template|static_assert|namespace|class|struct|union|enum|extern|"
    r"operator|return|public|private|protected|concept|requires)\b")
_VARIABLE = re.compile(r"^(?:\[\[\w+\]\]\s*)?(?:(?:static|inline|thread_local)\s+)*[\w:]+(?:\s*<.*>)?[\s*&]+\w+(?:\[[^\]]*\])?\s*(?:=.*)?$",
                       re.DOTALL)


class Shape:
    """functions: (first line, last line, head); variables: (line, head)."""

    def __init__(self, bare_text):
        self.functions, self.variables = [], []
        self._stack = []  # one of: "namespace", "class", "function", "other"
        self._head, self._head_line, self._opened = "", 0, []
        self._parens = 0
        line = 1
        for line, text in enumerate(bare_text.split("\n"), 1):
            if text.lstrip().startswith("#"):
                continue
            for character in text:
                self._step(character, line)
            self._head += " "

    def _step(self, character, line):
        if character in "()":
            self._parens += 1 if character == "(" else -1
        if character == "{" and self._parens == 0:
            self._open(line)
        elif character == "}" and self._parens == 0:
            self._close(line)
        elif character == ";" and self._parens == 0:
            self._end_statement()
        else:
            if not self._head.strip():
                self._head, self._head_line = "", line
            self._head += character

    def _inside(self, *kinds):
        return all(kind in kinds for kind in self._stack)

    def _open(self, line):
        head = self._head.strip()
        kind = "other"
        if self._inside("namespace", "class"):
            before_initialiser = head.split(" = ")[0]
            if "(" in before_initialiser and not before_initialiser.startswith(("namespace", "enum")):
                kind = "function"
            elif _SCOPE.search(head) and "=" not in head:
                kind = "namespace" if re.search(r"\b(namespace|extern)\b", head) else "class"
        self._stack.append(kind)
        self._opened.append((self._head_line or line, head))
        if kind != "other":
            self._head = ""

    def _close(self, line):
        if not self._stack:
            return
        kind = self._stack.pop()
        first, head = self._opened.pop()
        if kind == "function":
            self.functions.append((first, line, head))
        # After a brace initialiser the statement goes on to its semicolon, under the head it had before.
        self._head = head if kind == "other" and self._inside("namespace", "class") else ""
        self._head_line = first

    def _end_statement(self):
        head = self._head.strip()
        if self._inside("namespace") and _VARIABLE.match(head) and not _NOT_VARIABLE.search(head):
            self.variables.append((self._head_line, head))
        self._head = ""
