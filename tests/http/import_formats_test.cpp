// Calendars and cards as they come from other programs, and our own as they come back.
#include "import_client.h"

using namespace hansa;
using boost::json::object;
using test::ApiClient;
using test::ImportingNode;

namespace {

std::string set(const std::string& pair) { return "&set=" + http::percent_encoded(pair); }

std::string calendar(const std::string& events) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Other//EN\r\n" + events + "END:VCALENDAR\r\n";
}
std::string event(const std::string& lines) { return "BEGIN:VEVENT\r\n" + lines + "END:VEVENT\r\n"; }

std::string card(const std::string& lines) { return "BEGIN:VCARD\r\n" + lines + "END:VCARD\r\n"; }

const std::string event_codes = set("eventType=seminar") + set("themes=language") + set("venue.country=LV");

object content(ImportingNode& node, const object& line) {
  return node.record(std::string(line.at("id").as_string())).at("content").as_object();
}

std::string error_codes(const object& line) {
  std::string all;
  for (const auto& error : line.at("errors").as_array())
    all += (all.empty() ? "" : " ") + std::string(error.at("code").as_string());
  return all;
}

}  // namespace

TEST_CASE("an event of another calendar is taken once, moves, and leaves its people behind") {
  ImportingNode node;
  const std::string words =
      "UID:1@other.example\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY;LANGUAGE=lv:Sarunu\\, vakars\r\n"
      "DESCRIPTION:Visi\\naicināti\r\nLOCATION:Bibliotēka\\, Rīgas iela "
      "1\r\nGEO:57.31;25.27\r\nCATEGORIES:culture,Tikšanās\r\n"
      "ORGANIZER;CN=Ilze:mailto:ilze@other.example\r\nATTENDEE:mailto:janis@other.example\r\nATTENDEE:mailto:"
      "anna@other.example\r\n"
      "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\n";
  const auto timed = [&](const std::string& hour) {
    return calendar(event(words + "DTSTART;TZID=FLE Standard Time:20260212T" + hour +
                          "3000\r\nDTEND;TZID=FLE Standard Time:20260212T193000\r\n"));
  };
  const auto import = node.plan("ics", timed("16"), event_codes);
  CHECK(import.at("dropped") == boost::json::parse(R"({"ATTENDEE":1,"ORGANIZER":1,"VALARM":1})"));
  CHECK(node.totals(node.run(import)) == "created 1");
  const auto line = node.lines(import)[0];
  CHECK(line.at("line") == 4);
  CHECK(line.at("key") == "ical/1@other.example");
  const auto record = content(node, line);
  CHECK(record.at("title") == boost::json::parse(R"({"lv":"Sarunu, vakars"})"));
  CHECK(record.at("description").at("lv") == "Visi\naicināti");
  CHECK(record.at("start") == "2026-02-12T16:30");
  CHECK(record.at("end") == "2026-02-12T19:30");
  CHECK(record.at("timezone") == "Europe/Helsinki");
  CHECK(record.at("venue") ==
        boost::json::parse(
            R"({"name":{"lv":"Bibliotēka, Rīgas iela 1"},"country":"LV","lat":57.31,"lon":25.27})"));
  CHECK(record.at("eventStatus") == "confirmed");
  CHECK(record.at("mode") == "onsite");
  CHECK(record.at("organisers").at(0) == boost::json::value(node.organisation));
  CHECK(node.bring_in("ics", timed("16"), event_codes) == "unchanged 1");
  const auto moved = node.plan("ics", timed("17"), event_codes);
  CHECK(node.totals(moved) == "updated 1");
  CHECK(node.lines(moved)[0].at("changed") == boost::json::parse(R"(["content.start"])"));
}

TEST_CASE("days of a calendar end before their end, and a duration is an end") {
  ImportingNode node;
  const auto import =
      node.plan("ics",
                calendar(event("UID:a\r\nSUMMARY:Divas "
                               "dienas\r\nDTSTART;VALUE=DATE:20260212\r\nDTEND;VALUE=DATE:20260214\r\n") +
                         event("UID:b\r\nSUMMARY:Stunda\r\nDTSTART:20260212T143000Z\r\nDURATION:PT1H\r\n") +
                         event("UID:c\r\nSUMMARY:Kaut kur\r\nDTSTART:20260212T143000\r\n")),
                event_codes + "&timezone=Europe/Riga");
  CHECK(node.totals(node.run(import)) == "created 3");
  const auto lines = node.lines(import);
  CHECK(content(node, lines[0]).at("end") == "2026-02-13");
  CHECK(content(node, lines[1]).at("end") == "2026-02-12T15:30");
  CHECK(content(node, lines[1]).at("timezone") == "UTC");
  CHECK(content(node, lines[2]).at("timezone") == "Europe/Riga");
}

TEST_CASE("what cannot be an event here is refused with the reason, and the line is named") {
  ImportingNode node;
  const auto import = node.plan(
      "ics",
      calendar(event("SUMMARY:Bez UID\r\nDTSTART;VALUE=DATE:20260212\r\n") +
               event("UID:b\r\nSUMMARY:Ik nedēļu\r\nDTSTART;VALUE=DATE:20260212\r\nRRULE:FREQ=WEEKLY\r\n") +
               event("UID:c\r\nSUMMARY:Peldošs\r\nDTSTART:20260212T143000\r\n") +
               event("UID:d\r\nSUMMARY:Nekur\r\nDTSTART;TZID=Nowhere/Town:20260212T143000\r\n") +
               event("UID:e\r\nSUMMARY:Personīgi\r\nDTSTART;VALUE=DATE:20260212\r\nCLASS:PRIVATE\r\n")),
      event_codes);
  CHECK(node.totals(import) == "skipped 1, refused 4");
  const auto lines = node.lines(import);
  CHECK(lines[0].at("reason").at("code") == "no_identifier");
  CHECK(lines[1].at("line") == 8);
  CHECK(error_codes(lines[1]) == "recurring_too_long");
  CHECK(error_codes(lines[2]) == "required_by");
  CHECK(error_codes(lines[3]) == "bad_timezone");
  CHECK(lines[4].at("reason").at("code") == "private");
  for (const std::string broken :
       {"", "BEGIN:VEVENT\r\nEND:VEVENT\r\n", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nBEGIN:VEVENT\r\n", "BEGIN:VCALENDAR\r\nEND:VEVENT\r\n"})
    CHECK(ApiClient::code_of(node.send("ics", broken)) == "malformed_document");
}

TEST_CASE("our own calendar and cards come back unchanged") {
  ImportingNode node;
  (void)node.publish(
      R"({"kind":"event","language":"lv","content":{"title":{"lv":"Saruna; ar \\ zīmēm, un garu nosaukumu, kas pāriet nākamajā rindā"},
      "description":{"lv":"Pirmā\nOtrā","en":"First"},"start":"2026-02-12T16:30","end":"2026-02-12T18:00","timezone":"Europe/Riga",
      "eventType":"seminar","eventStatus":"postponed","mode":"hybrid","venue":{"name":{"lv":"Māja"},"street":"Iela 1","locality":"Cēsis",
      "country":"LV","lat":57.31235,"lon":25},"onlineUrl":"https://a.example/","restricted":true,"registrationUrl":"https://b.example/",
      "organisers":[")" +
      node.organisation + R"("],"languages":["lv"],"themes":["language","culture"]}})");
  (void)node.publish(
      R"({"kind":"event","language":"en","content":{"title":{"en":"Whole days"},"start":"2026-02-12","end":"2026-02-13",
      "eventType":"seminar","eventStatus":"tentative","mode":"onsite","venue":{"country":"LV"},"organisers":[")" +
      node.organisation + R"("],"languages":["en"],"themes":["language"]}})");
  (void)node.publish(
      R"({"kind":"contact","language":"lv","content":{"contactType":"role-mailbox","displayName":{"lv":"Koordinators, Cēsis"},
      "organisation":")" +
      node.organisation +
      R"(","position":{"lv":"Vadītājs"},"roles":["local-coordinator","press"],"email":"birojs@cesis.example",
      "phone":"+37160000000","languages":["lv","ru"],"themes":["language"]}})");
  for (const std::string ending : {"ics", "vcf"}) {
    const auto text = node.client.ask("GET", "/api/v1/records." + ending).body;
    const auto import = node.plan(ending, text);
    CHECK(node.totals(import) == "unchanged 2");
    CHECK(import.at("dropped").as_object().empty());
    node.forget(import);
  }
  const auto older = node.client.ask("GET", "/api/v1/records.vcf?version=3.0").body;
  CHECK(node.bring_in("vcf", older) == "unchanged 2");
  auto text = node.client.ask("GET", "/api/v1/records.vcf").body;
  text.replace(text.find("+37160000000"), 12, "+37161111111");
  CHECK(node.bring_in("vcf", text) == "updated 1, unchanged 1");
  text = node.client.ask("GET", "/api/v1/records.ics").body;
  text.replace(text.find("LOCATION;LANGUAGE=lv:Māja\\, Iela 1\\, Cēsis\\, LV"), 47,
               "LOCATION;LANGUAGE=lv:Cita māja, ");
  const auto moved = node.plan("ics", text);
  CHECK(node.totals(moved) == "updated 1, unchanged 1");
  (void)node.run(moved);
  for (const auto& line : node.lines(moved))
    if (line.at("outcome") == "updated")
      CHECK(content(node, line).at("venue").as_object().contains("street") == false);
}

TEST_CASE("a card gives its work data, and what else it held is named") {
  ImportingNode node;
  const auto cards = card(
                         "VERSION:3.0\r\nUID:c1\r\nN:Bērziņa;Anna;Marija;Dr.;\r\nFN:Anna Bērziņa\r\nORG:Cēsu "
                         "novads;Nodaļa\r\nTITLE:Vadītāja\r\n"
                         "EMAIL;TYPE=HOME:anna@mail.example\r\nEMAIL;TYPE=WORK:koordinators@cesis."
                         "example\r\nTEL;TYPE=CELL:+37120000000\r\n"
                         "TEL;TYPE=WORK,VOICE:+371 6000-0000\r\nADR;TYPE=HOME:;;Iela "
                         "1;Cēsis;;LV-4101;LV\r\nPHOTO;ENCODING=b:AAAA\r\n BBBB\r\n"
                         "BDAY:1970-01-01\r\nNOTE:Privāti\r\n") +
                     card(
                         "VERSION:4.0\r\nKIND:org\r\nFN;LANGUAGE=lv:Jaunā "
                         "māja\r\nEMAIL:birojs@maja.example\r\nURL:https://maja.example/\r\n"
                         "ADR;TYPE=work:;;Iela 2;Cēsis;;LV-4101;LV\r\n") +
                     card("VERSION:2.1\r\nUID:c3\r\nFN:Vecs\r\n") + card("VERSION:4.0\r\nFN:Neviens\r\n");
  const auto import = node.plan("vcf", cards,
                                set("roles=local-coordinator") + set("legalBasis=public-task-6-1-e") +
                                    set("informedOn=2026-01-01") + set("sourceOfData=self") +
                                    set("orgType=ngo") + set("country=LV"));
  CHECK(
      import.at("dropped") ==
      boost::json::parse(
          R"j({"ADR (home)":1,"BDAY":1,"EMAIL (home)":1,"N (titles)":1,"NOTE":1,"ORG (unit)":1,"PHOTO":1,"TEL (mobile)":1})j"));
  const auto lines = node.lines(import);
  REQUIRE(lines.size() == 4);
  CHECK(error_codes(lines[2]).find("vcard_version") != std::string::npos);
  CHECK(lines[3].at("reason").at("code") == "no_identifier");
  CHECK(lines[1].at("key") == "vcard/mailto:birojs@maja.example");
  CHECK(lines[0].at("kind") == "contact");
  // Nothing else is wrong with it: what is set for cards of one kind is nothing to the other.
  CHECK(error_codes(lines[0]) == "person_contact_not_protected_yet");
  CHECK(lines[1].at("outcome") == "created");
}
