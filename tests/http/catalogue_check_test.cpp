// The rules of publishing that only the catalogue can judge.

#include <doctest/doctest.h>

#include "own_catalogue.h"

using namespace hansa;
using boost::json::object;
using test::ApiClient;

namespace {

struct Fixture : test::OwnCatalogue {
  Fixture() {
    project =
        publish({{"kind", "project"}, {"language", "lv"}, {"content", project_content("Centra izveide")}});
  }
  object project_content(const std::string& title) const {
    return {{"title", {{"lv", title}}}, {"period", "2009-08/2009-12"}, {"lead", organisation}};
  }
  object response(object content) const {
    content["about"] = project;
    content["by"] = organisation;
    return {{"kind", "response"}, {"language", "lv"}, {"content", std::move(content)}};
  }
  /// "FIELD CODE" of each error.
  std::string errors(const object& record) {
    std::string found;
    const auto problem = post(record, 422);
    for (const auto& error : problem.at("errors").as_array()) {
      const auto& one = error.as_object();
      found.append(found.empty() ? "" : ", ").append(one.at("field").as_string()).append(" ");
      found.append(one.at("code").as_string());
    }
    return found;
  }
  object revise(const std::string& id, const object& record) {
    const auto before = get(id);
    const auto answer =
        client.ask("PUT", "/api/v1/records/" + id, boost::json::serialize(record),
                   {{"If-Match", "\"" + std::string(before.at("revision").as_string()) + "\""}});
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    return ApiClient::json_of(answer);
  }

  std::string project;
};

const object adoption = {{"type", "adoption"}, {"stage", "adopted"}, {"stageDate", "2026"}};

}  // namespace

TEST_CASE("a record is published by an organisation of one's own") {
  Fixture fixture;
  object record{{"kind", "project"}, {"language", "lv"}, {"content", fixture.project_content("Cits")}};
  record["publisher"] = fixture.project;
  CHECK(fixture.errors(record) == "publisher wrong_kind");
  record["publisher"] = "urn:hansa:ccqqaaqqaaqqaaqqaaqqaaqqaa:ddqqaaqqaaqqaaqqaaqqaaqqaa";
  CHECK(fixture.errors(record) == "publisher not_own_organisation");
  record["publisher"] = fixture.organisation;
  fixture.publish(record);
}

TEST_CASE("a response remembers the version that its author had seen") {
  Fixture fixture;
  const auto first = fixture.publish(fixture.response(adoption));
  const auto seen = fixture.get(fixture.project).at("revision");
  CHECK(fixture.get(first).at("content").at("aboutRevision") == seen);
  CHECK(fixture.get(first).at("aboutVersion") == 1);

  fixture.revise(fixture.project,
                 {{"language", "lv"}, {"content", fixture.project_content("Centrs, otrreiz")}});
  CHECK(fixture.get(first).at("aboutVersion") == 1);
  // Revised without a word about it, it stays about what it was about; what is said now is about what is now.
  const auto again = fixture.revise(
      first, fixture.response({{"type", "adoption"}, {"stage", "scaled"}, {"stageDate", "2026"}}));
  CHECK(again.at("content").at("aboutRevision") == seen);
  CHECK(fixture.get(fixture.publish(fixture.response(adoption))).at("aboutVersion") == 2);

  // Said of another record from now on, it is about the version that one has.
  const auto other = fixture.publish(
      {{"kind", "project"}, {"language", "lv"}, {"content", fixture.project_content("Cits projekts")}});
  auto moved = fixture.response(adoption);
  moved["content"].as_object()["about"] = other;
  CHECK(fixture.revise(first, moved).at("content").at("aboutRevision") == fixture.get(other).at("revision"));

  // A list names it by what it is about.
  const auto listed =
      ApiClient::json_of(fixture.client.ask("GET", "/api/v1/records?kind=response&expand=refs"));
  const auto& item = listed.at("items").at(0).as_object();
  CHECK(item.at("refs").as_object().contains(item.at("content").at("about").as_string()));
  CHECK(fixture.client.ask("GET", "/api/v1/records?expand=all").status == 400);

  auto invented = adoption;
  invented["aboutRevision"] = std::string(64, '0');
  CHECK(fixture.errors(fixture.response(invented)) == "content.aboutRevision unknown_revision");
}

TEST_CASE("a translation and a correction name fields that the record has") {
  Fixture fixture;
  const auto translation = [&](const object& fields) {
    return fixture.response(
        {{"type", "translation"}, {"language", "en"}, {"mode", "human"}, {"fields", fields}});
  };
  fixture.publish(translation({{"title", "A centre"}, {"aims", "To help"}, {"keywords[0]", "centre"}}));
  CHECK(fixture.errors(translation({{"nosuch", "x"}, {"period", "2009"}})) ==
        "content.fields.nosuch no_such_field, content.fields.period no_such_field");
  const auto correction = [&](const char* field) {
    return fixture.response({{"type", "correction"},
                             {"field", field},
                             {"proposed", "2010"},
                             {"text", {{"lv", "Gads ir cits."}}}});
  };
  fixture.publish(correction("period"));
  fixture.publish(correction("funding[0].amount"));
  CHECK(fixture.errors(correction("nonsense")) == "content.field no_such_field");
}
