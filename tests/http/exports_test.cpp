// The ways out: each format's traps, and what holds for all of them.
#include <doctest/doctest.h>

#include <algorithm>

#include "api_client.h"
#include "in_text.h"
#include "protocol/content.h"
#include "publishing_node.h"

using namespace hansa;
using test::ApiClient;
using test::count;
using test::has;

namespace {

struct Fixture {
  Fixture() : api(node, test::api_options()), client(api) {
    client.become_operator();
    organisation = publish(R"({"kind":"organisation","language":"lv","content":{
      "name":{"lv":"Cēsu novada \"Jaunā; māja\", biedrība","en":"New house"},"orgType":"ngo","country":"LV",
      "email":"birojs@cesis.example","phone":"+37160000000","homepage":"https://cesis.example/",
      "address":{"street":"Rīgas iela 1, 2. stāvs","locality":"Cēsis","postcode":"LV-4101","country":"LV"}}})");
  }
  std::string publish(const std::string& body) {
    const auto answer = client.ask("POST", "/api/v1/records", body);
    REQUIRE_MESSAGE(answer.status == 201, answer.body);
    return std::string(ApiClient::json_of(answer).at("id").as_string());
  }
  std::string publish_event(const std::string& times, const std::string& more = {}) {
    return publish(event(times, more));
  }
  std::string event(const std::string& times, const std::string& more = {}) const {
    return R"({"kind":"event","language":"lv","content":{"title":{"lv":"Sarunu vakars","en":"Evening of talks"},)" +
           times + more +
           R"(,"eventType":"seminar","eventStatus":"confirmed","mode":"onsite","venue":{"country":"LV","locality":
           "Cēsis"},"organisers":[")" +
           organisation + R"("],"languages":["lv"],"themes":["language","culture"]}})";
  }
  void withdraw(const std::string& id) {
    const auto answer = client.ask("POST", "/api/v1/records/" + id + "/withdraw", R"({"reason":"obsolete"})");
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
  }
  /// As a later version will: this one says so by no withdrawal.
  void erase(const std::string& id) {
    protocol::ContentBuilder content;
    content.root().setSchemaVersion(protocol::content_schema_version);
    content.root().setLanguage("lv");
    content.root().setVersion(2);
    content.root().setWithdrawnReason("erased");
    core::PublishRequest request;
    request.kind = protocol::EntryKind::withdraw;
    request.record_kind = protocol::RecordKind::event;
    request.record = *protocol::parse_record_id(id);
    request.is_new = false;
    request.content = *content.to_bytes();
    bool done = false;
    node.publish(std::move(request), [&](const core::PublishOutcome& outcome) { done = bool(outcome); });
    REQUIRE(done);
  }
  std::string get(const std::string& ending) {
    const auto answer = client.ask("GET", "/api/v1/records." + ending);
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    return answer.body;
  }
  std::string new_token(const std::string& role) {
    const auto answer =
        client.ask("POST", "/api/v1/tokens", R"({"label":"Calendars","role":")" + role + "\"}");
    REQUIRE_MESSAGE(answer.status == 201, answer.body);
    token_id = std::string(ApiClient::json_of(answer).at("id").as_string());
    return std::string(ApiClient::json_of(answer).at("secret").as_string());
  }

  test::PublishingNode node;
  http::Api api;
  ApiClient client;
  std::string organisation, token_id;
};

/// Content lines as they were before folding. Fails unless every physical line ends in CR LF, has at most 75
/// octets and begins with a whole character.
std::string unfolded(const std::string& text) {
  std::string out;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = text.find("\r\n", start);
    REQUIRE_MESSAGE(end != std::string::npos, "a line without CR LF");
    const auto line = text.substr(start, end - start);
    CHECK_MESSAGE(line.size() <= 75, line);
    CHECK_MESSAGE(line.find('\n') == std::string::npos, line);
    const auto first = line.starts_with(' ') ? line.substr(1, 1) : line.substr(0, 1);
    CHECK_MESSAGE((first.empty() || (static_cast<unsigned char>(first[0]) & 0xC0) != 0x80),
                  "a character was cut: ", line);
    if (line.starts_with(' '))
      out += line.substr(1);
    else
      out += (out.empty() ? "" : "\n") + line;
    start = end + 2;
  }
  return out + "\n";
}

const std::string long_description = [] {
  std::string text = R"(,"description":{"lv":")";
  for (int i = 0; i < 60; ++i) text += "Šķēršļi, ņģķļ; 🏡 \\\\ ";
  return text + R"(\notrā rinda"})";
}();

}  // namespace

TEST_CASE("csv: byte order mark, separator, a column for each language, quotes") {
  Fixture fixture;
  const auto text = fixture.get("csv");
  CHECK(text.starts_with("\xEF\xBB\xBFid,kind,status,"));
  CHECK(text.ends_with("\r\n"));
  CHECK(has(text, ",name_lv,name_en,"));
  CHECK(has(text, R"("Cēsu novada ""Jaunā; māja"", biedrība",New house,)"));
  const auto with_semicolons = fixture.get("csv?separator=semicolon");
  CHECK(with_semicolons.starts_with("\xEF\xBB\xBFid;kind;"));
  CHECK(has(with_semicolons, R"("Cēsu novada ""Jaunā; māja"", biedrība";New house;)"));
  CHECK(fixture.client.ask("GET", "/api/v1/records.csv?separator=tab").status == 400);
  CHECK(count(fixture.get("csv?kind=service"), "\r\n") == 1);  // the head alone
}

TEST_CASE("csv: what a spreadsheet would run is text, numbers stay numbers") {
  Fixture fixture;
  (void)fixture.publish(R"x({"kind":"project","language":"en","content":{"title":{
    "en":"=HYPERLINK(\"http://evil.example\")","de":"@SUM(A1)","fr":"-2+3","sv":"＝1+1"},
    "period":"2009-08/2009-12","budget":{"amount":"246879.07","currency":"EUR"},
    "funding":[{"programme":"EIF","share":75},{"programme":"STATE","share":25}]}})x");
  const auto text = fixture.get("csv");
  for (const auto* guarded : {"'=HYPERLINK(", ",'@SUM(A1)", ",'-2+3", ",'＝1+1", ",'+37160000000"})
    CHECK_MESSAGE(has(text, guarded), guarded);
  CHECK_FALSE(has(text, ",=HYPERLINK"));
  CHECK(has(text, ",246879.07 EUR,"));
  CHECK(has(text, ",2009-08/2009-12,"));
}

TEST_CASE("csv: an assessment has a line for each criterion") {
  Fixture fixture;
  const auto project = fixture.publish(
      R"({"kind":"project","language":"en","content":{"title":{"en":"A centre"},"period":"2009/2010"}})");
  (void)fixture.publish(R"({"kind":"response","language":"en","content":{"about":")" + project +
                        R"(","type":"assessment","template":"DIVE-4","by":")" + fixture.organisation +
                        R"(","scores":[{"criterion":"employer","score":3,"note":{"en":"Half of them"}},
                        {"criterion":"policy-maker","score":"n/a"}]}})");
  const auto text = fixture.get("csv?kind=response");
  CHECK(count(text, "\r\n") == 3);
  CHECK(has(text, ",criterion,score,note_en"));
  CHECK(has(text, ",employer,3,Half of them\r\n"));
  CHECK(has(text, ",policy-maker,n/a,\r\n"));
}

TEST_CASE("ics: lines are folded by octets and never inside a character") {
  Fixture fixture;
  (void)fixture.publish_event(
      R"("start":"2026-02-12T16:30","end":"2026-02-12T19:00","timezone":"Europe/Tallinn")", long_description);
  const auto text = unfolded(fixture.get("ics"));
  CHECK(has(text, R"(\nSUMMARY;LANGUAGE=lv:Sarunu vakars)") == false);
  CHECK(has(text, "\nSUMMARY;LANGUAGE=lv:Sarunu vakars\n"));
  CHECK(has(text, R"(Šķēršļi\, ņģķļ\; 🏡 \\ )"));
  CHECK(has(text, R"(\notrā rinda)"));
}

TEST_CASE("ics: a time has its zone, and the zone its rules; a day ends with the day after") {
  Fixture fixture;
  (void)fixture.publish_event(
      R"("start":"2026-02-12T16:30","end":"2026-02-12T19:00","timezone":"Europe/Tallinn")");
  (void)fixture.publish_event(R"("start":"2025-04-09","end":"2025-04-10")");
  (void)fixture.publish_event(R"("start":"2025-12-31")");
  const auto text = unfolded(fixture.get("ics"));
  CHECK(has(text, "\nDTSTART;TZID=Europe/Tallinn:20260212T163000\n"));
  CHECK(has(text, "\nDTEND;TZID=Europe/Tallinn:20260212T190000\n"));
  CHECK(has(text, "\nBEGIN:VTIMEZONE\nTZID:Europe/Tallinn\n"));
  CHECK(count(text, "BEGIN:VTIMEZONE") == 1);
  CHECK(has(text, "\nDTSTART;VALUE=DATE:20250409\nDTEND;VALUE=DATE:20250411\n"));
  CHECK(has(text, "\nDTSTART;VALUE=DATE:20251231\nDTEND;VALUE=DATE:20260101\n"));
  CHECK(has(text, "\nREFRESH-INTERVAL;VALUE=DURATION:PT6H\n"));
}

TEST_CASE("ics: every zone that the pages offer has rules") {
  Fixture fixture;
  const auto lists = ApiClient::json_of(fixture.client.ask("GET", "/api/v1/vocabularies"));
  for (const auto& zone : lists.at("timezones").as_array())
    (void)fixture.publish_event(R"("start":"2026-07-01T10:00","timezone":")" + std::string(zone.as_string()) +
                                "\"");
  const auto text = unfolded(fixture.get("ics"));
  for (const auto& zone : lists.at("timezones").as_array()) {
    const std::string name(zone.as_string());
    CHECK_MESSAGE(has(text, "\nTZID:" + name + "\n"), name);
    CHECK_MESSAGE(has(text, "\nDTSTART;TZID=" + name + ":20260701T100000\n"), name);
  }
}

TEST_CASE("ics: months and years are no days; an unknown zone is no zone; UTC is Z") {
  Fixture fixture;
  (void)fixture.publish_event(R"("start":"2009-08","end":"2009-12")");
  (void)fixture.publish_event(R"("start":"2023")");
  CHECK_FALSE(has(fixture.get("ics"), "BEGIN:VEVENT"));
  (void)fixture.publish_event(R"("start":"2026-02-12T16:30","timezone":"Moon/Tranquility")");
  (void)fixture.publish_event(R"("start":"2026-02-13T16:30","timezone":"Etc/UTC")");
  const auto text = unfolded(fixture.get("ics"));
  CHECK(has(text, "\nDTSTART:20260212T163000\n"));
  CHECK(has(text, "\nDTSTART:20260213T163000Z\n"));
  CHECK_FALSE(has(text, "TZID"));
}

TEST_CASE("ics: an event keeps its UID, and its SEQUENCE grows when it moves and when it is withdrawn") {
  Fixture fixture;
  const auto id = fixture.publish_event(R"("start":"2026-02-12")");
  const auto first = unfolded(fixture.get("ics"));
  CHECK(has(first, "\nUID:" + id + "\nSEQUENCE:1\n"));
  CHECK(has(first, "\nSTATUS:CONFIRMED\n"));
  const auto before = fixture.client.ask("GET", "/api/v1/records/" + id);
  const auto revision = "\"" + std::string(ApiClient::json_of(before).at("revision").as_string()) + "\"";
  fixture.node.now += 60'000;
  REQUIRE(fixture.client
              .ask("PUT", "/api/v1/records/" + id, fixture.event(R"("start":"2026-03-12")"),
                   {{"If-Match", revision}})
              .status == 200);
  const auto moved = unfolded(fixture.get("ics"));
  CHECK(has(moved, "\nUID:" + id + "\nSEQUENCE:2\n"));
  CHECK(has(moved, "\nDTSTART;VALUE=DATE:20260312\n"));
  CHECK(count(moved, "BEGIN:VEVENT") == 1);
  fixture.node.now += 60'000;
  fixture.withdraw(id);
  // Also where the feed is of a theme: a withdrawal has none of its own.
  for (const auto* target : {"ics", "ics?theme=culture", "ics?q=vakars"}) {
    const auto gone = unfolded(fixture.get(target));
    CHECK_MESSAGE(has(gone, "\nUID:" + id + "\nSEQUENCE:3\n"), target);
    CHECK(has(gone, "\nSTATUS:CANCELLED\n"));
    CHECK(has(gone, "\nSUMMARY;LANGUAGE=lv:Sarunu vakars\n"));
  }
  CHECK_FALSE(has(fixture.get("ics?theme=housing"), "BEGIN:VEVENT"));
}

TEST_CASE("ics: what was erased is not told again; a restricted meeting's address is not told at all") {
  Fixture fixture;
  const auto id = fixture.publish_event(
      R"("start":"2026-02-12","onlineUrl":"https://meet.example/secret","restricted":true)");
  CHECK_FALSE(has(fixture.get("ics"), "meet.example"));
  CHECK_FALSE(has(fixture.get("csv"), "meet.example"));
  CHECK_FALSE(has(fixture.get("jsonld"), "meet.example"));
  fixture.erase(id);
  for (const auto* format : {"ics", "csv?status=any", "jsonld?status=any", "atom"})
    CHECK_MESSAGE(!has(fixture.get(format), "Sarunu vakars"), format);
  CHECK_FALSE(has(fixture.get("ics?q=vakars"), "BEGIN:VEVENT"));
}

TEST_CASE("vcard: both versions, escaped, folded, work data only") {
  Fixture fixture;
  (void)fixture.publish(R"({"kind":"contact","language":"lv","content":{"displayName":{"lv":
    "Koordinators; Cēsu, novada pašvaldības integrācijas un sabiedrības līdzdalības nodaļa"},"organisation":")" +
                        fixture.organisation +
                        R"(","roles":["local-coordinator","press"],"email":"koordinators@cesis.example",
    "phone":"+37161111111","languages":["lv","uk"],"themes":["housing"],"position":{"lv":"Nodaļa"}}})");
  const auto four = unfolded(fixture.get("vcf"));
  CHECK(count(four, "BEGIN:VCARD\nVERSION:4.0\n") == 2);
  CHECK(has(four, "\nKIND:org\n"));
  CHECK(has(four, "\nKIND:group\nFN;LANGUAGE=lv:Koordinators\\; Cēsu\\, novada"));
  CHECK(has(four, "\nORG:Cēsu novada \"Jaunā\\; māja\"\\, biedrība\n"));
  CHECK(has(four, "\nROLE:local-coordinator\nROLE:press\n"));
  CHECK(has(four, "\nTEL;VALUE=uri;TYPE=work:tel:+37161111111\n"));
  CHECK(has(four, "\nLANG:lv\nLANG:uk\n"));
  CHECK(has(four, "\nADR;TYPE=work:;;Rīgas iela 1\\, 2. stāvs;Cēsis;;LV-4101;LV\n"));
  CHECK(has(four, "\nUID:" + fixture.organisation + "\n"));
  const auto three = unfolded(fixture.get("vcf?version=3.0"));
  CHECK(count(three, "BEGIN:VCARD\nVERSION:3.0\n") == 2);
  CHECK(count(three, "\nN:") == 2);
  CHECK(has(three, "\nTEL;TYPE=WORK,VOICE:+37161111111\n"));
  CHECK_FALSE(has(three, "KIND:"));
  CHECK(fixture.client.ask("GET", "/api/v1/records.vcf?version=2.1").status == 400);
  fixture.withdraw(fixture.organisation);
  CHECK(count(fixture.get("vcf"), "BEGIN:VCARD") == 1);
}

TEST_CASE("atom: ids that stay, tombstones, pages, and text that is XML") {
  Fixture fixture;
  const auto id = fixture.publish_event(R"("start":"2026-02-12")");
  const auto text = fixture.get("atom?kind=event&theme=culture");
  CHECK(has(text, "<id>" + id + "</id>"));
  CHECK(has(text, "<title xml:lang=\"lv\">Sarunu vakars</title>"));
  CHECK(has(text, "href=\"http://localhost:8440/records/" + id + "\""));
  const auto feed_id = [](const std::string& feed) {
    const auto at = feed.find("<id>");
    return feed.substr(at, feed.find("</id>") - at);
  };
  CHECK(feed_id(text) == feed_id(fixture.get("atom?theme=culture&kind=event&limit=1")));
  CHECK(feed_id(text) != feed_id(fixture.get("atom?kind=event")));
  CHECK(has(fixture.get("atom?kind=organisation"), "Cēsu novada \"Jaunā; māja\", biedrība"));
  fixture.node.now += 60'000;
  fixture.withdraw(id);
  const auto gone = fixture.get("atom?kind=event&theme=culture");
  CHECK(has(gone, "<at:deleted-entry ref=\"" + id + "\" when=\""));
  CHECK(has(gone, "<at:comment>obsolete</at:comment>"));
  CHECK_FALSE(has(gone, "<entry>"));
  const auto first = fixture.client.ask("GET", "/api/v1/records.atom?limit=1");
  CHECK(has(first.body, id));
  CHECK(has(first.body, "<link rel=\"next\""));
  const std::string link(http::header(first.headers, "Link"));
  REQUIRE(link.ends_with(">; rel=\"next\""));
  const auto next = link.substr(link.find("/api/"), link.find('>') - link.find("/api/"));
  const auto second = fixture.client.ask("GET", next);
  CHECK(has(second.body, "<id>" + fixture.organisation + "</id>"));
  CHECK_FALSE(has(second.body, id));
  CHECK_FALSE(has(second.body, "rel=\"next\""));
  CHECK(feed_id(first.body) == feed_id(second.body));
}

TEST_CASE("jsonld: one graph, texts with their languages, times that mean the same everywhere") {
  Fixture fixture;
  const auto id = fixture.publish_event(
      R"("start":"2026-07-12T16:30","end":"2026-12-12T19:00","timezone":"Europe/Tallinn")");
  const auto document = boost::json::parse(fixture.get("jsonld?kind=event")).as_object();
  CHECK(document.at("@context").is_object());
  const auto& event = document.at("@graph").at(0).as_object();
  CHECK(event.at("@id") == boost::json::value(id));
  CHECK(event.at("@type") == boost::json::value("Event"));
  CHECK(event.at("name").at(1) == boost::json::value({{"@language", "en"}, {"@value", "Evening of talks"}}));
  CHECK(event.at("startDate") == boost::json::value("2026-07-12T16:30:00+03:00"));
  CHECK(event.at("endDate") == boost::json::value("2026-12-12T19:00:00+02:00"));
  CHECK(event.at("organizer").at(0).at("@id") == boost::json::value(fixture.organisation));
  CHECK(event.at("license") == boost::json::value("https://spdx.org/licenses/CC-BY-4.0"));
  fixture.withdraw(id);
  CHECK(boost::json::parse(fixture.get("jsonld?kind=event")).at("@graph").as_array().empty());
}

TEST_CASE("an export takes the filters of the list, and the same mistakes are the same errors") {
  Fixture fixture;
  (void)fixture.publish_event(R"("start":"2026-02-12")");
  CHECK(count(fixture.get("csv?kind=event&kind=practice"), "\r\n") == 2);
  CHECK(count(fixture.get("csv?q=nothing-like-it"), "\r\n") == 1);
  for (const auto* ending : {"csv", "jsonld", "atom", "ics", "vcf"}) {
    const auto path = std::string("/api/v1/records.") + ending;
    CHECK(ApiClient::code_of(fixture.client.ask("GET", path + "?kind=practise")) == "bad_parameter");
    CHECK(ApiClient::code_of(fixture.client.ask("GET", path + "?kid=event")) == "unknown_parameter");
    CHECK(ApiClient::code_of(fixture.client.ask("GET", path + "?limit=1001")) == "bad_parameter");
    CHECK(ApiClient::code_of(fixture.client.ask("GET", path + "?cursor=1")) == "bad_parameter");
  }
}

TEST_CASE("an export that the client has is not sent again") {
  Fixture fixture;
  (void)fixture.publish_event(R"("start":"2026-02-11")");
  for (const auto* ending : {"csv", "jsonld", "atom", "ics", "vcf"}) {
    const auto path = std::string("/api/v1/records.") + ending;
    const auto first = fixture.client.ask("GET", path);
    const std::string tag(http::header(first.headers, "ETag"));
    CHECK(http::header(first.headers, "Last-Modified") == "Sat, 21 Nov 2026 22:26:40 GMT");
    CHECK(http::header(first.headers, "Cache-Control") == "private, no-cache");
    for (const auto& known : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
      const auto again = fixture.client.ask("GET", path, {}, {{"If-None-Match", known}});
      CHECK_MESSAGE(again.status == 304, known);
      CHECK(again.body.empty());
      CHECK(http::header(again.headers, "ETag") == tag);
    }
    CHECK(fixture.client.ask("GET", path, {}, {{"If-None-Match", "\"other\""}}).status == 200);
  }
  const std::string tag(http::header(fixture.client.ask("GET", "/api/v1/records.ics").headers, "ETag"));
  (void)fixture.publish_event(R"("start":"2026-02-12")");
  CHECK(fixture.client.ask("GET", "/api/v1/records.ics", {}, {{"If-None-Match", tag}}).status == 200);
}

TEST_CASE(
    "a token for feeds stands in the address, opens exports and nothing else, and ends when it is revoked") {
  Fixture fixture;
  const auto feed = fixture.new_token("feed");
  const auto feed_id = fixture.token_id;
  const auto reader = fixture.new_token("reader");
  ApiClient program(fixture.api);
  const std::string path = "/api/v1/records.ics";
  CHECK(program.ask("GET", path).status == 401);
  CHECK(program.ask("GET", path + "?kind=event&token=" + feed).status == 200);
  CHECK(program.ask("GET", path, {}, {{"Authorization", "Bearer " + feed}}).status == 200);
  CHECK(ApiClient::code_of(program.ask("GET", path + "?token=hansa_nonsense")) == "bad_token");
  // One with more rights would leak with every address that is passed on.
  CHECK(ApiClient::code_of(program.ask("GET", path + "?token=" + reader)) == "token_in_address");
  CHECK(ApiClient::code_of(program.ask("GET", path + "?token=" + test::operator_token)) == "bad_token");
  for (const auto* other : {"/api/v1/records", "/api/v1/node", "/api/v1/changes", "/api/v1/session"}) {
    CHECK_MESSAGE(program.ask("GET", std::string(other) + "?token=" + feed).status == 401, other);
    CHECK_MESSAGE(program.ask("GET", other, {}, {{"Authorization", "Bearer " + feed}}).status == 403, other);
  }
  const http::Request stream{
      "GET", "/api/v1/events", {{"Host", "localhost"}, {"Authorization", "Bearer " + feed}}, {}, ""};
  const auto opened = fixture.api.open_stream(stream);
  REQUIRE((opened && opened->refused));
  CHECK(opened->refused->status == 403);
  // Links of a feed's pages keep it, its id does not know it.
  const auto atom = program.ask("GET", "/api/v1/records.atom?limit=1&token=" + feed);
  CHECK(count(atom.body, feed) == 2);
  CHECK(fixture.client.ask("DELETE", "/api/v1/tokens/" + feed_id).status == 204);
  CHECK(program.ask("GET", path + "?token=" + feed).status == 401);
  CHECK(fixture.client
            .ask("POST", "/api/v1/users", R"({"name":"feed","password":"a long password","role":"feed"})")
            .status == 422);
}
