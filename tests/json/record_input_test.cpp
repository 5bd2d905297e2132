// What the reading of JSON itself refuses, and what comes out again.
#include "json/record_input.h"

#include <doctest/doctest.h>

#include "prepared.h"

using namespace hansa;
using namespace samples;
using boost::json::value;

TEST_CASE("the least record of every kind passes") {
  CHECK(errors_of(practice()) == "");
  CHECK(errors_of(event()) == "");
  CHECK(errors_of(organisation()) == "");
  CHECK(errors_of(contact()) == "");
  CHECK(errors_of(project()) == "");
  CHECK(errors_of(service()) == "");
  CHECK(errors_of(resource()) == "");
  CHECK(errors_of(response("endorsement")) == "");
}

TEST_CASE("what was put in comes out") {
  auto record = practice();
  auto& content = content_of(record);
  content["results"] = boost::json::parse(
      R"([{"label":{"lv":"Dalībnieki"},"value":10,"unit":"persons","period":"2009-08/2009-12"},
          {"label":{"lv":"Daļa"},"value":43.77,"unit":"percent"}])");
  content["resources"] =
      boost::json::parse(R"({"cost":{"amount":"246879.07","currency":"EUR"},"costPer":"once"})");
  content["partners"] = boost::json::parse(R"([{"name":"SIF","role":"funder"}])");
  content["evaluationRefs"] = boost::json::array{value(practice_id), value("https://example.org/report")};
  record["keywords"] = boost::json::parse(R"([{"lv":"mentors","en":"mentor"}])");
  record["translations"] = boost::json::parse(R"({"content.title":{"en":"machine"}})");
  const auto prepared = prepare(record);
  REQUIRE(prepared);
  const auto got = shown(*prepared);
  CHECK(got.content == content_of(record));
  CHECK(got.common.at("keywords") == record.at("keywords"));
  CHECK(got.common.at("translations") == record.at("translations"));
  CHECK(got.common.at("licence") == "CC-BY-4.0");
  CHECK(got.common.at("reviewBy") == "2028-11-21");
  CHECK(got.common.at("created") == value(hansa::json::instant_text(now_ms)));
  CHECK_FALSE(got.common.contains("body"));
}

TEST_CASE("the texts of the region survive as they are") {
  for (const std::string_view text : {"Šķēršļi, ņģķļ", "ąčęėįšųūž", "õäöü", "åäö", "æøå", "ðþæö", "ёъ щы",
                                      "їєґі", "„MICenter“ “a” 'b' \"c\" \\ </p>", "مرحبا بكم", "a\nb"}) {
    auto record = practice();
    content_of(record)["title"] = in("lv", text);
    const auto prepared = prepare(record);
    CAPTURE(text);
    REQUIRE(prepared);
    CHECK(shown(*prepared).content.at("title").at("lv").as_string() == boost::json::string_view(text));
  }
}

TEST_CASE("decomposed text is composed before it is sealed") {
  auto record = practice();
  content_of(record)["title"] = in("lv", "be\u0304gl\u0327u majoklis");
  const auto prepared = prepare(record);
  REQUIRE(prepared);
  CHECK(shown(*prepared).content.at("title").at("lv").as_string() == "bēgļu majoklis");
  // 160 letters, though 320 code points before.
  content_of(record)["title"] = in("lv", repeated("e\u0304", 160));
  CHECK(errors_of(record) == "");
}

TEST_CASE("unknown fields are named by their path") {
  auto record = practice();
  record["titel"] = 1;
  content_of(record)["titel"] = in("lv", "x");
  content_of(record)["resources"] =
      boost::json::parse(R"({"cost":{"amount":"1","currency":"EUR","vat":"0"},"x":1})");
  const auto errors = errors_of(record);
  CHECK(errors.find("titel unknown_field") != std::string::npos);
  CHECK(errors.find("content.titel unknown_field") != std::string::npos);
  CHECK(errors.find("content.resources.cost.vat unknown_field") != std::string::npos);
  CHECK(errors.find("content.resources.x unknown_field") != std::string::npos);
}

TEST_CASE("wrong types are named, and not called missing besides") {
  CHECK(errors_with(practice(), "title", "text") == "content.title wrong_type");
  CHECK(errors_with(practice(), "title", boost::json::parse(R"({"lv":7})"))
            .starts_with("content.title.lv wrong_type"));
  CHECK(errors_with(practice(), "country", "LV") == "content.country wrong_type");
  CHECK(errors_with(practice(), "level", 3) == "content.level wrong_type");
  CHECK(errors_with(practice(), "lead", "SIF") == "content.lead bad_reference");
  CHECK(errors_with(event(), "restricted", "yes") == "content.restricted wrong_type");
  CHECK(errors_with(event(), "expectedParticipants", "ten") == "content.expectedParticipants wrong_type");
  CHECK(errors_with(event(), "expectedParticipants", -1) == "content.expectedParticipants out_of_range");
  CHECK(errors_with(event(), "expectedParticipants", 0) == "content.expectedParticipants out_of_range");
  CHECK(errors_with(event(), "expectedParticipants", 1e30) == "content.expectedParticipants wrong_type");
  CHECK(errors_with(event(), "expectedParticipants", std::uint64_t{1} << 40) ==
        "content.expectedParticipants out_of_range");
  CHECK(errors_with(event(), "venue", "Riga").starts_with("content.venue wrong_type"));
  CHECK(errors_with(response("endorsement"), "aboutRevision", "zz") == "content.aboutRevision bad_hash");
  CHECK(errors_with(response("endorsement"), "aboutRevision", "00ff") == "content.aboutRevision bad_hash");
}

TEST_CASE("a record must be an object of a known kind") {
  CHECK(json::read_record(value("x")).error().status == 422);
  CHECK(errors_of(parse("{}")) == "kind required");
  CHECK(errors_of(parse(R"({"kind":"poem"})")) == "kind unknown_code");
  auto nameless = practice();
  nameless.erase("kind");
  CHECK(json::read_record(value(nameless), "practice"));
  CHECK(errors_with_common(practice(), "id", "7") == "id bad_reference");
  auto named = practice();
  named["id"] = practice_id;
  CHECK(prepare(named)->id == *protocol::parse_record_id(practice_id));
}

TEST_CASE("what GET shows can be put back") {
  const auto prepared = prepare(practice());
  REQUIRE(prepared);
  const auto content = protocol::read_content(prepared->content);
  REQUIRE(content);
  json::RecordView view;
  view.kind = "practice";
  view.content = &*content;
  view.provenance = json::Provenance{};
  auto got = json::record_json(view);
  got.erase("id");
  // What only a list shows with it.
  got["responses"] = boost::json::object{{"adoption", 2}};
  got["snippet"] = nullptr;
  const auto again = prepare(got);
  REQUIRE(again);
  CHECK(again->content == prepared->content);
}

TEST_CASE("JSON is limited in size and depth and must be whole") {
  CHECK(json::parse_json("{}"));
  CHECK(json::parse_json("{").error().code == "malformed_json");
  CHECK(json::parse_json("{} x").error().code == "malformed_json");
  CHECK(json::parse_json("\"\\ud800\"").error().code == "malformed_json");
  CHECK(json::parse_json("\"\xff\"").error().code == "malformed_json");
  const auto nested = [](std::size_t depth) { return repeated("[", depth) + repeated("]", depth); };
  CHECK(json::parse_json(nested(json::record_json_depth_max)));
  CHECK(json::parse_json(nested(json::record_json_depth_max + 1)).error().code == "malformed_json");
  CHECK(json::parse_json("\xEF\xBB\xBF{}"));
  CHECK_FALSE(json::parse_json("\xEF\xBB{}"));
  const auto sized = [](std::size_t bytes) { return '"' + repeated("a", bytes - 2) + '"'; };
  CHECK(json::parse_json(sized(json::record_json_bytes_max)));
  CHECK(json::parse_json(sized(json::record_json_bytes_max + 1)).error().status == 413);
}

TEST_CASE("translations name texts that are there") {
  CHECK(errors_with_common(practice(), "translations",
                           boost::json::parse(R"({"content.title":{"sv":"machine"}})")) ==
        "translations.content.title.sv unknown_field");
  CHECK(errors_with_common(practice(), "translations",
                           boost::json::parse(R"({"content.title":{"en":"magic"}})")) ==
        "translations.content.title.en unknown_code");
  CHECK(errors_with_common(practice(), "translations",
                           boost::json::parse(R"({"content.title":{"en":"human"}})")) == "");
  CHECK(errors_with_common(practice(), "translations",
                           boost::json::parse(R"({"content.title":{"lv":"machine"}})")) ==
        "translations.content.title.lv original_language");
}

TEST_CASE("content beyond its limit is refused whole") {
  auto record = practice();
  boost::json::object text;
  for (const std::string_view language :
       {"lv", "en", "lt", "et", "fi", "sv", "da", "nb", "is", "ru", "uk", "ar", "fa", "de", "fr", "pl"}) {
    text[language] = repeated("щ", 6000);
  }
  content_of(record)["activities"] = text;
  text.clear();
  for (const std::string_view language :
       {"lv", "en", "lt", "et", "fi", "sv", "da", "nb", "is", "ru", "uk", "ar", "fa", "de", "fr"}) {
    text[language] = repeated("щ", 3000);
  }
  content_of(record)["problem"] = text;
  const auto prepared = prepare(record);
  REQUIRE_FALSE(prepared);
  CHECK(prepared.error().code == "too_large");
}

TEST_CASE("a problem says what, where and by how much") {
  auto record = practice();
  content_of(record)["title"] = in("lv", repeated("ä", 171));
  const auto prepared = prepare(record);
  REQUIRE_FALSE(prepared);
  const auto problem = json::to_json(prepared.error());
  CHECK(problem.at("type") == "/problems/invalid_record");
  CHECK(problem.at("status") == 422);
  const auto& error = problem.at("errors").at(0);
  CHECK(error.at("field") == "content.title.lv");
  CHECK(error.at("code") == "too_long");
  CHECK(error.at("params") == boost::json::parse(R"({"max":160,"actual":171})"));
  CHECK(error.at("value") == value(repeated("ä", 120)));
}

TEST_CASE("codes that this version does not know are shown as they are") {
  auto prepared = prepare(practice());
  REQUIRE(prepared);
  const auto read = protocol::read_content(prepared->content);
  REQUIRE(read);
  protocol::ContentBuilder newer;
  newer.root().setSchemaVersion(1);
  newer.root().getBody().setPractice(read->root().getBody().getPractice());
  newer.root().getBody().getPractice().setLevel("interstellar");
  newer.root().setLicence("LicenseRef-of-tomorrow");
  prepared->content = *newer.to_bytes();
  CHECK(shown(*prepared).content.at("level") == value("interstellar"));
  CHECK(shown(*prepared).common.at("licence") == value("LicenseRef-of-tomorrow"));
}

TEST_CASE("the vocabularies are complete lists of codes") {
  const auto all = json::vocabularies_json();
  CHECK(all.at("themes").as_array().size() == 17);
  CHECK(all.at("targetGroups").as_array().size() == 21);
  CHECK(all.at("audiences").as_array().size() == 6);
  CHECK(all.at("orgTypes").as_array().size() == 20);
  CHECK(all.at("indicators").as_array().size() == 14);
  CHECK(all.at("countries").as_array().size() == 249);
  CHECK(all.at("templateCriteria").at("NIEM-13").as_array().size() == 13);
  CHECK(all.at("themeAreas").at("language").at("module") == value("M1"));
  for (const auto& theme : all.at("themes").as_array())
    CHECK(all.at("themeAreas").as_object().contains(theme.as_string()));
}

TEST_CASE("a record that is not there still has its shape") {
  json::RecordView view;
  view.kind = "practice";
  view.content_state = "missing";
  view.status = "withdrawn";
  view.withdrawn_reason = "obsolete";
  const auto record = json::record_json(view);
  CHECK(record.at("content").as_object().empty());
  CHECK(record.at("contentState") == value("missing"));
  CHECK(record.at("withdrawnReason") == value("obsolete"));
  CHECK_FALSE(record.contains("provenance"));
}

TEST_CASE("instants are RFC 3339, whatever a peer claims") {
  CHECK(json::instant_text(0) == "1970-01-01T00:00:00.000Z");
  CHECK(json::instant_text(now_ms) == "2026-11-21T22:26:40.000Z");
  CHECK(json::instant_text(~std::uint64_t{0}) == "9999-12-31T23:59:59.999Z");
}
