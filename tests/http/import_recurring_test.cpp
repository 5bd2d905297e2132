// Events of a calendar that repeat: each of their times is an event here, or none is.
#include <set>

#include "import_client.h"

using namespace hansa;
using boost::json::object;
using test::ApiClient;
using test::ImportingNode;

namespace {

const std::string answers = "&set=eventType%3Dcourse&set=themes%3Dlanguage&set=venue.country%3DLV";
const std::string course =
    "UID:course@other.example\r\nSUMMARY:Latviešu valoda\r\nDTSTART;TZID=Europe/Riga:20260316T180000\r\n"
    "DTEND;TZID=Europe/Riga:20260316T193000\r\n";

std::string calendar(const std::string& lines, const std::string& more = {}) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Other//EN\r\nBEGIN:VEVENT\r\n" + lines +
         "END:VEVENT\r\n" + more + "END:VCALENDAR\r\n";
}

/// The beginnings of the events that came of a document.
std::set<std::string> starts(ImportingNode& node, const std::string& document) {
  const auto import = node.plan("ics", document, answers);
  CHECK(import.at("totals").at("refused") == 0);
  (void)node.run(import);
  std::set<std::string> found;
  for (const auto& line : node.lines(import))
    found.insert(std::string(
        node.record(std::string(line.at("id").as_string())).at("content").at("start").as_string()));
  node.forget(import);
  return found;
}

/// "code of the refusal" of its only entry; the outcome if it is none.
std::string refusal(ImportingNode& node, const std::string& lines) {
  const auto import = node.plan("ics", calendar(lines), answers);
  const auto all = node.lines(import);
  node.forget(import);
  if (all.size() != 1) return std::to_string(all.size()) + " entries";
  const auto& errors = all[0].at("errors").as_array();
  return errors.empty() ? std::string(all[0].at("outcome").as_string())
                        : std::string(errors[0].at("code").as_string());
}

}  // namespace

TEST_CASE("each time of a course becomes an event, at its hour in summer and winter, and once") {
  ImportingNode node;
  const auto weekly =
      calendar(course + "RRULE:FREQ=WEEKLY;COUNT=4\r\nEXDATE;TZID=Europe/Riga:20260323T180000\r\n");
  CHECK(starts(node, weekly) ==
        std::set<std::string>{"2026-03-16T18:00", "2026-03-30T18:00", "2026-04-06T18:00"});
  CHECK(node.bring_in("ics", weekly, answers) == "unchanged 3");
  const auto import = node.plan("ics", weekly, answers);
  const auto all = node.lines(import);
  REQUIRE(all.size() == 3);
  const auto& line = all[1];
  CHECK(line.at("key") == "ical/course@other.example/20260330T150000Z");
  const auto content = node.record(std::string(line.at("id").as_string())).at("content").as_object();
  CHECK(content.at("end") == "2026-03-30T19:30");
  CHECK(content.at("timezone") == "Europe/Riga");
  CHECK(content.at("series") == "course-other-example");
  // One more evening is one more event, and nothing else changes.
  CHECK(node.bring_in("ics", calendar(course + "RRULE:FREQ=WEEKLY;COUNT=5\r\nEXDATE:20260323T160000Z\r\n"),
                      answers) == "created 1, unchanged 3");
}

TEST_CASE("a time that was moved is the event that says so") {
  ImportingNode node;
  const std::string moved =
      "BEGIN:VEVENT\r\nUID:course@other.example\r\nRECURRENCE-ID;TZID=Europe/Riga:20260323T180000\r\n"
      "SUMMARY:Latviešu valoda\r\nDTSTART;TZID=Europe/Riga:20260324T100000\r\nEND:VEVENT\r\n";
  CHECK(starts(node, calendar(course + "RRULE:FREQ=WEEKLY;COUNT=3\r\n", moved)) ==
        std::set<std::string>{"2026-03-16T18:00", "2026-03-24T10:00", "2026-03-30T18:00"});
  CHECK(node.bring_in("ics", calendar(course + "RRULE:FREQ=WEEKLY;COUNT=3\r\n", moved), answers) ==
        "unchanged 3");
  // Back to its evening: the same event moves.
  CHECK(node.bring_in("ics", calendar(course + "RRULE:FREQ=WEEKLY;COUNT=3\r\n"), answers) ==
        "updated 1, unchanged 2");
}

TEST_CASE("UNTIL counts in the zone of the event; days repeat as days") {
  ImportingNode node;
  // 18:00 in Riga is 16:00 in UTC in winter time, 15:00 in summer time.
  CHECK(starts(node, calendar(course + "RRULE:FREQ=WEEKLY;UNTIL=20260330T150000Z\r\n")) ==
        std::set<std::string>{"2026-03-16T18:00", "2026-03-23T18:00", "2026-03-30T18:00"});
  CHECK(
      starts(
          node,
          calendar(
              "UID:days\r\nSUMMARY:Brīvdienas\r\nDTSTART;VALUE=DATE:20260131\r\nDTEND;VALUE=DATE:20260202\r\n"
              "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20260430\r\n")) ==
      std::set<std::string>{"2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"});
}

TEST_CASE("sixty times within a year are taken; more, or what is not read, is refused as a whole") {
  ImportingNode node;
  const std::string day = "UID:d\r\nSUMMARY:Katru dienu\r\nDTSTART;VALUE=DATE:20260201\r\n";
  CHECK(refusal(node, day + "RRULE:FREQ=DAILY;COUNT=60\r\n") == "60 entries");
  CHECK(refusal(node, day + "RRULE:FREQ=DAILY;COUNT=61\r\n") == "recurring_too_long");
  CHECK(refusal(node, day + "RRULE:FREQ=WEEKLY\r\n") == "recurring_too_long");
  CHECK(refusal(node, day + "RRULE:FREQ=MONTHLY;COUNT=13\r\n") == "13 entries");
  CHECK(refusal(node, day + "RRULE:FREQ=MONTHLY;COUNT=14\r\n") == "recurring_too_long");
  for (const std::string unread :
       {"RRULE:FREQ=HOURLY;COUNT=3\r\n", "RRULE:FREQ=DAILY;COUNT=3;BYHOUR=8,10\r\n",
        "RDATE;VALUE=DATE:20260203\r\n", "RRULE:FREQ=DAILY;COUNT=3\r\nRDATE;VALUE=DATE:20260220\r\n",
        "RRULE:FREQ=DAILY;COUNT=2\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\n",
        "RRULE:FREQ=DAILY;COUNT=3\r\nEXRULE:FREQ=WEEKLY;COUNT=1\r\n"})
    CHECK_MESSAGE(refusal(node, day + unread) == "recurring", unread);
  // There is no such day, in any year.
  CHECK(refusal(node, day + "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2\r\n") == "recurring");
  CHECK(refusal(node, day + "RRULE:nonsense\r\n") == "bad_property");
}
