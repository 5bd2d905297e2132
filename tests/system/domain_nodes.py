"""Three nodes with a catalogue of their own, started once for many tests: what every row of docs/domain.md asks of the
product is shown on them.

Latvia's node is the only one that the others can dial, so that Lithuania and Finland have each other's records through it.
"""

import csv
import io
import json
import shutil
import tempfile
import unittest
from pathlib import Path
from urllib.parse import quote, urlencode

from federation import Node, found, organisation, practice, wait_until

SUMMARY = "Pašvaldība pirmajos trīs mēnešos palīdz atrast dzīvokli un noslēgt pirmo īres līgumu."


def record(kind, content, language="en", **common):
    return {"kind": kind, "language": language, "content": content, **common}


def texts(**by_language):
    return by_language


class DomainNodes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = Path(tempfile.mkdtemp(prefix="hansa-domain-"))
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.folder = folder
        cls.lv = Node(folder, "Latvija", "LV")
        cls.lt = Node(folder, "Lietuva", "LT", dialled=False)
        cls.fi = Node(folder, "Suomi", "FI", dialled=False)
        cls.nodes = [cls.lv, cls.lt, cls.fi]
        found("Domain", cls.nodes)
        for node in cls.nodes:
            cls.addClassCleanup(node.end)
            node.start()
        cls.own = {node.country: node.publish(organisation(f"Agency of {node.name}", node.country))["id"] for node in cls.nodes}

    def publish(self, node, kind, content, language="en", **common):
        return node.publish(record(kind, content, language, **common))["id"]

    def practice(self, node, title, language="lv", **changes):
        made = practice(self.own[node.country], {language: title}, {language: SUMMARY}, node.country)
        made["content"].update(changes)
        return node.publish(made)["id"]

    def refused(self, node, given):
        """The codes by field for which a record is not taken."""
        answer = node.ask("POST", "/api/v1/records", given)
        self.assertEqual(answer.status, 422, answer)
        return {error["field"]: error["code"] for error in answer.json["errors"]}

    def page(self, node, **query):
        return node.get("/api/v1/records?" + urlencode({"limit": 200, **query}))

    def found(self, node, **query):
        """Ids of a list, in its order."""
        return [item["id"] for item in self.page(node, **query)["items"]]

    def wait_found(self, node, wanted, **query):
        """Until the list on `node` holds exactly these; what is published next to it in other tests is filtered away by `query`."""
        wanted = {wanted} if isinstance(wanted, str) else set(wanted)
        wait_until(lambda: set(self.found(node, **query)) == wanted,
                   lambda: f"{query} on {node.name} gives {self.found(node, **query)}, not {wanted}")

    def wait_shown(self, node, identity):
        return wait_until(lambda: node.shows(identity), f"{identity} on {node.name}")

    def export(self, node, ending, **query):
        answer = node.ask("GET", f"/api/v1/records.{ending}?" + urlencode(query))
        self.assertEqual(answer.status, 200, answer)
        return answer.body

    def table(self, node, **query):
        text = self.export(node, "csv", **query).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def revise(self, node, identity, change):
        """`change` gets the content and alters it."""
        path = "/api/v1/records/" + quote(identity)
        shown = node.get(path)
        change(shown["content"])
        answer = node.ask("PUT", path, shown, {"If-Match": f'"{shown["revision"]}"'})
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def withdraw(self, node, identity, reason="obsolete"):
        return node.ask("POST", f"/api/v1/records/{quote(identity)}/withdraw", {"reason": reason})

    def imported(self, node, format_name, media_type, text, **parameters):
        """The summary of an import that was run to its end."""
        api = node.api()
        try:
            api.connection.request("POST", f"/api/v1/imports?{urlencode({'format': format_name, **parameters})}", text.encode(),
                                   {"Authorization": f"Bearer {node.token}", "Content-Type": media_type})
            response = api.connection.getresponse()
            status, body = response.status, response.read()
        finally:
            api.close()
        self.assertEqual(status, 201, body)
        made = json.loads(body)
        run = node.ask("POST", f"/api/v1/imports/{made['id']}/run", {})
        self.assertEqual(run.status, 200, (run, node.get(f"/api/v1/imports/{made['id']}/lines")))
        return run.json
