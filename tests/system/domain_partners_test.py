"""What partners do with each other's records: rows of docs/domain.md, each by its number, on nodes in Latvia, Lithuania and
Finland. /usr/bin/python3 runs it: icalendar and feedparser judge what calendars and feed readers see."""

import datetime
import json
import unittest
from urllib.parse import quote
from zoneinfo import ZoneInfo

import feedparser
import icalendar

from domain_nodes import DomainNodes, record
from federation import run, run_well, wait_until


class Partners(DomainNodes):
    def event(self, node, title, start, **changes):
        content = {"title": {"en": title}, "eventType": "conference", "start": start, "eventStatus": "confirmed", "mode": "onsite",
                   "venue": {"name": {"en": "Hall"}, "country": node.country}, "organisers": [self.own[node.country]],
                   "languages": ["en"], "themes": ["governance"], **changes}
        return self.publish(node, "event", content)

    def respond(self, node, about, kind, **changes):
        return self.publish(node, "response", {"about": about, "type": kind, "by": self.own[node.country], **changes})

    def test_row_09_a_calendar_follows_an_event(self):
        made = self.event(self.fi, "Calendarrow conference", "2026-03-10T09:30", end="2026-03-10T16:00", timezone="Europe/Helsinki",
                          phase="opening", expectedParticipants=100)

        def events():
            calendar = icalendar.Calendar.from_ical(self.export(self.lv, "ics", kind="event", q="calendarrow"))
            self.assertTrue(all(not event.errors for event in calendar.walk("VEVENT")))
            return calendar.walk("VEVENT")

        def wait_one(fits, what):
            return wait_until(lambda: [event for event in events() if fits(event)], what)
        [event] = wait_one(lambda event: True, "the Finnish event in the Latvian feed")
        self.assertEqual((str(event["UID"]), event.decoded("DTSTART").astimezone(ZoneInfo("Europe/Riga")).hour), (made, 9))
        self.assertEqual(event.decoded("DTSTART").utcoffset(), datetime.timedelta(hours=2))
        self.revise(self.fi, made, lambda content: content.update(start="2026-03-11T10:00", end="2026-03-11T16:00"))
        [event] = wait_one(lambda event: event["SEQUENCE"] == 2, "the event is moved")
        self.assertEqual((len(events()), str(event["UID"]), event.decoded("DTSTART").day), (1, made, 11))
        self.assertEqual(self.withdraw(self.fi, made).status, 200)
        [event] = wait_one(lambda event: event["STATUS"] == "CANCELLED", "the event is cancelled")
        self.assertEqual((str(event["UID"]), event["SEQUENCE"]), (made, 3))

    def test_row_10_study_visits_stand_with_the_practice_that_they_are_about(self):
        made = self.practice(self.fi, "Vizitesrinda")
        self.wait_shown(self.lv, made)
        self.wait_shown(self.lv, self.own["FI"])
        visit = self.event(self.lv, "Visitrow to Finland", "2026-09", eventType="study-visit", host=self.own["FI"],
                           venue={"name": {"en": "Kotka"}, "country": "FI"}, aboutPractices=[made])
        other = self.event(self.lv, "Visitrow to Lithuania", "2026-10", eventType="study-visit", host=self.own["LV"],
                   venue={"name": {"en": "Kaunas"}, "country": "LT"})
        self.wait_found(self.fi, visit, refers_to=made, event_type="study-visit")
        self.wait_found(self.fi, visit, q="visitrow", host_country="FI", sending_country="LV")
        self.wait_found(self.fi, {visit, other}, q="visitrow", sending_country="LV")
        self.assertEqual({name: self.page(self.fi, q="visitrow")["facets"][name] for name in ("host_country", "sending_country")},
                         {"host_country": {"FI": 1, "LT": 1}, "sending_country": {"LV": 2}})
        report = self.publish(self.lv, "resource", {
            "title": {"en": "What we saw"}, "type": "report", "issued": "2026-11", "languages": ["en"], "themes": ["governance"],
            "url": "https://library.example/visit"})
        self.revise(self.lv, visit, lambda content: content.update(outcomes=[report]))
        self.wait_found(self.fi, visit, refers_to=report)

    def test_row_13_assessments_of_two_partners_are_a_row_for_each_criterion(self):
        made = self.practice(self.lv, "Vertejumurinda")
        criteria = self.lv.get("/api/v1/vocabularies")["templateCriteria"]["NIEM-13"]
        self.assertEqual(len(criteria), 13)
        given = {}
        for node, score in ((self.lt, "2"), (self.fi, "3")):
            self.wait_shown(node, made)
            given[self.respond(node, made, "assessment", template="NIEM-13",
                               scores=[{"criterion": one, "score": score} for one in criteria])] = (node.country, score)
        self.wait_found(self.lv, set(given), about=made, response_type="assessment")
        rows = self.table(self.lv, about=made, response_type="assessment")
        self.assertEqual({(row["id"], row["criterion"]) for row in rows}, {(one, name) for one in given for name in criteria})
        for row in rows:
            self.assertEqual(((row["partnerCountry"], row["score"]), row["template"]), (given[row["id"]], "NIEM-13"))
            self.assertTrue(row["created"] and row["modified"])

    def test_row_16_a_peer_review_is_asked_for_given_and_answered(self):
        criteria = self.lv.get("/api/v1/vocabularies")["templateCriteria"]["DIVE-4"]
        made = self.practice(self.lv, "Kolegurecenzija")
        asked = self.event(self.lv, "Peer review wanted", "2026-05", eventType="peer-review", eventStatus="tentative", aboutPractices=[made])
        self.wait_shown(self.fi, asked)
        self.wait_shown(self.fi, made)
        review = self.respond(self.fi, made, "assessment", template="DIVE-4", text={"en": "Well run."},
                              scores=[{"criterion": one, "score": "3"} for one in criteria])
        shown = self.wait_shown(self.lv, review)
        # Whom it is about sees it, and may neither change it nor take it away.
        path = "/api/v1/records/" + quote(review)
        put = self.lv.ask("PUT", path, shown, {"If-Match": f'"{shown["revision"]}"'})
        self.assertEqual(put.status, 403, put)
        self.assertEqual(self.withdraw(self.lv, review).status, 403)
        answer = self.respond(self.lv, review, "review", text={"en": "Thank you; the scope is wider now."}, verdict="recommended")
        for node in self.nodes:
            self.wait_found(node, answer, about=review)
            self.assertEqual(self.wait_shown(node, review)["revision"], shown["revision"])

    def test_rows_17_and_20_an_organisation_shows_what_it_has_a_part_in(self):
        lead = self.publish(self.lv, "organisation", {"name": {"lv": "Profilarinda"}, "orgType": "municipality", "country": "LV"}, "lv")
        for node in (self.lt, self.fi):
            self.wait_shown(node, lead)
        practice = self.practice(self.lv, "Profilarinda prakse", lead=lead)
        made = {
            practice,
            self.event(self.fi, "Profile event", "2026-06-01", organisers=[self.own["FI"], lead]),
            self.publish(self.lv, "service", {
                "name": {"lv": "Profila pakalpojums"}, "description": {"lv": "Padoms"}, "provider": lead, "serviceType": "counselling",
                "themes": ["information"], "targetGroups": ["women"], "languages": ["lv"], "area": {"country": "LV"},
                "channels": [{"type": "in-person"}]}, "lv"),
            self.publish(self.lt, "project", {"title": {"en": "Profile project"}, "period": "2026/2027",
                                              "partners": [{"organisation": lead, "country": "LV", "role": "partner"}]}),
            self.publish(self.lv, "contact", {"displayName": {"lv": "Profila pults"}, "organisation": lead, "roles": ["service-desk"],
                                              "email": "pults@demo-lv.example"}, "lv"),
            self.publish(self.lv, "resource", {
                "title": {"en": "Local integration pact"}, "type": "agreement", "parties": [lead, self.own["LV"]], "issued": "2024-01",
                "validFrom": "2024-01-01", "validTo": "2028-12-31", "languages": ["en"], "themes": ["governance"],
                "url": "https://pact.example/"}),
        }
        foreign = self.practice(self.fi, "Ko pārņemt")
        self.wait_shown(self.lv, foreign)
        adoption = self.publish(self.lv, "response", {"about": foreign, "type": "adoption", "by": lead, "stage": "interested",
                                                      "stageDate": "2026-01"})
        for node in self.nodes:
            self.wait_found(node, {*made, adoption}, refers_to=lead)
            self.assertEqual(self.page(node, refers_to=lead)["facets"]["kind"], {
                "practice": 1, "event": 1, "service": 1, "project": 1, "contact": 1, "resource": 1, "response": 1})
            self.wait_found(node, adoption, refers_to=lead, response_type="adoption")
        [agreement] = self.page(self.fi, refers_to=lead, resource_type="agreement")["items"]
        self.assertEqual((agreement["content"]["validFrom"], agreement["content"]["validTo"]), ("2024-01-01", "2028-12-31"))

    def test_row_21_national_contact_points_are_found_by_country(self):
        self.publish(self.fi, "contact", {"displayName": {"fi": "Kansallinen yhteyspiste"}, "organisation": self.own["FI"], "country": "FI",
                                          "roles": ["national-contact-point"], "email": "ncp@demo-fi.example"}, "fi")
        wait_until(lambda: self.page(self.lv, role="national-contact-point")["total"] == 1, "the contact point on the Latvian node")
        self.assertEqual(self.page(self.lv, role="national-contact-point")["facets"]["country"], {"FI": 1})

    def test_row_22_a_series_has_its_meetings_and_its_calendar(self):
        days = {"2026-11-05": self.fi, "2026-02-05": self.lv, "2026-06-05": self.lt}
        made = {day: self.event(node, f"Forum of {day}", day, eventType="forum", series="regional-forum") for day, node in days.items()}
        self.event(self.lv, "Another forum", "2026-03-01", eventType="forum", series="another-forum")
        for node in self.nodes:
            self.wait_found(node, made.values(), series="regional-forum")
            events = icalendar.Calendar.from_ical(self.export(node, "ics", kind="event", series="regional-forum")).walk("VEVENT")
            self.assertEqual({str(event["UID"]): str(event.decoded("DTSTART")) for event in events},
                             {identity: day for day, identity in made.items()})

    def test_row_27_a_feed_of_a_topic_shows_what_is_new(self):
        token = json.loads(run_well("token", "add", "Journalist", "--role", "feed", "--json", directory=self.lv.directory).stdout)["secret"]
        address = f"http://127.0.0.1:{self.lv.admin_port}/api/v1/records.atom?kind=resource&theme=health&q=feedtopicrow&token={token}"
        before = feedparser.parse(address)  # as a feed reader asks: with nothing but the address
        self.assertEqual((before.status, before.entries), (200, []))
        made = self.publish(self.fi, "resource", {
            "title": {"en": "Feedtopicrow report"}, "type": "national-report", "authors": [{"name": "A. Institute"}], "issued": "2020-06",
            "languages": ["en"], "themes": ["health"], "url": "https://library.example/report"})
        entries = wait_until(lambda: feedparser.parse(address).entries, "the resource in the feed")
        self.assertEqual([(entry.id, entry.title) for entry in entries], [(made, "Feedtopicrow report")])
        self.assertEqual(feedparser.parse(address, etag=feedparser.parse(address).etag).status, 304)

    def test_row_28_what_must_not_be_changed_is_changed_by_nobody_else(self):
        attribution = "Anna Author, portal.example; republish free, do not correct or extend."
        given = {"kind": "practice", "language": "en", "licence": "LicenseRef-no-derivatives", "attribution": attribution, "content": {
            "title": {"en": "Noderivativesrow"}, "summary": {"en": "Free to republish with its author named, and neither to be corrected nor extended."},
            "country": ["LV"], "level": "national", "themes": ["governance"], "targetGroups": ["women"], "lead": self.own["LV"],
            "practiceStatus": "completed", "period": "2015/2022", "evidence": "self-reported"}}
        made = self.lv.publish(given)
        shown = self.wait_shown(self.fi, made["id"])
        self.assertEqual(self.refused(self.fi, record("response", {
            "about": made["id"], "type": "translation", "by": self.own["FI"], "language": "fi", "fields": {"title": "Nimi"}, "mode": "human"})),
            {"content.type": "no_derivatives"})
        put = self.fi.ask("PUT", "/api/v1/records/" + quote(made["id"]), shown, {"If-Match": f'"{shown["revision"]}"'})
        self.assertEqual(put.status, 403, put)
        # Every copy names the author.
        self.wait_found(self.fi, made["id"], q="noderivativesrow")
        self.assertEqual(shown["attribution"], attribution)
        for ending in ("csv", "jsonld", "json", "atom"):
            self.assertIn(attribution, self.export(self.fi, ending, q="noderivativesrow").decode(), ending)
        # One that was changed by a byte is none: neither does it pass for valid, nor is it taken in and shown.
        file = self.folder / "changed.bundle"
        run_well("export", "--format", "bundle", "--output", file, "noderivativesrow", directory=self.fi.directory)
        whole = file.read_bytes()
        self.assertEqual(run("verify", file, "--json").returncode, 0)
        file.write_bytes(whole[:-200] + bytes([whole[-200] ^ 1]) + whole[-199:])
        self.assertNotEqual(run("verify", file, "--json").returncode, 0)
        self.assertNotEqual(run("import", file, "--json", directory=self.lt.directory).returncode, 0)
        self.assertEqual(self.wait_shown(self.lt, made["id"])["content"], given["content"])

    def test_row_33_an_adoption_is_told_and_counted_everywhere(self):
        made = self.practice(self.fi, "Ieviesanasrinda")
        self.wait_shown(self.lv, made)
        steps = [{"stage": "interested", "date": "2026-01-10"}, {"stage": "piloting", "date": "2026-03-01"}]
        adoption = self.respond(self.lv, made, "adoption", stage="piloting", stageDate="2026-03-01", history=steps,
                                place={"country": "LV", "name": "Cēsis"})
        dropped = self.respond(self.lt, made, "adoption", stage="dropped", stageDate="2026-02", dropReason="law", place={"country": "LT"})
        for node in self.nodes:
            self.wait_found(node, {adoption, dropped}, about=made, response_type="adoption")
            self.assertEqual(node.shows(adoption)["content"]["history"], steps)
            self.wait_found(node, made, q="ieviesanasrinda", adopted_in="LV")
            self.assertEqual(self.page(node, q="ieviesanasrinda")["facets"]["adopted_in"], {"LV": 1})
            # The dropped one counts, too, once its signature is checked.
            wait_until(lambda: self.page(node, q="ieviesanasrinda", kind="practice")["items"][0]["responses"] == {"adoption": 2},
                       "both adoptions are counted")
        self.assertEqual(self.withdraw(self.fi, adoption).status, 403)
        self.assertEqual(self.withdraw(self.lv, adoption).status, 200)
        for node in self.nodes:
            self.wait_found(node, set(), q="ieviesanasrinda", adopted_in="LV")
            self.assertEqual(self.page(node, q="ieviesanasrinda", kind="practice")["items"][0]["responses"], {"adoption": 1})


class Exchange(DomainNodes):
    def test_row_01_a_practice_reaches_partners_of_partners_and_outlives_an_absence(self):
        self.assertNotIn(self.lt.peers()["FI"]["state"], ("handshaking", "catching_up", "live"))
        made = self.practice(self.fi, "Kotona Suomessa", "fi")
        for node in (self.lv, self.lt):
            self.wait_found(node, made, q="kotona")
            shown = wait_until(lambda: (found := self.wait_shown(node, made))["provenance"]["signature"] == "valid" and found, "it is checked")
            self.assertEqual((shown["partner"]["name"], shown["partner"]["country"], shown["provenance"]["node"]),
                             ("Suomi", "FI", self.fi.about()["nodeKey"]))
        self.assertEqual(self.fi.stop()[0], 0)
        try:
            self.assertEqual(self.lv.shows(made)["provenance"]["signature"], "valid")
            self.assertEqual(self.found(self.lv, q="kotona"), [made])
        finally:
            self.fi.start()


if __name__ == "__main__":
    unittest.main()
