#pragma once

#include <doctest/doctest.h>

#include <string>

#include "api_client.h"
#include "publishing_node.h"

namespace hansa::test {

/// A node whose operator publishes, and the organisation in whose name: records in as JSON, and out.
struct OwnCatalogue {
  OwnCatalogue() : api(node, api_options()), client(api) {
    client.become_operator();
    organisation =
        publish({{"kind", "organisation"},
                 {"language", "lv"},
                 {"content", {{"name", {{"lv", "Cēsis"}}}, {"orgType", "municipality"}, {"country", "LV"}}}});
  }
  boost::json::object post(const boost::json::object& record, int status) {
    const auto answer = client.ask("POST", "/api/v1/records", boost::json::serialize(record));
    REQUIRE_MESSAGE(answer.status == status, answer.body);
    return ApiClient::json_of(answer);
  }
  /// Its id.
  std::string publish(const boost::json::object& record) {
    return std::string(post(record, 201).at("id").as_string());
  }
  boost::json::object get(const std::string& id) {
    return ApiClient::json_of(client.ask("GET", "/api/v1/records/" + id));
  }

  PublishingNode node;
  http::Api api;
  ApiClient client;
  std::string organisation;
};

}  // namespace hansa::test
