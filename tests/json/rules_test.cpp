// Patterns of single values and rules across fields.
#include <doctest/doctest.h>

#include "prepared.h"

using namespace samples;
using boost::json::array;
using boost::json::value;

namespace {

boost::json::object money(std::string_view amount, std::string_view currency) {
  return {{"amount", amount}, {"currency", currency}};
}

std::string errors_with_cost(std::string_view amount, std::string_view currency) {
  boost::json::object resources;
  resources["cost"] = money(amount, currency);
  return errors_with(practice(), "resources", resources);
}

}  // namespace

TEST_CASE("what a kind requires") {
  for (const auto field : {"title", "summary", "country", "level", "themes", "targetGroups", "lead",
                           "practiceStatus", "period", "evidence"}) {
    CHECK(errors_of(without(practice(), field)) == "content." + std::string(field) + " required");
  }
  for (const auto field :
       {"title", "eventType", "start", "eventStatus", "mode", "organisers", "languages", "themes"}) {
    CHECK(errors_of(without(event(), field)).starts_with("content." + std::string(field) + " required"));
  }
  for (const auto field : {"name", "orgType", "country"}) {
    CHECK(errors_of(without(organisation(), field)) == "content." + std::string(field) + " required");
  }
  for (const auto field : {"displayName", "organisation", "roles"}) {
    CHECK(errors_of(without(contact(), field)) == "content." + std::string(field) + " required");
  }
  for (const auto field : {"title", "period", "lead"}) {
    CHECK(errors_of(without(project(), field)) == "content." + std::string(field) + " required");
  }
  for (const auto field : {"name", "description", "provider", "serviceType", "themes", "targetGroups",
                           "languages", "area", "channels"}) {
    CHECK(errors_of(without(service(), field)) == "content." + std::string(field) + " required");
  }
  for (const auto field : {"title", "type", "issued", "languages", "themes"}) {
    CHECK(errors_of(without(resource(), field)) == "content." + std::string(field) + " required");
  }
  for (const auto field : {"about", "type", "by"}) {
    CHECK(errors_of(without(response("endorsement"), field)) ==
          "content." + std::string(field) + " required");
  }
  auto record = practice();
  record.erase("language");
  CHECK(errors_of(record) == "language required");
}

TEST_CASE("the original's language must be there") {
  CHECK(errors_with(practice(), "title", in("en", "Register")) == "content.title.lv original_missing");
  CHECK(errors_with(practice(), "title", boost::json::parse(R"({"LV":"Reģistrs","lv":"Reģistrs"})")) ==
        "content.title.LV bad_language");
}

TEST_CASE("codes come from their lists") {
  CHECK(errors_with(practice(), "level", "galactic") == "content.level unknown_code");
  CHECK(errors_with(practice(), "themes", array({value("language"), value("magic")})) ==
        "content.themes[1] unknown_code");
  CHECK(errors_with(practice(), "themes", array({value("language"), value("language")})) ==
        "content.themes[1] duplicate");
  CHECK(errors_with(practice(), "country", array({value("lv")})) == "content.country[0] unknown_code");
  CHECK(errors_with(practice(), "targetGroups", array({value("teachers")})) ==
        "content.targetGroups[0] unknown_code");
  CHECK(errors_with(event(), "audience", array({value("teachers"), value("women")})) == "");
  CHECK(errors_with_common(practice(), "licence", "MIT") == "licence unknown_code");
  CHECK(errors_with_common(practice(), "licence", "LicenseRef-no-derivatives") == "");
}

TEST_CASE("control characters other than LF are refused") {
  CHECK(errors_with(practice(), "title", in("lv", "a\tb c")) == "content.title.lv control_character");
  CHECK(errors_with(practice(), "title", in("lv", "a\r\nb c")) == "content.title.lv control_character");
  CHECK(errors_with(practice(), "title", in("lv", std::string_view("a\0b c", 5))) ==
        "content.title.lv control_character");
  CHECK(errors_with(practice(), "title", in("lv", "a\nb c")) == "");
  CHECK(errors_with(practice(), "places", boost::json::parse(R"([{"name":"a\u0007"}])")) ==
        "content.places[0].name control_character");
}

TEST_CASE("text that shows nothing, or runs the wrong way, is refused") {
  for (const auto* nothing : {"\u00a0\u00a0\u00a0", "\u200b\u200b\u200b", " \n\u2003 "})
    CHECK(errors_with(practice(), "title", in("lv", nothing)).find("content.title.lv blank") !=
          std::string::npos);
  CHECK(errors_with(practice(), "title", in("lv", "Reģ\u202eistrs")) == "content.title.lv control_character");
  CHECK(errors_with(practice(), "title", in("lv", "Reģistrs\ufffe")) == "content.title.lv control_character");
  // What Arabic and Persian need stays.
  CHECK(errors_with(practice(), "title", in("lv", "می\u200cخواهم Reģistrs")) == "");
}

TEST_CASE("periods and dates keep their precision and the calendar") {
  for (const auto good :
       {"2009-08/2009-12", "2009/2010", "2015-10-01/2022-06-30", "2023-01-02/..", "2023/", "2009/2009"}) {
    auto record = practice();
    content_of(record)["period"] = good;
    const auto prepared = prepare(record);
    REQUIRE(prepared);
    CHECK(shown(*prepared).content.at("period") == value(good));
  }
  for (const auto bad :
       {"2009-08", "2010/2009", "2009-13/2010", "2009-02-30/2010", "/2010", "09/10", "2009-8/2010"}) {
    CHECK(errors_with(practice(), "period", bad) == "content.period bad_period");
  }
  CHECK(errors_with_common(practice(), "reviewBy", "2028-02-30") == "reviewBy bad_date");
  CHECK(errors_with_common(practice(), "reviewBy", "2028-02-29") == "");
}

TEST_CASE("money: two decimals, and none for króna") {
  CHECK(errors_with_cost("246879.07", "EUR") == "");
  CHECK(errors_with_cost("0", "EUR") == "");
  CHECK(errors_with_cost("246879.071", "EUR") == "content.resources.cost.amount bad_amount");
  CHECK(errors_with_cost("246 879,07", "EUR") == "content.resources.cost.amount bad_amount");
  CHECK(errors_with_cost("-1", "EUR") == "content.resources.cost.amount bad_amount");
  CHECK(errors_with_cost("1e3", "EUR") == "content.resources.cost.amount bad_amount");
  CHECK(errors_with_cost("100", "ISK") == "");
  CHECK(errors_with_cost("100.5", "ISK") == "content.resources.cost.amount bad_amount");
  CHECK(errors_with_cost("1", "BTC") == "content.resources.cost.currency unknown_code");
  CHECK(errors_with_cost("", "EUR") == "content.resources.cost.amount required");
}

TEST_CASE("web addresses, phone numbers, regions") {
  for (const auto bad :
       {"example.org", "ftp://example.org", "https://", "https://nohost/", "https://a b.org/",
        "javascript:alert(1)", "https://user@example.org/", "https://example.org/\"x"}) {
    CHECK(errors_with_common(practice(), "source", bad) == "source bad_url");
  }
  CHECK(errors_with_common(practice(), "source", "http://www.integration.lv/šķēršļi?a=1#b") == "");
  CHECK(errors_with(event(), "registrationUrl", "http://example.org/") ==
        "content.registrationUrl bad_https_url");
  CHECK(errors_with(contact(), "phone", "+37167000000") == "");
  CHECK(errors_with(contact(), "phone", "67000000") == "content.phone bad_phone");
  CHECK(errors_with(contact(), "phone", "+371 67000000") == "content.phone bad_phone");
  CHECK(errors_with(
            practice(), "places",
            boost::json::parse(R"([{"name":"Rīga","nuts":"LV008","lau":"0010000","country":"LV"}])")) == "");
  CHECK(errors_with(practice(), "places", boost::json::parse(R"([{"nuts":"LV008"},{}])")) ==
        "content.places[0].name required, content.places[1].name required");
  CHECK(errors_with(practice(), "places", boost::json::parse(R"([{"name":"Rīga","nuts":"lv008"}])")) ==
        "content.places[0].nuts bad_nuts");
  CHECK(errors_with(practice(), "places", boost::json::parse(R"([{"name":"Rīga","lau":"1234567890123"}])")) ==
        "content.places[0].lau bad_lau");
  CHECK(errors_with(event(), "languages",
                    array({value("lls"), value("nb"), value("zh-Hant"), value("sr-Latn-RS")})) == "");
  CHECK(errors_with(event(), "languages", array({value("EN")})) == "content.languages[0] bad_language");
  CHECK(errors_with(event(), "series", "for-in-2") == "");
  CHECK(errors_with(event(), "series", "FOR IN") == "content.series bad_slug");
}

TEST_CASE("an evaluated practice names its evaluation") {
  for (const auto evidence : {"internal-evaluation", "external-evaluation", "controlled-study"}) {
    CHECK(errors_with(practice(), "evidence", evidence) == "content.evaluationRefs required_by");
  }
  CHECK(errors_with(practice(), "evidence", "monitored") == "");
  CHECK(errors_with(practice(), "partners", boost::json::parse(R"([{"role":"funder"}])")) ==
        "content.partners[0] one_of");
  CHECK(errors_with(practice(), "partners", boost::json::parse(R"([{"name":"SIF"}])")) ==
        "content.partners[0].role required");
  CHECK(errors_with(practice(), "partners",
                    boost::json::parse(R"([{"role":"funder","name":"SIF","organisation":")" +
                                       organisation_id + R"("}])")) == "content.partners[0] one_of");
  CHECK(errors_with(practice(), "results",
                    boost::json::parse(R"([{"label":{"lv":"Klausītāji"},"value":10}])")) ==
        "content.results[0].unit required_by");
  CHECK(errors_with(practice(), "period", "0207-01/2007") == "content.period bad_period");
  CHECK(errors_with(practice(), "conditions", array({value("none"), value("premises")})) ==
        "content.conditions none_with_others");
}

TEST_CASE("when and where an event is") {
  CHECK(errors_of(without(event(), "timezone")) == "content.timezone required_by");
  CHECK(errors_with(event(), "timezone", "Tallinn") == "content.timezone bad_timezone");
  CHECK(errors_with(event(), "end", "2026-02-12T16:00") == "content.end before_start");
  CHECK(errors_with(event(), "end", "2026-02-12") == "content.end differs_in_form");
  CHECK(errors_with(event(), "end", "2026-02-12T16:30") == "");
  CHECK(errors_with(with(event(), R"({"start":"2026-02-12T16:30:00"})"), "end", "2026-02-12T16:30") == "");
  CHECK(errors_with(with(event(), R"({"start":"2026-02-12T16:30:01"})"), "end", "2026-02-12T16:30") ==
        "content.end before_start");
  CHECK(errors_with(event(), "start", "2026-02-12T25:00") == "content.start bad_time");
  CHECK(errors_with(event(), "start", "2026-02-30T10:00") == "content.start bad_time");
  auto dated = without(without(event(), "timezone"), "end");
  content_of(dated)["start"] = "2009-12-18";
  CHECK(errors_of(dated) == "");
  content_of(dated)["start"] = "2009-08";
  content_of(dated)["end"] = "2009-12";
  CHECK(errors_of(dated) == "");
  content_of(dated)["end"] = "2009-07";
  CHECK(errors_of(dated) == "content.end before_start");

  CHECK(errors_of(without(event(), "venue")) == "content.venue required_by");
  CHECK(errors_with(event(), "mode", "hybrid") == "");
  auto online = without(event(), "venue");
  content_of(online)["mode"] = "online";
  CHECK(errors_of(online) == "content.onlineUrl required_by");
  content_of(online)["onlineUrl"] = "https://example.org/room";
  CHECK(errors_of(online) == "");
  CHECK(errors_with(event(), "venue", boost::json::parse(R"({"country":"EE","lat":91,"lon":24.7})")) ==
        "content.venue.lat out_of_range");
  CHECK(errors_with(event(), "venue", boost::json::parse(R"({"country":"EE","lat":59.4})")) ==
        "content.venue needs_both");
  CHECK(errors_with(event(), "venue", boost::json::parse(R"({"locality":"Maardu"})")) ==
        "content.venue.country required");
  CHECK(errors_with(event(), "eventType", "study-visit") == "content.host required_by");
  CHECK(errors_with(event(), "expectedParticipants", 100000) == "");
  CHECK(errors_with(event(), "expectedParticipants", 100001) == "content.expectedParticipants out_of_range");
}

TEST_CASE("a fee is free or an amount") {
  CHECK(errors_with(event(), "fee", "free") == "");
  CHECK(errors_with(event(), "fee", money("20", "EUR")) == "");
  CHECK(errors_with(event(), "fee", "cheap") == "content.fee unknown_code");
  auto record = event();
  content_of(record)["fee"] = "free";
  CHECK(shown(*prepare(record)).content.at("fee") == value("free"));
}

TEST_CASE("licences that ask for a name get one") {
  auto input = hansa::json::read_record(value(practice()));
  REQUIRE(input);
  const auto nameless =
      hansa::json::prepare(std::move(*input), {.now_ms = now_ms, .organisation = {}, .attribution = {}}, {});
  REQUIRE_FALSE(nameless);
  CHECK(nameless.error().errors.at(0).field == "attribution");
  CHECK(nameless.error().errors.at(0).code == "required_by");
}

TEST_CASE("attachments: one place, and words for images") {
  const auto with = [](std::string_view text) {
    return errors_with_common(practice(), "attachments", boost::json::parse(text));
  };
  CHECK(with(R"([{"url":"https://example.org/a.png","mediaType":"image/png","alt":{"lv":"Karte"}}])") == "");
  CHECK(with(R"([{"url":"https://example.org/a.png","mediaType":"image/png"}])") ==
        "attachments[0].alt required");
  CHECK(with(R"([{"mediaType":"text/plain"}])") == "attachments[0] one_of");
}

TEST_CASE("persons and local records wait for their protection") {
  CHECK(errors_with(contact(), "contactType", "person") ==
        "content.contactType person_contact_not_protected_yet");
  CHECK(errors_with_common(practice(), "visibility", "local") == "visibility local_not_supported_yet");
  CHECK(errors_with_common(practice(), "visibility", "public") == "");
  CHECK(errors_with_common(practice(), "visibility", "secret") == "visibility unknown_code");
}

TEST_CASE("a contact can be reached, at a mailbox of its role") {
  CHECK(errors_of(without(contact(), "email")) == "content.email one_of");
  auto by_phone = without(contact(), "email");
  content_of(by_phone)["phone"] = "+37167000000";
  CHECK(errors_of(by_phone) == "");
  auto personal = contact();
  content_of(personal)["email"] = "anna.paraudzina@agency.example";
  CHECK(errors_of(personal) == "content.email looks_like_person");
  content_of(personal)["emailConfirmed"] = true;
  CHECK(errors_of(personal) == "");
  CHECK(errors_with(contact(), "email", "anna.maria.paraudzina@agency.example") ==
        "content.email looks_like_person");
  CHECK(errors_with(contact(), "email", "info.centre.riga@agency.example") == "");
  CHECK(errors_with(organisation(), "email", "anna.paraudzina@agency.example") ==
        "content.email looks_like_person");
  CHECK(errors_with(organisation(), "email", "info.riga@agency.example") == "");
  CHECK(errors_with(contact(), "givenName", "Anna") == "content.givenName not_for_this_type");
  CHECK(errors_with(contact(), "legalBasis", "public-task-6-1-e") == "content.legalBasis not_for_this_type");
  CHECK(errors_with(contact(), "retainUntil", "2028-11-21") == "content.retainUntil not_for_this_type");
  CHECK(errors_with(contact(), "email", "not an address") == "content.email bad_email");
}

TEST_CASE("personal data in prose is pointed out, not refused") {
  auto record = practice();
  content_of(record)["problem"] = in("lv", "Rakstiet anna@agency.example vai zvaniet +371 6700 0000.");
  const auto prepared = prepare(record);
  REQUIRE(prepared);
  REQUIRE(prepared->warnings.size() == 2);
  CHECK(prepared->warnings[0].field == "content.problem.lv");
  CHECK(prepared->warnings[0].code == "mentions_email");
  CHECK(prepared->warnings[1].code == "mentions_phone");
  content_of(record)["problem"] = in("lv", "Projekts 2007/4.1.1./8, 170 945 EUR, 2009-08.");
  CHECK(prepare(record)->warnings.empty());
}

TEST_CASE("personal data is pointed out wherever people write") {
  auto record = practice();
  content_of(record)["title"] = in("lv", "Mentors anna@agency.example");
  record["attribution"] = "Anna, +371 6700 0000";
  record["keywords"] = boost::json::parse(R"(["anna@agency.example"])");
  content_of(record)["partners"] =
      boost::json::parse(R"([{"name":"Anna, anna@agency.example","role":"partner"}])");
  const auto prepared = prepare(record);
  REQUIRE(prepared);
  std::string found;
  for (const auto& warning : prepared->warnings) found += warning.field + ' ' + warning.code + ", ";
  CHECK(found ==
        "attribution mentions_phone, keywords[0].lv mentions_email, content.title.lv mentions_email, "
        "content.partners[0].name mentions_email, ");
}
