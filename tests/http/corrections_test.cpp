// Corrections reach the owner and become a new version with one request.

#include <doctest/doctest.h>

#include "own_catalogue.h"

using namespace hansa;
using boost::json::array;
using boost::json::object;
using test::ApiClient;

namespace {

struct Fixture : test::OwnCatalogue {
  Fixture() {
    project = publish({{"kind", "project"},
                       {"language", "lv"},
                       {"licence", "CC-BY-4.0"},
                       {"content",
                        {{"title", {{"lv", "Centra izveide"}, {"en", "A center"}}},
                         {"period", "2009-08/2009-12"},
                         {"lead", organisation},
                         {"funding", {{{"programme", "EIF"}}}}}}});
  }
  std::string propose(const std::string& field, const std::string& proposed,
                      const std::string& language = "lv") {
    return publish({{"kind", "response"},
                    {"language", language},
                    {"content",
                     {{"about", project},
                      {"by", organisation},
                      {"type", "correction"},
                      {"field", field},
                      {"proposed", proposed},
                      {"text", {{language, "Tā ir pareizāk."}}}}}});
  }
  array inbox(const std::string& query = "") {
    return ApiClient::json_of(client.ask("GET", "/api/v1/inbox" + query)).at("items").as_array();
  }
  http::Response accept(const std::string& id) {
    return client.ask("POST", "/api/v1/inbox/" + id + "/accept");
  }
  object content() { return get(project).at("content").as_object(); }

  std::string project;
};

}  // namespace

TEST_CASE("a correction waits in the inbox until the record says so, which one request does") {
  Fixture fixture;
  const auto id = fixture.propose("title", "A centre", "en");
  const auto items = fixture.inbox();
  REQUIRE(items.size() == 1);
  CHECK(items[0].at("about").as_string() == fixture.project);
  CHECK(items[0].at("current") == "A center");
  CHECK(items[0].at("proposed") == "A centre");
  CHECK(items[0].at("language") == "en");
  CHECK(items[0].at("refs").as_object().contains(fixture.project));

  const auto answer = fixture.accept(id);
  REQUIRE_MESSAGE(answer.status == 200, answer.body);
  CHECK(ApiClient::json_of(answer).at("version") == 2);
  CHECK(fixture.content().at("title") == object{{"lv", "Centra izveide"}, {"en", "A centre"}});
  CHECK(ApiClient::json_of(answer).at("licence") == "CC-BY-4.0");
  CHECK(fixture.inbox().empty());
  CHECK(fixture.inbox("?state=all").at(0).at("state") == "applied");
  // Once more changes nothing.
  CHECK(ApiClient::json_of(fixture.accept(id)).at("version") == 2);
}

TEST_CASE("corrections reach into lists, add what was not said, and change common fields") {
  Fixture fixture;
  const auto take = [&](const std::string& field, const std::string& proposed) {
    const auto answer = fixture.accept(fixture.propose(field, proposed));
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    return ApiClient::json_of(answer);
  };
  take("funding[0].programme", "ERF");
  take("number", "2009/1");
  CHECK(fixture.content().at("funding").at(0).at("programme") == "ERF");
  CHECK(fixture.content().at("number") == "2009/1");
  CHECK(take("licence", "CC0-1.0").at("licence") == "CC0-1.0");
}

TEST_CASE("what does not fit is refused with its field, and nothing is published") {
  Fixture fixture;
  const auto refused = [&](const std::string& field, const std::string& proposed) {
    const auto answer = fixture.accept(fixture.propose(field, proposed));
    CHECK(answer.status == 422);
    return ApiClient::json_of(answer);
  };
  CHECK(refused("funding[7].programme", "x").at("errors").at(0).at("field") == "funding[7].programme");
  CHECK(refused("funding", "a lot").at("code") == "cannot_apply");
  CHECK(refused("period", "yesterday").at("code") == "invalid_record");
  CHECK(ApiClient::json_of(fixture.client.ask("GET", "/api/v1/records/" + fixture.project)).at("version") ==
        1);
  CHECK(fixture.accept(fixture.project).status == 409);
  CHECK(fixture.accept("nothing").status == 404);
  CHECK(fixture.client.ask("GET", "/api/v1/inbox?state=old").status == 400);
}

TEST_CASE("a correction that its owner answered waits no more") {
  Fixture fixture;
  const auto id = fixture.propose("period", "2010");
  fixture.publish({{"kind", "response"},
                   {"language", "lv"},
                   {"content",
                    {{"about", id},
                     {"by", fixture.organisation},
                     {"type", "review"},
                     {"verdict", "not-recommended"},
                     {"text", {{"lv", "Gads ir pareizs."}}}}}});
  CHECK(fixture.inbox().empty());
  CHECK(fixture.inbox("?state=all").at(0).at("state") == "answered");
}
