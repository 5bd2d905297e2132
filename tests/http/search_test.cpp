// Lists as the API gives them; how they are found is tested with the index.

#include <doctest/doctest.h>

#include "api_client.h"
#include "publishing_node.h"

using namespace hansa;
using boost::json::object;
using test::ApiClient;

namespace {

struct Fixture {
  Fixture() : api(node, test::api_options()), client(api) { client.become_operator(); }

  std::string publish(const std::string& name, const std::string& description) {
    node.now += 1000;
    const object record{{"kind", "organisation"},
                        {"language", "lv"},
                        {"content",
                         {{"name", {{"lv", name}}},
                          {"description", {{"lv", description}}},
                          {"orgType", "municipality"},
                          {"country", "LV"}}}};
    const auto answer = client.ask("POST", "/api/v1/records", boost::json::serialize(record));
    REQUIRE_MESSAGE(answer.status == 201, answer.body);
    return std::string(ApiClient::json_of(answer).at("id").as_string());
  }
  object list(const std::string& query) {
    const auto answer = client.ask("GET", "/api/v1/records?" + query);
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    return ApiClient::json_of(answer);
  }
  std::vector<std::string> ids(const std::string& query) {
    std::vector<std::string> found;
    const auto page = list(query);
    for (const auto& item : page.at("items").as_array()) found.emplace_back(item.at("id").as_string());
    return found;
  }

  test::PublishingNode node;
  http::Api api;
  ApiClient client;
};

}  // namespace

TEST_CASE("words give the best match first, a list without words the newest") {
  Fixture fixture;
  const auto best = fixture.publish("Integrācija", "Centrs.");
  const auto newer = fixture.publish("Centrs", "Par integrāciju.");
  CHECK(fixture.ids("q=integracija") == std::vector{best, newer});
  CHECK(fixture.ids("q=integracija&sort=updated") == std::vector{newer, best});
  CHECK(fixture.ids("") == std::vector{newer, best});
  // Of a document, too, but for feeds, which are read from their newest end.
  const auto first_of = [&](const std::string& format) {
    const auto text = fixture.client.ask("GET", "/api/v1/records." + format + "?q=integracija").body;
    return text.find(best) < text.find(newer) ? best : newer;
  };
  CHECK(first_of("csv") == best);
  CHECK(first_of("atom") == newer);
  CHECK(fixture.ids("sort=title") == std::vector{newer, best});
  CHECK(fixture.ids("sort=relevance") == std::vector{newer, best});
  const auto first = fixture.list("limit=1");
  CHECK(fixture.ids("limit=1&cursor=" + std::string(first.at("next").as_string())) == std::vector{best});
  CHECK(first.at("index").at("behind") == 0);
}

TEST_CASE("facets of all matches are given, and each is a filter") {
  Fixture fixture;
  fixture.publish("Cēsis", "Pilsēta.");
  const auto page = fixture.list("");
  CHECK(page.at("facets").at("org_type").at("municipality") == 1);
  CHECK(page.at("facets").at("theme").as_object().empty());
  CHECK_FALSE(page.at("facets").as_object().contains("evidence"));
  CHECK(fixture.ids("org_type=municipality").size() == 1);
  CHECK(fixture.ids("org_type=ngo&org_type=municipality").size() == 1);
  CHECK(fixture.ids("org_type=ngo").empty());
  for (const std::string wrong :
       {"level=galactic", "adopted_in=lv", "endorsed_by=Cesis", "spoken=latviesu", "cursor=x"})
    CHECK_MESSAGE(fixture.client.ask("GET", "/api/v1/records?" + wrong).status == 400, wrong);
}

TEST_CASE("how far the index is stands with the node and in its figures") {
  Fixture fixture;
  fixture.publish("Cēsis", "Pilsēta.");
  const auto behind = [&] {
    return ApiClient::json_of(fixture.client.ask("GET", "/api/v1/node"))
        .at("index")
        .at("behind")
        .to_number<int>();
  };
  CHECK(behind() > 0);
  fixture.list("");
  CHECK(behind() == 0);
  CHECK(fixture.client.ask("GET", "/metrics").body.find("\nhansa_index_records 1\n") != std::string::npos);
}
