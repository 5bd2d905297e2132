// Exports and harvests of what no form of ours would have let through: of content from other nodes, only the
// structure was checked.
#include <doctest/doctest.h>

#include <algorithm>

#include "api_client.h"
#include "in_text.h"
#include "protocol/content.h"
#include "publishing_node.h"
#include "settings_node.h"

using namespace hansa;
using protocol::ContentBuilder;
using test::ApiClient;
using test::count;
using test::has;

namespace {

ContentBuilder content_of(const char* kind) {
  ContentBuilder content;
  content.root().setSchemaVersion(protocol::content_schema_version);
  content.root().setLanguage("lv");
  content.root().setVersion(1);
  content.init_body(kind);
  return content;
}

void write(protocol::schema::MultilingualText::Builder text, const char* language, const std::string& words) {
  auto entry = text.initEntries(1)[0];
  entry.setLanguage(language);
  entry.setText(words);
}

ContentBuilder organisation(const std::string& name, const std::vector<std::string>& themes = {"housing"}) {
  auto content = content_of("organisation");
  auto body = content.root().getBody().getOrganisation();
  write(body.initName(), "lv", name);
  auto list = body.initThemes(static_cast<unsigned>(themes.size()));
  for (unsigned i = 0; i < themes.size(); ++i) list.set(i, themes[i]);
  return content;
}

ContentBuilder contact(const std::string& name, const char* type) {
  auto content = content_of("contact");
  auto body = content.root().getBody().getContact();
  write(body.initDisplayName(), "lv", name);
  body.setContactType(type);
  return content;
}

ContentBuilder event(const char* start, const char* end, const char* zone) {
  auto content = content_of("event");
  auto body = content.root().getBody().getEvent();
  write(body.initTitle(), "lv", "Sarunas");
  body.setStart(start);
  body.setEnd(end);
  body.setTimezone(zone);
  return content;
}

struct Fixture {
  Fixture() : api(node, test::api_options()), client(api) { client.become_operator(); }

  std::string publish(ContentBuilder content, core::PublishRequest request = {}) {
    request.record_kind = *protocol::record_kind(content.kind());
    request.content = *content.to_bytes();
    std::string id;
    node.publish(std::move(request), [&](const core::PublishOutcome& outcome) {
      REQUIRE(outcome);
      id = protocol::to_text(outcome->record);
    });
    return id;
  }
  std::string publish_openly(ContentBuilder content) {
    core::PublishRequest request;
    request.visibility = protocol::Visibility::everyone;
    return publish(std::move(content), std::move(request));
  }
  std::string get(const std::string& target) {
    const auto answer = client.ask("GET", target);
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    return answer.body;
  }
  ApiClient with_feed_token() {
    const auto made = client.ask("POST", "/api/v1/tokens", R"({"label":"A calendar","role":"feed"})");
    REQUIRE(made.status == 201);
    ApiClient program(api);
    program.headers.emplace_back("Authorization",
                                 "Bearer " + std::string(ApiClient::json_of(made).at("secret").as_string()));
    return program;
  }

  test::PublishingNode node;
  http::Api api;
  ApiClient client;
};

/// As it is, or as a number, which XML 1.0 forbids as well.
bool has_control_character(const std::string& text) {
  return has(text, "&#") || std::any_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r';
         });
}

}  // namespace

TEST_CASE("a token for feeds learns nothing of persons, not even where they stand among others") {
  Fixture fixture;
  core::PublishRequest flagged;
  flagged.personal = true;
  flagged.retention_month = protocol::retention_month(2028, 1);
  (void)fixture.publish(contact("Aaa Liepa", "role-mailbox"), flagged);
  (void)fixture.publish(contact("Aab Kalns", "person"));
  (void)fixture.publish(organisation("Biedriba"));
  (void)fixture.publish(organisation("Centrs"));
  auto program = fixture.with_feed_token();
  const std::string first_page = "/api/v1/records.csv?sort=title&limit=1";
  const auto all = program.ask("GET", "/api/v1/records.csv?sort=title");
  for (const auto* person : {"Liepa", "Kalns"}) {
    CHECK_FALSE(has(all.body, person));
    CHECK(has(fixture.get("/api/v1/records.csv?sort=title"), person));
    CHECK_FALSE(has(program.ask("GET", "/api/v1/records.vcf").body, person));
    CHECK(count(program.ask("GET", "/api/v1/records.csv?q=" + std::string(person)).body, "\r\n") == 1);
  }
  // A cursor holds what the last record is ordered by: it is the first that may be seen.
  const auto first = program.ask("GET", first_page);
  CHECK(has(first.body, "Biedriba"));
  CHECK(http::header(first.headers, "Link") !=
        http::header(fixture.client.ask("GET", first_page).headers, "Link"));
}

TEST_CASE("ics, jsonld: a zone from elsewhere is a name, never a path") {
  Fixture fixture;
  for (const auto* zone : {"Europe/./Riga", "../zoneinfo/Europe/Riga", "Europe//Riga", "/Europe/Riga"})
    (void)fixture.publish(event("2026-02-12T16:30", "2026-02-12T17:00", zone));
  const auto text = fixture.get("/api/v1/records.ics");
  CHECK(count(text, "DTSTART:20260212T163000") == 4);
  CHECK_FALSE(has(text, "VTIMEZONE"));
  const auto graph =
      boost::json::parse(fixture.get("/api/v1/records.jsonld?kind=event")).at("@graph").as_array();
  CHECK(graph.size() == 4);
  for (const auto& node : graph) CHECK(node.at("startDate") == boost::json::value("2026-02-12T16:30:00"));
}

TEST_CASE("ics, jsonld: seconds, and an end that is no later than the start") {
  Fixture fixture;
  (void)fixture.publish(event("2026-02-12T16:30:15", "2026-02-12T16:30:15", "Europe/Riga"));
  (void)fixture.publish(event("2026-03-12T16:30", "2026-03-12T16:20", "Europe/Riga"));
  (void)fixture.publish(event("2026-04-12", "2026-04-12", ""));
  const auto text = fixture.get("/api/v1/records.ics");
  CHECK(has(text, "DTSTART;TZID=Europe/Riga:20260212T163015\r\n"));
  CHECK(count(text, "DTEND") == 1);
  CHECK(has(text, "DTEND;VALUE=DATE:20260413\r\n"));
  const auto graph =
      boost::json::parse(fixture.get("/api/v1/records.jsonld?sort=title")).at("@graph").as_array();
  const auto with_seconds = std::find_if(graph.begin(), graph.end(), [](const auto& node) {
    return node.at("startDate").as_string() == "2026-02-12T16:30:15+02:00";
  });
  CHECK(with_seconds != graph.end());
}

TEST_CASE("oai, atom, ics: no text makes them what no reader takes") {
  Fixture fixture;
  const auto id = fixture.publish_openly(organisation("A\x01 \x1b name", {"\x01", "two words", "housing"}));
  const auto list = fixture.get("/oai?verb=ListRecords&metadataPrefix=oai_dc");
  CHECK_FALSE(has_control_character(list));
  CHECK(has(list, "<identifier>" + id + "</identifier>"));
  CHECK(count(list, "<setSpec>theme:") == 1);
  CHECK(has(list, "<setSpec>theme:housing</setSpec>"));
  for (const auto* target :
       {"/oai?verb=Identify&%01=x", "/oai?verb=ListRecords&metadataPrefix=oai_dc&set=%01",
        "/api/v1/records.atom?status=any", "/api/v1/records.atom?q=%01name",
        "/api/v1/records.ics?q=%01%0Dname%0AX:Y"}) {
    CHECK_MESSAGE(!has_control_character(fixture.get(target)), target);
    CHECK_MESSAGE(!has(fixture.get(target), "\nX:Y"), target);
  }
}

TEST_CASE("csv: a table is too large by its columns, too") {
  Fixture fixture;
  constexpr int records = 1000, names = 40;
  for (int i = 0; i < records; ++i) {
    auto content = content_of("response");
    auto body = content.root().getBody().getResponse();
    body.setType("translation");
    auto entries = body.initFields().initEntries(names);
    for (int j = 0; j < names; ++j) {
      entries[static_cast<unsigned>(j)].setName("f" + std::to_string(i * names + j));
      entries[static_cast<unsigned>(j)].setText("x");
    }
    (void)fixture.publish(std::move(content));
  }
  const auto refused = fixture.client.ask("GET", "/api/v1/records.csv");
  CHECK(refused.status == 422);
  CHECK(ApiClient::code_of(refused) == "too_many_records");
  CHECK(fixture.client.ask("GET", "/api/v1/records.csv?limit=100").status == 200);
}

TEST_CASE("ics, vcf: kinds that a format cannot say take no places in it") {
  Fixture fixture;
  (void)fixture.publish(event("2026-02-12", "", ""));
  fixture.node.now += 60'000;
  (void)fixture.publish(organisation("Biedriba"));
  CHECK(has(fixture.get("/api/v1/records.ics?limit=1"), "BEGIN:VEVENT"));
  fixture.node.now += 60'000;
  (void)fixture.publish(event("2026-02-12", "", ""));
  CHECK(has(fixture.get("/api/v1/records.vcf?limit=1"), "FN;LANGUAGE=lv:Biedriba"));
  CHECK_FALSE(has(fixture.get("/api/v1/records.ics?kind=organisation"), "BEGIN:VEVENT"));
}

TEST_CASE("oai: what ceased to be public is deleted from the sets in which it was") {
  Fixture fixture;
  const auto id = fixture.publish_openly(organisation("Biedriba", {"housing"}));
  fixture.node.now += 60'000;
  core::PublishRequest narrower;
  narrower.visibility = protocol::Visibility::network;
  narrower.record = *protocol::parse_record_id(id);
  narrower.is_new = false;
  (void)fixture.publish(organisation("Biedriba", {"culture"}), narrower);
  const std::string list = "/oai?verb=ListRecords&metadataPrefix=oai_dc&set=theme:";
  CHECK(has(fixture.get(list + "housing"), "<header status=\"deleted\">"));
  CHECK(has(fixture.get(list + "culture"), "noRecordsMatch"));
  CHECK_FALSE(has(fixture.get(list + "housing"), "theme:culture"));
}

TEST_CASE("oai: contacts that are persons are not given, whatever their author says of them") {
  Fixture fixture;
  const auto person = fixture.publish_openly(contact("Anna Liepa", "person"));
  const auto office = fixture.publish_openly(contact("Birojs", "role-mailbox"));
  const auto list = fixture.get("/oai?verb=ListRecords&metadataPrefix=oai_dc");
  CHECK(has(list, office));
  CHECK_FALSE(has(list, person));
}

TEST_CASE("oai: what was not checked yet is not given") {
  const auto key = protocol::SecretKey::generate(protocol::system_entropy());
  protocol::PartnerId partner;
  partner.bytes.fill(7);
  test::SettingsNode node([&](const protocol::PublicKey&) { return std::vector{partner}; });
  http::Api api(node, test::api_options());
  ApiClient client(api);
  client.become_operator();

  protocol::DeclarationFields declaration;
  protocol::system_entropy()(declaration.epoch_nonce);
  auto headers = *protocol::seal_declaration(declaration, key);
  auto tip = protocol::chain(declaration.federation, std::nullopt, headers)->tip();
  store::Batch batch;
  for (int i = 0; i < 2; ++i) {
    const auto content = *organisation("Biedriba").to_bytes();
    const auto salt = protocol::Salt::generate(protocol::system_entropy());
    const auto sealed = protocol::seal_payload(content, salt);
    protocol::EntryFields fields;
    fields.record = protocol::RecordId{partner, {}};
    fields.record->local.fill(static_cast<std::uint8_t>(i + 1));
    fields.record_kind = protocol::RecordKind::organisation;
    fields.visibility = protocol::Visibility::everyone;
    fields.payload_blocks = sealed->blocks;
    fields.commitment = sealed->commitment;
    const auto header = *protocol::seal_entry(fields, tip, key);
    batch.payloads.push_back(*protocol::check_payload(*protocol::HeaderView::parse(header), salt, content));
    tip = protocol::chain(tip.federation, tip, header)->tip();
    headers.insert(headers.end(), header.begin(), header.end());
  }
  // The last one's signature vouches for the run; the others wait for the background check.
  batch.runs.push_back(*protocol::chain(declaration.federation, std::nullopt, headers));
  node.store().commit(batch, node.now, store::Durability::synced);
  REQUIRE(node.store().snapshot()->totals().unchecked_entries == 2);
  const std::string list = "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc";
  CHECK(has(client.ask("GET", list).body, "noRecordsMatch"));
  node.store().mark_checked(tip.log, tip.sequence, node.now);
  CHECK(count(client.ask("GET", list).body, "<identifier>") == 2);
}

TEST_CASE("oai: who has no mailbox is reached at an address that can be one") {
  Fixture fixture;
  const auto mail_at = [&](const std::string& host) {
    auto client = fixture.client;
    client.headers.front().second = host;
    const auto body = client.ask("GET", "/oai?verb=Identify").body;
    const std::string begin = "<adminEmail>";
    const auto at = body.find(begin) + begin.size();
    return body.substr(at, body.find('<', at) - at);
  };
  CHECK(mail_at("[::1]:8440") == "postmaster@localhost.invalid");
  CHECK(mail_at("localhost:8440") == "postmaster@localhost.invalid");
  CHECK(mail_at("127.0.0.1:8440") == "postmaster@127.0.0.1");
}
