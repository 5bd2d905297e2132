"""The exports of the whole demo catalogue, judged by the programs that others read these formats with."""

import csv
import datetime
import io
import json
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path
from urllib.parse import quote

import feedparser
import icalendar
import rdflib
import vobject
from lxml import etree

from federation import PROGRAM, Api, free_port, run, run_well, wait_until

READY_SECONDS = 200
STOP_SECONDS = 20
ATOM = "{http://www.w3.org/2005/Atom}"
TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}"
SCHEMA = rdflib.Namespace("https://schema.org/")


def day_of(event):
    return event["content"].get("start", "")[:10] if len(event["content"].get("start", "")) >= 10 else None


class Exports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(place.cleanup)
        cls.directory = Path(place.name) / "demo"
        ready = Path(place.name) / "ready.json"
        cls.port = free_port()
        demo = subprocess.Popen([PROGRAM, "demo", "--dir", str(cls.directory), "--nodes", "1", "--base-port",
                                 str(cls.port), "--ready-file", str(ready)], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)
        cls.addClassCleanup(cls.end, demo)
        wait_until(lambda: ready.exists() or demo.poll() is not None, "the demo is ready", READY_SECONDS)
        assert demo.poll() is None, "the demo ended by itself"
        node = json.loads(ready.read_text())["nodes"][0]
        cls.node = Path(node["dir"])
        cls.api = Api(cls.port, node["token"])
        cls.addClassCleanup(cls.api.close)

    @staticmethod
    def end(demo):
        demo.send_signal(signal.SIGTERM)
        demo.wait(timeout=STOP_SECONDS)

    def get(self, path, **headers):
        answer = self.api.ask("GET", "/api/v1/" + path, headers=headers)
        self.assertEqual(answer.status, 200, answer)
        return answer

    def records(self, query=""):
        """All of a list, by its pages."""
        found, cursor = [], ""
        while cursor is not None:
            page = self.get(f"records?limit=200&{query}{cursor and '&cursor=' + quote(cursor)}").json
            found += page["items"]
            cursor = page["next"]
        return found

    def change(self, path, body):
        answer = self.api.ask("POST", "/api/v1/" + path, body)
        self.assertIn(answer.status, (200, 201), answer)
        return answer.json

    def test_csv_is_read_by_the_csv_module(self):
        for separator, delimiter in (("comma", ","), ("semicolon", ";")):
            body = self.get(f"records.csv?separator={separator}").body
            self.assertTrue(body.startswith(b"\xef\xbb\xbf"))
            rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=delimiter, strict=True))
            wanted = self.records()
            self.assertGreater(len(wanted), 60)
            self.assertEqual({row["id"] for row in rows}, {record["id"] for record in wanted})
            by_id = {row["id"]: row for row in rows}
            for record in wanted:
                row = by_id[record["id"]]
                self.assertIsNone(row.get(None), row)
                for language, title in (record["content"].get("title") or {}).items():
                    self.assertIn(row[f"title_{language}"], (title, "'" + title))
                for value in row.values():
                    self.assertNotRegex(value, r"^[=+@]|^-[^0-9]")

    def test_the_calendar_is_read_by_icalendar_and_vobject(self):
        body = self.get("records.ics?status=published").body
        for line in body.split(b"\r\n"):
            self.assertLessEqual(len(line), 75)
            line.decode()  # no character is cut
        calendar = icalendar.Calendar.from_ical(body)
        events = {str(event["UID"]): event for event in calendar.walk("VEVENT")}
        wanted = {event["id"]: event for event in self.records("kind=event") if day_of(event)}
        self.assertEqual(set(events), set(wanted))
        zones = {str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")}
        for identity, event in events.items():
            self.assertFalse(event.errors, event.errors)
            record = wanted[identity]
            self.assertEqual(str(event["SUMMARY"]), record["content"]["title"][record["language"]])
            self.assertEqual(event["SEQUENCE"], record["version"])
            start = event.decoded("DTSTART")
            self.assertEqual(str(start)[:10], day_of(record))
            if not isinstance(start, datetime.datetime):
                last = event.decoded("DTEND") - datetime.timedelta(days=1)
                self.assertEqual(str(last), record["content"].get("end", record["content"]["start"]))
            else:
                self.assertIn(event["DTSTART"].params["TZID"], zones)
        read = vobject.readOne(body.decode())
        self.assertEqual(len(read.vevent_list), len(events))
        [lesson] = [event for event in read.vevent_list if event.summary.value == "Keeletrenn Maardus"]
        # By the VTIMEZONE of the document, not by a table of the reader's own.
        self.assertEqual(lesson.dtstart.value.astimezone(datetime.timezone.utc),
                         datetime.datetime(2026, 2, 12, 14, 30, tzinfo=datetime.timezone.utc))

    def test_a_moved_event_moves_and_a_withdrawn_one_is_cancelled(self):
        organiser = self.records("kind=organisation")[0]["id"]
        content = {"title": {"lv": "Saruna"}, "eventType": "seminar", "start": "2026-07-01T10:00", "timezone": "Atlantic/Faroe",
                   "eventStatus": "confirmed", "mode": "onsite", "venue": {"country": "FO"}, "organisers": [organiser],
                   "languages": ["lv"], "themes": ["culture"]}
        made = self.change("records", {"kind": "event", "language": "lv", "content": content})

        def shown():
            calendar = vobject.readOne(self.get("records.ics?theme=culture").body.decode())
            return [event for event in calendar.vevent_list if event.uid.value == made["id"]]
        [event] = shown()
        self.assertEqual(event.dtstart.value.utcoffset(), datetime.timedelta(hours=1))
        moved = self.api.ask("PUT", f"/api/v1/records/{made['id']}", {
            "kind": "event", "language": "lv", "content": {**content, "start": "2026-12-01T10:00"}},
            {"If-Match": f'"{made["revision"]}"'})
        self.assertEqual(moved.status, 200, moved)
        [event] = shown()
        self.assertEqual((event.dtstart.value.utcoffset(), event.sequence.value), (datetime.timedelta(0), "2"))
        self.change(f"records/{made['id']}/withdraw", {"reason": "error"})
        [event] = shown()
        self.assertEqual((event.status.value, event.sequence.value, event.summary.value), ("CANCELLED", "3", "Saruna"))

        feed = feedparser.parse(self.get("records.atom?kind=event").body)
        self.assertFalse(feed.bozo, feed.get("bozo_exception"))
        self.assertNotIn(made["id"], [entry.id for entry in feed.entries])
        tree = etree.fromstring(self.get("records.atom?kind=event").body)
        self.assertIn(made["id"], [gone.get("ref") for gone in tree.findall(TOMBSTONE + "deleted-entry")])

    def test_the_feed_is_read_page_by_page_by_feedparser(self):
        wanted = {record["id"] for record in self.records()}
        found, identity, path = [], None, "records.atom?limit=30"
        while path:
            body = self.get(path).body
            feed = feedparser.parse(body)
            self.assertFalse(feed.bozo, feed.get("bozo_exception"))
            self.assertEqual(feed.version, "atom10")
            self.assertIn(identity, (None, feed.feed.id))
            identity = feed.feed.id
            found += [entry.id for entry in feed.entries]
            self.check_rules(etree.fromstring(body))
            following = [link.href for link in feed.feed.links if link.rel == "next"]
            path = following[0].split("/api/v1/")[1] if following else None
        self.assertEqual(len(found), len(set(found)))
        self.assertEqual(set(found), wanted)

    def check_rules(self, feed):
        """What RFC 4287 asks for and a lenient reader forgives."""
        for element in [feed, *feed.findall(ATOM + "entry")]:
            for name in ("id", "title", "updated"):
                self.assertEqual(len(element.findall(ATOM + name)), 1, name)
            datetime.datetime.fromisoformat(element.findtext(ATOM + "updated"))
        for entry in feed.findall(ATOM + "entry"):
            self.assertTrue(entry.find(ATOM + "author").findtext(ATOM + "name"))
            self.assertEqual([link.get("rel") for link in entry.findall(ATOM + "link")].count("alternate"), 1)

    def test_every_card_is_read_by_vobject(self):
        wanted = {record["id"]: record for kind in ("contact", "organisation") for record in self.records("kind=" + kind)}
        for version in ("4.0", "3.0"):
            cards = list(vobject.readComponents(self.get(f"records.vcf?version={version}").body.decode()))
            self.assertEqual({card.uid.value for card in cards}, set(wanted))
            for card in cards:
                record = wanted[card.uid.value]
                self.assertEqual(card.version.value, version)
                name = record["content"].get("displayName") or record["content"]["name"]
                self.assertEqual(card.fn.value, name[record["language"]])
                if record["content"].get("email"):
                    self.assertEqual(card.email.value, record["content"]["email"])
                if version == "3.0":
                    card.validate(raiseException=True)

    def test_every_record_is_a_node_of_the_graph_for_rdflib(self):
        graph = rdflib.Graph()
        graph.parse(data=self.get("records.jsonld").body.decode(), format="json-ld")
        for record in self.records():
            node = rdflib.URIRef(record["id"])
            self.assertTrue(list(graph.objects(node, rdflib.RDF.type)), record["id"])
            names = {(text.language, str(text)) for text in graph.objects(node, SCHEMA.name)}
            title = next((record["content"][name] for name in ("title", "name", "displayName")
                          if isinstance(record["content"].get(name), dict)), {})
            self.assertEqual(names, {(language.lower(), text) for language, text in title.items()}, record["id"])

    def test_a_harvester_takes_what_is_public_and_learns_what_went(self):
        made = json.loads(run_well("token", "add", "Harvester", "--role", "feed", "--json", directory=self.node).stdout)
        public = [record for record in self.records() if record["visibility"] == "public"]
        self.assertGreater(len(public), 40)
        gone = self.change("records", {"kind": "organisation", "language": "en", "visibility": "public", "content": {
            "name": {"en": "A society"}, "orgType": "ngo", "country": "LV"}})
        self.change(f"records/{gone['id']}/withdraw", {"reason": "error"})
        # The whole protocol as HTTP::OAI reads it: identify, sets, and all pages of all records.
        script = """
            use HTTP::OAI; my $h = HTTP::OAI::Harvester->new(baseURL => $ARGV[0]);
            $h->default_header(Authorization => "Bearer $ARGV[1]");
            my $identify = $h->Identify; die $identify->message if $identify->is_error; print $identify->deletedRecord, "\\n";
            my $list = $h->ListRecords(metadataPrefix => 'oai_dc'); die $list->message if $list->is_error;
            while (my $r = $list->next) { die $r->message if $r->can('is_error') && $r->is_error;
              print join(' ', $r->identifier, $r->header->status // 'live', $r->datestamp, defined $r->metadata ? 1 : 0), "\\n"; }"""
        done = subprocess.run(["/usr/bin/perl", "-e", script, f"http://127.0.0.1:{self.port}/oai", made["secret"]],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        first, *lines = done.stdout.split("\n")
        self.assertEqual(first, "persistent", done)
        found = {line.split()[0]: line.split()[1:] for line in lines if line}
        self.assertEqual({identity for identity, (state, _, whole) in found.items() if state == "live" and whole == "1"},
                         {record["id"] for record in public}, done.stderr)
        self.assertEqual(found[gone["id"]][0::2], ["deleted", "0"])

    def test_the_node_is_one_catalogue_for_open_data_portals(self):
        dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
        terms = rdflib.Namespace("http://purl.org/dc/terms/")
        answer = self.api.ask("GET", "/dcat")
        graph = rdflib.Graph().parse(data=answer.body.decode(), format="json-ld")
        [catalogue] = graph.subjects(rdflib.RDF.type, dcat.Catalog)
        datasets = list(graph.objects(catalogue, dcat.dataset))
        self.assertEqual(len(datasets), 8)
        for thing in [catalogue, *datasets]:  # what DCAT-AP demands of both
            for needed in (terms.title, terms.description, terms.publisher):
                self.assertTrue(list(graph.objects(thing, needed)), (thing, needed))
            [publisher] = graph.objects(thing, terms.publisher)
            self.assertTrue(list(graph.objects(publisher, rdflib.FOAF.name)))
        for way in graph.subjects(rdflib.RDF.type, dcat.Distribution):
            [address] = graph.objects(way, dcat.accessURL)
            self.assertEqual(self.api.ask("GET", "/" + str(address).split("/", 3)[3]).status, 200, address)

    def test_the_command_writes_what_the_address_gives(self):
        for ending in ("csv", "jsonld", "ics", "vcf"):
            done = run_well("export", "--format", ending, "--kind", "event", directory=self.node)
            self.assertEqual(done.stdout.encode().replace(b"\r\n", b"\n"),
                             self.get(f"records.{ending}?kind=event").body.replace(b"\r\n", b"\n"))
        file = self.directory / "cards.vcf"
        run_well("export", "--format", "vcf", "--vcard-version", "3.0", "--output", file, directory=self.node)
        self.assertEqual(file.read_bytes(), self.get("records.vcf?version=3.0").body)
        self.assertEqual(run("export", "--format", "ics", "--separator", "comma", directory=self.node).returncode, 2)
        self.assertEqual(run("export", "--format", "pdf", directory=self.node).returncode, 2)
        self.assertEqual(run("export", "--format", "csv", "--kind", "practise", directory=self.node).returncode, 2)

    def test_every_export_comes_back_unchanged_and_is_new_elsewhere_only_once(self):
        files = {}
        for name, options in (("all.csv", ["--format", "csv"]), ("semicolon.csv", ["--format", "csv", "--separator", "semicolon"]),
                              ("all.ics", ["--format", "ics"]), ("all.vcf", ["--format", "vcf"]),
                              ("old.vcf", ["--format", "vcf", "--vcard-version", "3.0"])):
            files[name] = self.directory / name
            run_well("export", *options, "--status", "published", "--output", files[name], directory=self.node)
        files["all.json"] = self.directory / "all.json"
        files["all.json"].write_text(json.dumps({"records": self.records()}))

        def imported(directory, file, *options):
            done = run("import", "--json", *options, file, directory=directory)
            self.assertNotEqual(done.stdout, "", done.stderr)
            return json.loads(done.stdout)
        for name, file in files.items():
            found = imported(self.node, file, "--dry-run")
            self.assertEqual(set(found["totals"]), {"unchanged"}, (name, [one for one in found["records"] if one["outcome"] != "unchanged"]))
        # In another federation all of it is new: as far as a table can carry it, and recognised by every format afterwards.
        with tempfile.TemporaryDirectory() as place:
            fresh = Path(place) / "fresh"
            run_well("init", "--name", "Fresh", "--country", "LV", directory=fresh)
            run_well("federation", "found", "--name", "Fresh", directory=fresh)
            first = imported(fresh, files["all.csv"], "--skip-refused")
            self.assertGreater(first["totals"]["created"], 80)
            for line in first["records"]:
                if line["outcome"] != "created":  # parts of lists are condensed in a table, and here required
                    self.assertEqual({error["field"] for error in line["errors"]}, {"content.channels"}, line)
            again = imported(fresh, files["all.csv"])["totals"]
            self.assertEqual((again["unchanged"], "created" in again, "updated" in again), (first["totals"]["created"], False, False))
            for name in ("all.ics", "all.vcf", "old.vcf"):
                self.assertEqual(set(imported(fresh, files[name], "--dry-run")["totals"]), {"unchanged"}, name)

    def test_a_calendar_program_subscribes_with_a_token_that_can_be_taken_back(self):
        made = json.loads(run_well("token", "add", "Anna's calendar", "--role", "feed", "--json", directory=self.node).stdout)
        stranger = Api(self.port, "")
        self.addCleanup(stranger.close)
        address = f"/api/v1/records.ics?kind=event&token={made['secret']}"

        def ask(**headers):
            stranger.connection.request("GET", address, headers=headers)
            answer = stranger.connection.getresponse()
            return answer.status, answer.headers["ETag"], answer.read()
        status, tag, body = ask()
        self.assertEqual(status, 200)
        self.assertTrue(icalendar.Calendar.from_ical(body).walk("VEVENT"))
        self.assertEqual(ask(**{"If-None-Match": tag})[::2], (304, b""))
        run_well("token", "remove", made["id"], directory=self.node)
        self.assertEqual(ask()[0], 401)


if __name__ == "__main__":
    unittest.main()
