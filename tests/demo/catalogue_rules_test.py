#!/usr/bin/env python3
"""Each rule of demo/check_catalogue.py, broken once in a copy of the catalogue, must be reported."""

import copy
import os
import sys
import unicodedata
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "demo"))
import check_catalogue  # noqa: E402

DOCUMENTS = check_catalogue.read_documents(os.path.join(ROOT, "demo", "catalogue"))


def find(documents, identifier):
    return next(record for document in documents.values() for record in document["records"]
                if record["importedFrom"]["id"] == identifier)


def put(*path_and_value):
    """A change that sets record[path…] = value."""
    *path, last, value = path_and_value

    def change(record):
        for part in path:
            record = record[part]
        record[last] = value
    return change


BROKEN = [  # (record, change, part of the complaint)
    ("practice-ih-vilnius", put("content", "title", "lt", "Š" * 161), "161 code points"),
    ("practice-ih-vilnius", put("content", "summary", "lt", "Per trumpa."), "11 code points"),
    ("practice-ih-vilnius", put("content", "themes", ["weather"]), "'weather' is not in the code list"),
    ("practice-ih-vilnius", put("content", "lead", "import:hansa-demo/org-nobody"), "nothing was imported as"),
    ("practice-ih-vilnius", put("content", "period", "since 2021"), "no period"),
    ("practice-ih-vilnius", put("content", "evidence", ""), "content.evidence is missing"),
    ("practice-ih-vilnius", put("content", "goals", {"lt": "rašykite vardas@tikras.lt"}), "e-mail address outside"),
    ("practice-ih-vilnius", put("content", "goals", {"lt": "skambinkite +370 5 000 0000"}), "phone number"),
    ("practice-ih-vilnius", put("content", "goals", {"lt": unicodedata.normalize("NFD", "ąčęėįšųūž")}), "not in NFC"),
    ("practice-ih-vilnius", put("content", "goals", {"lt": "tab\there"}), "control character"),
    ("practice-ih-vilnius", put("content", "title", {"en": "Only a translation"}), "lacks the record's own language"),
    ("practice-ih-vilnius", put("attribution", ""), "attribution must begin"),
    ("practice-ih-vilnius", put("licence", "CC-BY-4.0"), "licence must be CC0-1.0"),
    ("practice-ih-vilnius", put("importedFrom", "id", "practice-nic-institution"), "used twice"),
    ("practice-ih-vilnius", put("kind", "event"), "records of kind practice"),
    ("practice-nic-institution", put("content", "related", ["import:hansa-demo/practice-free-phone"]), "comes later"),
    ("event-study-visit-fi-2009", lambda record: record["content"].pop("host"), "content.host is missing"),
    ("event-study-visit-fi-2009", lambda record: record["content"].pop("venue"), "content.venue needs"),
    ("contact-lt-coordinator", put("visibility", "public"), "contacts are for the network"),
    ("event-keeletrenn-maardu-2026", lambda record: record["content"].pop("timezone"), "timezone is missing"),
    ("response-lt-drops-language-friends", lambda record: record["content"].pop("dropReason"), "dropReason is missing"),
    ("response-lt-endorses-riga", put("content", "by", "import:hansa-demo/org-ncm-lt"), "must be an invented agency"),
    ("response-lt-endorses-riga", put("content", "about", "import:hansa-demo/practice-micenter"), "same node"),
    ("practice-demo-discontinued", lambda record: record.pop("keywords"), "no text in it is decomposed"),
    ("practice-demo-discontinued", lambda record: (record.pop("keywords"), record["content"].pop("difficulties")), "test string"),
    ("practice-demo-discontinued", put("content", "title", "fi", "Lyhyt otsikko"), "160 code points"),
]


class Rules(unittest.TestCase):
    def test_the_catalogue_itself_is_clean(self):
        self.assertEqual(check_catalogue.check(DOCUMENTS), [])

    def test_each_broken_rule_is_reported(self):
        for identifier, change, complaint in BROKEN:
            with self.subTest(identifier=identifier, complaint=complaint):
                documents = copy.deepcopy(DOCUMENTS)
                change(find(documents, identifier))
                found = [problem for _, _, problem in check_catalogue.check(documents)]
                self.assertTrue(any(complaint in problem for problem in found), found)

    def test_a_missing_record_is_reported(self):
        documents = copy.deepcopy(DOCUMENTS)
        documents["dk"]["records"].pop()
        self.assertNotEqual(check_catalogue.check(documents), [])


if __name__ == "__main__":
    unittest.main()
