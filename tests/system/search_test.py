"""Searching what a node holds: in any form of a word, at once, while it serves or is stopped, and after the index was lost."""

import json
import shutil
import unittest
from urllib.parse import urlencode

from federation import EventStream, FederationTest, organisation, practice, run_well, wait_until

SUMMARY = "Pašvaldība pirmajos trīs mēnešos palīdz atrast dzīvokli un noslēgt pirmo īres līgumu."
ASKED = ["bēgļu mājoklis", "beglu majoklis", "be\u0304gl\u0327u ma\u0304joklis", "bēgļiem", "2007/4.1.1./8", "tromso", "Tromsø",
         "thjonusta", "azuolas", "oppe", "mājokļi", ""]


def found(node, **query):
    return node.get("/api/v1/records?" + urlencode({"limit": 200, **query}))


def ids(page):
    return [item["id"] for item in page["items"]]


def index_of(node):
    return node.about()["index"]


class Search(FederationTest):
    def fill(self, node):
        """Records of several kinds and languages; their ids by a short name."""
        lead = node.publish(organisation("Lead"))["id"]
        titles = {"housing": {"lv": "Bēgļu mājoklis"}, "tromso": {"nb": "Introduksjon i Tromsø"},
                  "iceland": {"is": "Samræmd þjónusta"}, "oak": {"lt": "Ąžuolas auga"}, "learning": {"et": "Keele õppe maja"}}
        made = {name: node.publish(practice(lead, title, dict.fromkeys(title, SUMMARY)))["id"] for name, title in titles.items()}
        project = {"title": {"lv": "Integrācijas pieredzes apguve"}, "number": "2007/4.1.1./8", "period": "2009-08/2009-12", "lead": lead}
        made["project"] = node.publish({"kind": "project", "language": "lv", "content": project})["id"]
        return made

    def answers(self, node):
        return {words: [page["total"], ids(page), page["facets"]] for words in ASKED for page in [found(node, q=words)]}

    def listed(self, node, words=""):
        """What is found; nothing while the index is being begun anew."""
        answer = node.ask("GET", "/api/v1/records?" + urlencode({"limit": 200, "q": words}))
        self.assertIn(answer.status, (200, 503), answer)
        return ids(answer.json) if answer.status == 200 else []

    def test_whatever_form_is_typed_finds_it_at_once(self):
        lv, lt, fi = self.three()
        events = EventStream(fi)
        made = self.fill(lv)
        # What was just acknowledged is found: nobody has to wait for it.
        for words, name in (("bēgļu mājoklis", "housing"), ("beglu majoklis", "housing"),
                            ("be\u0304gl\u0327u ma\u0304joklis", "housing"), ("Tromsø", "tromso"), ("tromso", "tromso"),
                            ("þjónusta", "iceland"), ("thjonusta", "iceland"), ("ąžuolas", "oak"), ("azuolas", "oak"),
                            ("õppe", "learning"), ("oppe", "learning"), ("2007/4.1.1./8", "project")):
            page = found(lv, q=words)
            self.assertEqual(ids(page)[:1], [made[name]], words)
            self.assertEqual(page["index"], {"behind": 0})
        self.assertEqual(found(lv, q="2007/4.1.1./8")["total"], 1)
        # What matched is shown as it stands in the text, in that text's language.
        snippet = found(lv, q="dzīvoklis bēglis")["items"][0]["snippet"]
        self.assertEqual((snippet["language"], [part["text"] for part in snippet["parts"] if part.get("match")]), ("lv", ["dzīvokli"]))
        self.assertNotIn("snippet", found(lv)["items"][0])
        page = found(lv, limit=1)
        self.assertEqual(page["facets"]["kind"], {"organisation": 1, "practice": 5, "project": 1})
        self.assertEqual(page["facets"]["theme"], {"housing": 5})
        self.assertEqual(found(lv, target_group="third-country-nationals", evidence="self-reported")["total"], 5)
        # Who is told of a record finds it, too.
        events.wait_for("change", lambda change: change["record"] == made["project"])
        wait_until(lambda: fi.shows(made["project"]), "its content on the Finnish node")
        wait_until(lambda: ids(found(fi, q="2007/4.1.1./8")) == [made["project"]], "the project in the Finnish search")
        wait_until(lambda: fi.metric("hansa_index_behind") == 0, "the Finnish index is at the end")

    def test_an_index_that_was_lost_or_damaged_is_built_anew_and_equal(self):
        node = self.node("Latvija", "LV", own_organisation=True)
        run_well("federation", "found", "--name", "One", directory=node.directory)
        node.start()
        wait_until(lambda: node.about()["organisation"], "the node's own organisation")
        self.fill(node)
        before = self.answers(node)
        self.assertEqual(index_of(node)["behind"], 0)
        self.assertEqual(node.stop()[0], 0)
        index = node.directory / "index"

        # Stopped: the command brings the index up to date by itself.
        shutil.rmtree(index)
        document = json.loads(run_well("search", "beglu", "majoklis", "--json", directory=node.directory).stdout)
        self.assertEqual(ids(document), before["beglu majoklis"][1])
        self.assertEqual(document["index"], {"behind": 0})

        shutil.rmtree(index)
        node.start()
        wait_until(lambda: index_of(node)["behind"] == 0, "the index is built")
        self.assertEqual(self.answers(node), before)
        self.assertEqual(node.stop()[0], 0)

        for file in (index / "records").iterdir():
            file.write_bytes(b"not an index")
        node.start()
        wait_until(lambda: index_of(node)["behind"] == 0, "the index is built")
        self.assertEqual(self.answers(node), before)

        # Gone while the node serves: the next question notices, and so does everybody who asks again.
        shutil.rmtree(index)
        later = node.publish(organisation("Published later"))["id"]
        wait_until(lambda: later in self.listed(node), "the list is whole again")
        wait_until(lambda: len(self.listed(node, "2007/4.1.1./8")) == 1, "the project is found again")
        self.assertEqual(node.stop()[0], 0)


if __name__ == "__main__":
    unittest.main()
