"""The way of a record through three nodes, also while its author is away."""

import unittest
from urllib.parse import quote

from federation import EventStream, FederationTest, organisation, practice, run, wait_agree, wait_until

TITLE = {"lv": "Māja jauniebraucējiem", "en": "A house for newcomers"}
SUMMARY = {"lv": "Pašvaldība pirmajos trīs mēnešos palīdz atrast dzīvokli un noslēgt pirmo īres līgumu.",
           "en": "The municipality helps to find a flat and to sign a first contract in the first three months."}


class ThreeNodes(FederationTest):
    def publish_practice(self, node, lead):
        return node.publish(practice(lead, TITLE, SUMMARY))

    def test_a_record_outlives_the_absence_of_its_author(self):
        lv, lt, fi = self.three(own_organisation=True)
        events = EventStream(fi)
        for node in (lv, lt, fi):
            wait_until(lambda: node.about()["organisation"], "the record of its own organisation")
        own = lv.about()["organisation"]
        made = self.publish_practice(lv, own)
        events.wait_for("change", lambda change: change["record"] == made["id"])
        shown = wait_until(lambda: fi.shows(made["id"]), "the practice on the Finnish node")
        self.assertEqual(shown["content"]["title"], TITLE)
        wait_agree([lv, lt, fi])
        self.assertEqual(fi.about()["records"], 4)  # three organisations and the practice

        self.assertEqual(lv.stop()[0], 0)
        self.verify_clean(lv)
        shown = fi.shows(made["id"])
        self.assertEqual(shown["provenance"]["signature"], "valid")
        self.assertEqual(shown["provenance"]["node"], made["provenance"]["node"])
        while_away = fi.publish(organisation("While Latvia was away", "FI"))

        lv.start()
        wait_until(lambda: lv.shows(while_away["id"]), "what was published while it was away")
        self.assertEqual(lv.shows(made["id"])["revision"], made["revision"])
        wait_agree([lv, lt, fi])
        held = wait_until(lambda: lv.shows(made["id"])["provenance"]["heldBy"]["held"] == 2, "both partners hold it")
        self.assertTrue(held)
        for node in (lv, lt, fi):
            self.assertEqual(node.stop()[0], 0)
            self.verify_clean(node)

    def test_revising_and_withdrawing_travel(self):
        lv, lt, fi = self.three()
        made = self.publish_practice(lv, lv.publish(organisation("Lead"))["id"])
        path = f"/api/v1/records/{quote(made['id'])}"
        changed = practice(made["content"]["lead"], {**TITLE, "en": "A home for newcomers"}, SUMMARY)
        first = f'"{made["revision"]}"'
        revised = lv.ask("PUT", path, changed, {"If-Match": first})
        self.assertEqual(revised.status, 200, revised)
        stale = lv.ask("PUT", path, changed, {"If-Match": first})
        self.assertEqual((stale.status, stale.json["code"]), (412, "revision_changed"))
        self.assertEqual(lv.ask("PUT", path, changed).status, 428)
        wait_until(lambda: fi.get(path)["revision"] == revised.json["revision"] if fi.shows(made["id"]) else False,
                   "the new revision on the Finnish node")
        self.assertEqual(fi.shows(made["id"])["version"], 2)

        # Only its author may change it.
        foreign = fi.ask("PUT", path, changed, {"If-Match": f'"{revised.json["revision"]}"'})
        self.assertEqual(foreign.status, 403, foreign)

        withdrawn = lv.ask("POST", path + "/withdraw", {"reason": "obsolete"})
        self.assertEqual(withdrawn.status, 200, withdrawn)
        wait_until(lambda: fi.get(path)["status"] == "withdrawn", "the withdrawal on the Finnish node")
        wait_until(lambda: fi.get(path)["contentState"] == "present", "its reason on the Finnish node")
        self.assertEqual(fi.get(path)["version"], 3)
        listed = [item["id"] for item in fi.get("/api/v1/records?q=newcomers")["items"]]
        self.assertNotIn(made["id"], listed)
        wait_agree([lv, lt, fi])

    def test_what_a_partner_may_not_say_of_anothers_record(self):
        lv, lt, fi = self.three()
        fixed = {**practice(lv.publish(organisation("Lead"))["id"], TITLE, SUMMARY), "licence": "LicenseRef-no-derivatives",
                 "attribution": "Providus"}
        made = lv.publish(fixed)
        own = lt.publish(organisation("Alytus", "LT"))["id"]
        wait_until(lambda: lt.shows(made["id"]), "the practice on the Lithuanian node")

        def refusal(content):
            answer = lt.ask("POST", "/api/v1/records", {"kind": "response", "language": "lt", "content": {
                "about": made["id"], "by": own, **content}})
            return answer.status, [error["code"] for error in answer.json.get("errors", [])]

        translation = {"type": "translation", "language": "lt", "fields": {"title": "Namai"}, "mode": "human"}
        self.assertEqual(refusal(translation), (422, ["no_derivatives"]))
        self.assertEqual(refusal({"type": "endorsement"})[0], 201)
        self.assertEqual(refusal({"type": "endorsement"}), (422, ["already_endorsed"]))
        self.assertEqual(refusal({"type": "endorsement", "by": made["id"]}), (422, ["not_own_organisation"]))
        contact = {"kind": "contact", "language": "lt", "content": {
            "displayName": {"lt": "Koordinatorius"}, "organisation": made["id"], "roles": ["expert"], "email": "a@demo-lt.example"}}
        self.assertEqual([error["code"] for error in lt.ask("POST", "/api/v1/records", contact).json["errors"]], ["wrong_kind"])

    def test_a_second_process_is_told_who_has_the_directory(self):
        lv = self.node("Latvija", "LV")
        lv.start()
        second = run("serve", directory=lv.directory)
        self.assertEqual(second.returncode, 1)
        self.assertIn(str(lv.process.pid), second.stderr)
        self.assertEqual(len(second.stderr.strip().splitlines()), 1, second.stderr)
        self.assertEqual(lv.ask("GET", "/healthz").status, 200)


if __name__ == "__main__":
    unittest.main()
