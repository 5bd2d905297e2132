"""What records hold and how they are found: rows of docs/domain.md, each by its number, on nodes in Latvia, Lithuania and Finland.

Each test has records of its own, told apart from the others' by a word that nothing else has.
"""

import unittest
from urllib.parse import quote

from domain_nodes import DomainNodes, record
from federation import wait_until

KIND_OF_PLACE = {"country": "LV", "lau": "0001000", "nuts": "LV006", "name": "Rīga"}


class Kinds(DomainNodes):
    def service(self, name, node=None, **changes):
        node = node or self.lv
        content = {"name": {"lv": name}, "description": {"lv": "Palīdzība jauniebraucējiem."}, "provider": self.own[node.country],
                   "serviceType": "language-course", "themes": ["language"], "targetGroups": ["third-country-nationals"],
                   "languages": ["lv", "ru"], "area": KIND_OF_PLACE, "channels": [{"type": "in-person", "value": "Rīga"}], **changes}
        return self.publish(node, "service", content, "lv")

    def resource(self, title, node=None, **changes):
        content = {"title": {"en": title}, "type": "report", "issued": "2011-07-20", "languages": ["en"], "themes": ["governance"],
                   "url": "https://library.example/" + quote(title), **changes}
        return self.publish(node or self.lv, "resource", content)

    def test_row_03_services_show_where_there_is_much_and_where_nothing(self):
        unique = {"serviceType": "cultural-activity", "targetGroups": ["older-people"]}  # of no other service here
        cesis = {"country": "LV", "lau": "0022000", "name": "Cēsis"}
        riga = {self.service("Pārklājums A", **unique), self.service("Pārklājums B", node=self.fi, **unique)}
        only_latvian = self.service("Pārklājums C", languages=["lv"], area=cesis, **unique)
        housing = self.service("Pārklājums D", themes=["housing"], area=cesis, **unique)
        self.wait_found(self.lt, {*riga, only_latvian, housing}, service_type="cultural-activity")
        self.assertEqual(set(self.found(self.lt, kind="service", theme="language", municipality="LV-0001000", spoken="ru",
                                        service_type="cultural-activity")), riga)
        self.assertEqual(self.found(self.lt, theme="language", municipality="LV-0022000", spoken="ru", service_type="cultural-activity"), [])
        grid = self.lt.get("/api/v1/coverage?kind=service&service_type=cultural-activity")
        names = {column["code"]: column["name"] for column in grid["columns"]["codes"]}
        self.assertEqual((grid["total"], names), (4, {"LV-0001000": "Rīga", "LV-0022000": "Cēsis"}))
        self.assertEqual([row["code"] for row in grid["rows"]["codes"]], sorted(self.lt.get("/api/v1/vocabularies")["themes"]))
        counts = {row["code"]: dict(zip(names, line)) for row, line in zip(grid["rows"]["codes"], grid["counts"], strict=True)}
        self.assertEqual(counts["language"], {"LV-0001000": 2, "LV-0022000": 1})
        self.assertEqual(counts["housing"], {"LV-0001000": 0, "LV-0022000": 1})
        self.assertEqual(counts["health"], {"LV-0001000": 0, "LV-0022000": 0})
        spoken = self.lt.get("/api/v1/coverage?service_type=cultural-activity&spoken=ru&rows=theme&columns=country")
        self.assertEqual([(column["code"], column["count"]) for column in spoken["columns"]["codes"]], [("LV", 3)])
        for bad in ("rows=colour", "columns=x", "limit=2"):
            answer = self.lt.ask("GET", "/api/v1/coverage?" + bad)
            self.assertEqual(answer.status, 400, bad)

    def test_row_05_a_free_telephone_is_found_by_its_channel(self):
        phone = {"type": "phone", "value": "+37180000001", "free": True, "languages": ["lv", "ru"], "hours": {"lv": "Darba dienās 9–17"}}
        hotline = self.service("Uzticības zvanulīnija", serviceType="hotline", channels=[phone])
        self.service("Uzticības zvanulīnijas durvis")
        self.wait_found(self.fi, hotline, q="zvanulīnija", channel="phone")
        shown = self.fi.get("/api/v1/records/" + quote(hotline))["content"]["channels"][0]
        self.assertEqual(shown, phone)
        bad = {**phone, "value": "80000001"}
        self.assertEqual(self.refused(self.lv, record("service", {
            "name": {"lv": "X"}, "description": {"lv": "X"}, "serviceType": "hotline", "themes": ["language"],
            "targetGroups": ["women"], "languages": ["lv"], "area": {"country": "LV"}, "channels": [bad]}, "lv")),
            {"content.channels[0].value": "bad_phone"})

    def test_row_06_plain_language_is_a_facet(self):
        booklet = self.resource("Vieglivalodas booklet", type="booklet", plainLanguage=True)
        self.resource("Vieglivalodas report")
        self.wait_found(self.fi, booklet, q="vieglivalodas", plain_language="true", resource_type="booklet")

    def test_row_07_a_reach_is_a_number_with_unit_and_period(self):
        result = {"label": {"lv": "Kursu dalībnieki"}, "value": 10, "unit": "persons", "period": "2009-08/2009-12"}
        course = self.practice(self.lv, "Sasniegtie kursanti", results=[result])
        self.wait_found(self.fi, course, q="kursanti")
        self.assertEqual(self.fi.shows(course)["content"]["results"], [result])  # a number, not a text
        [row] = self.table(self.fi, q="kursanti")
        self.assertEqual([float(row["results[0].value"]), row["results[0].unit"], row["results[0].period"]],
                         [10, "persons", "2009-08/2009-12"])
        self.assertEqual(self.refused(self.lv, record("practice", {**self.lv.shows(course)["content"], "results": [
            {"label": {"lv": "Kursu dalībnieki"}, "value": "ten", "unit": "persons"}]}, "lv")), {"content.results[0].value": "bad_number"})

    def test_row_08_advice_face_to_face_is_found_by_how_it_is_given(self):
        lawyer = self.service("Jurists klātienē", serviceType="legal-aid")
        self.service("Jurists pa telefonu", serviceType="legal-aid", channels=[{"type": "phone", "value": "+37180000002"}])
        self.service("Jurists kursos", serviceType="training")
        self.wait_found(self.lt, lawyer, q="jurists", service_type="legal-aid", channel="in-person")

    def test_row_11_recommendations_are_found_by_whom_they_address(self):
        statements = [{"text": {"en": "Open one counter."}, "addressees": ["municipality", "region"], "themes": ["information"]},
                      {"text": {"en": "Fund it for five years."}, "addressees": ["ministry"], "themes": ["governance"]}]
        made = self.resource("Adresatsrow recommendations", type="recommendation", recommendations=statements)
        self.resource("Adresatsrow others", type="recommendation", recommendations=statements[1:])
        self.wait_found(self.fi, made, q="adresatsrow", addressee="municipality")
        self.assertEqual(self.fi.shows(made)["content"]["recommendations"], statements)

    def test_row_12_search_without_diacritics_finds_the_same(self):
        best = self.practice(self.fi, "Bēgļu mājoklis Somijā")
        self.wait_found(self.lv, best, q="bēgļu mājoklis")
        answers = {tuple(self.found(self.lv, q=words)) for words in ("bēgļu mājoklis", "beglu majoklis", "be\u0304gl\u0327u ma\u0304joklis")}
        self.assertEqual([found[0] for found in answers], [best])  # one answer, and that is its first

    def test_row_14_indicators_are_found_by_their_area(self):
        school = self.practice(self.lv, "Raditajurinda skolā", indicators=["Z-ED-2", "Z-ED-4"])
        work = self.practice(self.lv, "Raditajurinda darbā", indicators=["Z-EM-1"])
        self.wait_found(self.fi, {school, work}, q="raditajurinda")
        self.wait_found(self.fi, school, q="raditajurinda", indicator_area="education")
        self.assertEqual(self.page(self.fi, q="raditajurinda")["facets"]["indicator_area"], {"education": 1, "employment": 1})

    def test_row_15_themes_have_areas_of_mipex(self):
        areas = self.lt.get("/api/v1/vocabularies")["themeAreas"]
        self.assertEqual(areas["employment"]["mipex"], ["labour-market-mobility"])
        self.assertEqual({area for theme in areas.values() for area in theme["mipex"]}, {
            "labour-market-mobility", "education", "health", "permanent-residence", "family-reunion", "access-to-nationality",
            "political-participation", "anti-discrimination"})

    def test_row_18_modules_follow_from_themes(self):
        first = {self.practice(self.lv, f"Modulurinda {theme}", themes=[theme]) for theme in ("language", "orientation", "reception")}
        self.practice(self.lv, "Modulurinda housing", themes=["housing"])
        self.wait_found(self.fi, first, q="modulurinda", module="M1")

    def test_row_19_an_edition_names_those_that_it_supersedes(self):
        second = self.resource("Rokasgramatai handbook second", type="handbook", edition="2", issued="2007")
        third = self.resource("Rokasgramatai handbook third", type="handbook", edition="3", issued="2010", supersedes=[second])
        self.wait_shown(self.fi, third)
        self.wait_shown(self.fi, second)
        shown = self.fi.get(f"/api/v1/records/{quote(third)}?expand=refs")
        self.assertEqual((shown["content"]["edition"], shown["refs"][second]["state"]), ("3", "present"))
        self.wait_found(self.fi, third, refers_to=second, resource_type="handbook")  # the older one knows of it, too

    def test_row_24_country_of_origin_is_a_facet(self):
        wanted = self.practice(self.lv, "Izcelsmeszeme Ukraina", countriesOfOrigin=["UA", "MD"])
        self.practice(self.lv, "Izcelsmeszeme Indija", countriesOfOrigin=["IN"])
        service = self.service("Izcelsmeszeme pakalpojums", countriesOfOrigin=["UA"])
        self.wait_found(self.lt, {wanted, service}, q="izcelsmeszeme", origin="UA")

    def test_row_25_money_is_read_as_it_is_written_on_the_sheet(self):
        table = "importedFrom.id;kind;title_lv;period;budget\nniem-1;project;Naudaszimes projekts;2015-10-01/2022-06-30;246 879, 07 EUR\n"
        summary = self.imported(self.lv, "csv", "text/csv", table, language="lv", system="sheets")
        self.assertEqual(summary["totals"].get("done", summary["totals"].get("created")), 1, summary)
        self.wait_found(self.fi, self.found(self.lv, q="naudaszimes"), q="naudaszimes")
        [shown] = self.page(self.fi, q="naudaszimes")["items"]
        self.assertEqual(shown["content"]["budget"], {"amount": "246879.07", "currency": "EUR"})
        shares = lambda *given: {"title": {"lv": "Daļas"}, "period": "2009/2010", "lead": self.own["LV"], "funding": [
            {"programme": name, "share": share} for name, share in zip(("EIF", "STATE"), given)]}
        self.assertEqual(self.refused(self.lv, record("project", shares(75, 20), "lv")), {"content.funding": "shares_not_whole"})
        self.publish(self.lv, "project", shares(75, 25), "lv")

    def test_row_29_language_levels_are_a_facet_of_services_and_events(self):
        service = self.service("Limenisvalodas kursi", cefr="B1")
        self.service("Limenisvalodas iesācējiem", cefr="A1")
        event = self.publish(self.lv, "event", {
            "title": {"lv": "Limenisvalodas eksāmens"}, "eventType": "training", "start": "2026-03-01", "eventStatus": "confirmed",
            "mode": "online", "onlineUrl": "https://meet.example/b1", "organisers": [self.own["LV"]], "languages": ["lv"],
            "themes": ["language"], "cefr": "B1"}, "lv")
        self.wait_found(self.fi, {service, event}, q="limenisvalodas", cefr="B1")
        for level in ("A1", "A2", "B1", "B2", "C1", "C2"):
            self.page(self.fi, cefr=level)  # each is a code that may be asked for

    def test_row_30_policies_are_named_by_their_addresses(self):
        frame = "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:52011DC0455"
        made = self.practice(self.lv, "Politikasietvars", policyRefs=[frame])
        self.wait_shown(self.fi, made)
        self.assertEqual(self.fi.shows(made)["content"]["policyRefs"], [frame])
        self.assertEqual(self.refused(self.lv, record("practice", {**self.lv.shows(made)["content"], "policyRefs": ["Stockholm"]}, "lv")),
                         {"content.policyRefs[0]": "bad_url"})

    def test_row_31_the_part_of_migrants_is_a_facet(self):
        designed = self.practice(self.lv, "Lidzdalibasveids kopā", participation="co-designed")
        self.practice(self.lv, "Lidzdalibasveids atsevišķi", participation="none")
        self.wait_found(self.lt, designed, q="lidzdalibasveids", participation="co-designed")

    def test_row_32_kinds_of_actors_are_a_facet(self):
        made = {kind: self.publish(self.lt, "organisation", {"name": {"lt": f"Veikejorusis {kind}"}, "orgType": kind, "country": "LT"}, "lt")
                for kind in ("ministry", "municipality", "migrant-organisation", "trade-union", "embassy", "media")}
        for kind, identity in made.items():
            self.wait_found(self.fi, identity, q="veikejorusis", org_type=kind)


# What stands on the three fact sheets by which the kind `project` was made, each whole.
SHEETS = {
    "experience": {
        "title": {"lv": "Eiropas trešo valstu valstspiederīgo integrācijas pieredzes apguve ES valstīs"}, "number": "2007/4.1.1./8",
        "period": "2009-08/2009-12", "budget": {"amount": "170945", "currency": "EUR"},
        "funding": [{"programme": "EIF", "share": 75}, {"programme": "STATE", "share": 25}],
        "aims": {"lv": "Iepazīt citu valstu pieredzi un izmantot to Latvijā."},
        "activities": {"lv": "Piecas mācību vizītes, eksperta rekomendācijas un noslēguma seminārs 2009. gada 18. decembrī."},
        "plannedResults": {"lv": "Rekomendācijas politikas veidotājiem."}, "countries": ["LV", "FI", "SE", "NL", "SI", "HU"]},
    "centre": {
        "title": {"lv": "Nacionālā integrācijas centra izveide"}, "number": "2007/1.2./7", "period": "2009-08/2009-12",
        "budget": {"amount": "129706", "currency": "EUR"}, "funding": [{"programme": "EIF", "share": 75}, {"programme": "STATE", "share": 25}],
        "aims": {"lv": "Viena institūcija, kas koordinē integrāciju."},
        "activities": {"lv": "Tīmekļa vietne trīs valodās, pakalpojumu reģistrs, tālrunis, kursi, konsultācijas, apaļie galdi."},
        "results": {"lv": "Valodas kursos 10, kvalifikācijas kursos 12 dalībnieki."}, "website": "http://www.integration.lv", "countries": ["LV"]},
    "niem": {
        "title": {"lv": "Starptautiskās aizsardzības saņēmēju integrācijas izvērtēšana un uzlabošana"}, "period": "2015-10-01/2022-06-30",
        "budget": {"amount": "246879.07", "currency": "EUR"}, "funding": [{"programme": "AMIF-2014"}],
        "partners": [{"name": "Menedék", "country": "HU", "role": "partner"}, {"name": "CIDOB", "country": "ES", "role": "partner"}],
        "aims": {"lv": "Izvērtēšanas sistēma, ar ko uzlabot politiku un praksi."}, "activities": {"lv": "Datu vākšana katrā valstī."},
        "plannedResults": {"lv": "Rādītāju sistēma, kas atvieglo prakšu pārnešanu."}, "countries": ["BE", "HU", "ES", "LV"],
        "website": "http://www.forintegration.eu", "fundingNote": {"lv": "Līdzfinansē Sabiedrības integrācijas fonds no valsts budžeta."}},
}


class Sheets(DomainNodes):
    def test_row_26_fact_sheets_are_typed_in_with_nothing_left_over(self):
        for name, sheet in SHEETS.items():
            desk = self.publish(self.lv, "contact", {"displayName": {"lv": f"Projekta vadība {name}"}, "organisation": self.own["LV"],
                                                     "roles": ["project-manager"], "email": f"{name}@demo-lv.example"}, "lv")
            whole = {**sheet, "lead": self.own["LV"], "themes": ["governance"], "contacts": [desk]}
            made = self.publish(self.lv, "project", whole, "lv", source="https://www.example.lv/" + name)
            report = self.publish(self.lv, "resource", {
                "title": {"lv": f"Ziņojums {name}"}, "type": "report", "authors": [{"name": "Providus"}], "issued": "2009-12", "languages": ["lv"],
                "themes": ["governance"], "url": "https://www.example.lv/zinojums", "projects": [made]}, "lv")
            self.wait_shown(self.fi, report)
            shown = self.wait_shown(self.fi, made)["content"]
            self.assertEqual(shown, whole)  # periods by month among them, countries without a partner, too
            if sheet.get("number"):
                self.wait_found(self.fi, made, q=sheet["number"])
        # A table takes months as months there and back.
        wait_until(lambda: self.page(self.fi, kind="project")["total"] == len(SHEETS), "the sheets in the Finnish list")
        self.assertEqual(sorted(row["period"] for row in self.table(self.fi, kind="project")), sorted(sheet["period"] for sheet in SHEETS.values()))
        text = self.export(self.lv, "csv", kind="project").decode("utf-8-sig")
        again = self.imported(self.lv, "csv", "text/csv", text)
        self.assertEqual(again["totals"]["unchanged"], len(SHEETS), again)


if __name__ == "__main__":
    unittest.main()
