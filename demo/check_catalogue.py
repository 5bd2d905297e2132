#!/usr/bin/env python3
"""Does the demo catalogue keep its own rules (docs/demo.md)? The program's validator judges the fields in full; this
script judges what the program cannot know: references across files, honesty marks, coverage, no personal data.

Usage: check_catalogue.py FOLDER    (demo/catalogue)
"""

import collections
import json
import os
import re
import sys
import unicodedata

from catalogue_codes import CODES

COUNTRIES = ("lv", "lt", "fi", "ee", "se", "dk", "no", "is")
KINDS = ("organisation", "contact", "project", "practice", "event", "service", "resource", "response")  # also the order within a file
SYSTEM = "hansa-demo"
REFERENCE = re.compile(r"^import:([a-z-]+)/([a-z0-9-]+)$")
EMAIL = re.compile(r"[\w.+-]+@([\w-]+\.)*[\w-]+")
PHONE = re.compile(r"\+\d[\d ()-]{6,}|\btel:|(?<![\d./-])\d{8}(?![\d./-])")
LANGUAGE = re.compile(r"^[a-z]{2,3}$")
PERIOD = re.compile(r"^\d{4}(-\d\d(-\d\d)?)?/(\.\.|\d{4}(-\d\d(-\d\d)?)?)$")
START = re.compile(r"^\d{4}(-\d\d(-\d\d(T\d\d:\d\d)?)?)?$")
ATTRIBUTION_MAX = 300
TEST_RECORD = "practice-demo-discontinued"  # the one record that may hold text that is not in NFC
TEST_STRINGS = ("Šķēršļi", "ņģķļ", "ąčęėįšųūž", "õäöü", "åäö", "æøå", "ðþæö", "ёъ", "їєґі", "„…“", "«…»", "”…”")

REQUIRED = {
    "organisation": ("name", "orgType", "country"),
    "contact": ("contactType", "displayName", "organisation", "roles", "email"),
    "practice": ("title", "summary", "country", "level", "themes", "targetGroups", "lead", "practiceStatus", "period",
                 "evidence"),
    "event": ("title", "eventType", "start", "eventStatus", "mode", "organisers", "languages", "themes"),
    "project": ("title", "period", "lead"),
    "service": ("name", "description", "provider", "serviceType", "themes", "targetGroups", "languages", "area", "channels"),
    "resource": ("title", "type", "issued", "languages", "themes", "url"),
    "response": ("about", "type", "by"),
}
# What others issued keeps the licence that they gave it; our own wording is CC0.
OTHER_LICENCES = {"resource": ("LicenseRef-no-derivatives", "CC-BY-4.0")}
PLACEHOLDER_PHONE = "+37100000000"  # of a range that is not assigned
RESPONSE_NEEDS = {
    "endorsement": (), "adoption": ("stage", "stageDate", "history"), "translation": ("language", "fields", "mode"),
    "correction": ("field", "proposed", "text"), "assessment": ("template", "scores"), "review": ("text", "verdict"),
}
LENGTHS = {  # (kind, field): least and greatest number of code points
    ("organisation", "name"): (2, 200), ("organisation", "shortName"): (1, 30), ("organisation", "description"): (1, 3000),
    ("contact", "displayName"): (2, 120), ("practice", "title"): (3, 160), ("practice", "summary"): (40, 600),
    ("practice", "problem"): (1, 3000), ("practice", "goals"): (1, 2000), ("practice", "activities"): (1, 6000),
    ("practice", "difficulties"): (1, 3000), ("event", "title"): (3, 160), ("event", "description"): (1, 6000),
    ("project", "title"): (3, 160), ("project", "aims"): (1, 3000), ("project", "activities"): (1, 6000),
    ("service", "name"): (1, 160), ("service", "description"): (1, 3000), ("resource", "title"): (3, 160),
    ("resource", "abstract"): (1, 3000), ("response", "text"): (1, 3000), ("response", "adaptations"): (1, 3000), ("response", "difficulties"): (1, 3000),
}
COUNTS = {  # what docs/demo.md promises
    "project": 7, "practice": 22, "event": 13, "service": 2, "resource": 7, "contact": 8, "response": 10, "organisation": 26,
}


def strings(value, path=""):
    """Every text in a JSON value with its path, "content.title.lv"."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from strings(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from strings(part, f"{path}[{index}]")


def check_envelope(record, identifier):
    kind = record.get("kind")
    if kind not in KINDS:
        yield f"kind {kind!r} is none of {', '.join(KINDS)}"
    if not LANGUAGE.match(record.get("language", "")):
        yield "language is missing or no language code"
    if record.get("visibility") != ("network" if kind == "contact" else "public"):
        yield "contacts are for the network, everything else is public"
    if kind != "contact" and record.get("licence") not in ("CC0-1.0", *OTHER_LICENCES.get(kind, ())):
        yield "licence must be CC0-1.0: the wording is our own"
    attribution = record.get("attribution", "")
    if not attribution.startswith(("Compiled for demonstration from ", "Invented for demonstration")):
        yield "attribution must begin with where it was compiled from, or that it is invented"
    if attribution.startswith("Compiled") and "not issued by the organisation described" not in attribution:
        yield "attribution must say that the organisation described did not issue it"
    if len(attribution) > ATTRIBUTION_MAX:
        yield f"attribution has {len(attribution)} code points, at most {ATTRIBUTION_MAX}"
    if not (kind == "contact" or identifier.startswith(("org-", f"{kind}-"))):
        yield "the import id begins with what the record is"
    if record.get("source", "https://").split(":")[0] not in ("https", "http"):
        yield "source must be a web address"


def check_texts(record, identifier):
    for path, text in strings(record):
        if unicodedata.normalize("NFC", text) != text and identifier != TEST_RECORD:
            yield f"{path} is not in NFC"
        if any(unicodedata.category(c) == "Cc" and c != "\n" for c in text):
            yield f"{path} holds a control character"
        for found in EMAIL.finditer(text):
            if not found.group(0).endswith(".example"):
                yield f"{path} holds an e-mail address outside .example"
        if PHONE.search(text) and text != PLACEHOLDER_PHONE and not path.startswith(("source", "attribution")):
            yield f"{path} looks as if it held a phone number"


def check_multilingual(record):
    kind, content = record["kind"], record["content"]
    for (of, name), (least, most) in LENGTHS.items():
        if of != kind or name not in content:
            continue
        texts = content[name]
        if record["language"] not in texts:
            yield f"content.{name} lacks the record's own language {record['language']}"
        for language, text in texts.items():
            if not LANGUAGE.match(language):
                yield f"content.{name}: {language!r} is no language code"
            if not least <= len(text) <= most:
                yield f"content.{name}.{language} has {len(text)} code points, {least} to {most} allowed"
    for index, keyword in enumerate(record.get("keywords", [])):
        if any(len(text) > 60 for text in keyword.values()):
            yield f"keywords[{index}] is longer than 60 code points"
    if len(record.get("keywords", [])) > 15:
        yield "more than 15 keywords"


def check_codes(record):
    content = record["content"]
    for name, codes in CODES.get(record["kind"], {}).items():
        value = content.get(name, [])
        for code in value if isinstance(value, list) else [value]:
            if code not in codes:
                yield f"content.{name}: {code!r} is not in the code list"
    for name, most in (("themes", 5), ("targetGroups", 8), ("contacts", 5), ("results", 20)):
        if len(content.get(name, [])) > most:
            yield f"content.{name} has more than {most} entries"


def check_content(record):
    kind, content = record["kind"], record["content"]
    for name in REQUIRED[kind] + RESPONSE_NEEDS.get(content.get("type"), ()) * (kind == "response"):
        if not content.get(name):
            yield f"content.{name} is missing"
    if "period" in content and not PERIOD.match(content["period"]):
        yield f"content.period {content['period']!r} is no period"
    if kind == "event":
        if not START.match(content.get("start", "")):
            yield "content.start is no date"
        if "T" in content.get("start", "") and "timezone" not in content:
            yield "content.timezone is missing beside a time of day"
        if content.get("mode") != "online" and not {"name", "country"} <= content.get("venue", {}).keys():
            yield "content.venue needs name and country"
        if content.get("eventType") == "study-visit" and "host" not in content:
            yield "content.host is missing"
    if kind == "response" and content.get("stage") == "dropped" and "dropReason" not in content:
        yield "content.dropReason is missing"
    yield from check_multilingual(record)
    yield from check_codes(record)


def check_references(records):
    """References resolve, to an earlier record when taken kind by kind; responses come from invented bodies."""
    by_kind = sorted(records, key=lambda identifier: KINDS.index(records[identifier][1]["kind"]))
    position = {identifier: index for index, identifier in enumerate(by_kind)}
    for identifier, (country, record) in records.items():
        for path, text in strings(record["content"], "content"):
            found = REFERENCE.match(text)
            if text.startswith("import:") and not found:
                yield country, identifier, f"{path}: {text!r} is no reference"
            elif found and (found[1] != SYSTEM or found[2] not in records):
                yield country, identifier, f"{path}: nothing was imported as {text!r}"
            elif found and position[found[2]] >= position[identifier]:
                yield country, identifier, f"{path}: {text!r} comes later, kind by kind: an importer could not resolve it"
        if record["kind"] != "response":
            continue
        by = REFERENCE.match(record["content"].get("by", ""))
        speaker = records.get(by[2]) if by else None
        if speaker is None or not speaker[1]["attribution"].startswith("Invented"):
            yield country, identifier, "content.by must be an invented agency: no real body is made to say anything"
        about = REFERENCE.match(record["content"].get("about", ""))
        if about and about[2] in records and records[about[2]][0] == country:
            yield country, identifier, "content.about is a record of the same node: one does not respond to oneself"


def check_coverage(records):
    """What the whole catalogue promises: counts, test strings, every language."""
    count = collections.Counter(record["kind"] for _, record in records.values())
    for kind, expected in COUNTS.items():
        if count[kind] != expected:
            yield "", "", f"{count[kind]} records of kind {kind}, {expected} expected"
    if TEST_RECORD in records:
        record = records[TEST_RECORD][1]
        texts = [text for _, text in strings(record)]
        for wanted in TEST_STRINGS:
            if not any(wanted in text for text in texts):
                yield "", TEST_RECORD, f"the test string {wanted} is nowhere in it"
        if all(unicodedata.normalize("NFC", text) == text for text in texts):
            yield "", TEST_RECORD, "no text in it is decomposed (NFD)"
        if len(record["content"]["title"].get("fi", "")) != 160:
            yield "", TEST_RECORD, "its Finnish title must have 160 code points"
        if not record["attribution"].startswith("Invented"):
            yield "", TEST_RECORD, "it must be marked as invented"
    else:
        yield "", TEST_RECORD, "the record with the test strings is missing"
    languages = {language for _, r in records.values() for language in r["content"].get("title", r["content"].get("name", {}))}
    for language in ("lv", "lt", "et", "fi", "sv", "da", "nb", "nn", "is", "en", "ru", "uk"):
        if language not in languages:
            yield "", "", f"nothing is titled in {language}"


def read_documents(folder):
    documents = {}
    for country in COUNTRIES:
        with open(os.path.join(folder, country + ".json"), encoding="utf-8") as file:
            documents[country] = json.load(file)
    return documents


def check(documents):
    """All problems as (country, import id, what is wrong)."""
    problems, records = [], {}
    for country, document in documents.items():
        order = []
        for record in document["records"]:
            source = record.get("importedFrom", {})
            identifier = source.get("id", "")
            if source.get("system") != SYSTEM or not identifier or not source.get("when"):
                problems.append((country, identifier, "importedFrom needs system, id and when"))
            if identifier in records:
                problems.append((country, identifier, "the import id is used twice"))
            found = list(check_envelope(record, identifier)) + list(check_texts(record, identifier))
            if record.get("kind") in KINDS:
                records[identifier] = (country, record)
                order.append(KINDS.index(record["kind"]))
                found += check_content(record)
            problems += [(country, identifier, problem) for problem in found]
        if order != sorted(order):
            problems.append((country, "", f"records must stand in the order {', '.join(KINDS)}"))
    return problems + list(check_references(records)) + list(check_coverage(records))


def main(folder):
    documents = read_documents(folder)
    problems = check(documents)
    for country, identifier, problem in problems:
        print(f"{country or 'catalogue'}{'.json' if country else ''}: {identifier + ': ' if identifier else ''}{problem}")
    total = collections.Counter(record.get("kind") for document in documents.values() for record in document["records"])
    print("records: " + ", ".join(f"{total[kind]} {kind}" for kind in KINDS) + f", {sum(total.values())} in all")
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
