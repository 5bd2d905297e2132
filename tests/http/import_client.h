#pragma once

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "api_client.h"
#include "http/percent.h"
#include "publishing_node.h"

namespace hansa::test {

/// A node with its own organisation, and documents that are imported into it.
struct ImportingNode {
  ImportingNode() : api(node, api_options()), client(api) {
    client.become_operator();
    organisation =
        publish(R"({"kind":"organisation","language":"lv","content":{"name":{"lv":"Cēsu novads","en":"Cēsis"},
      "orgType":"municipality","country":"LV"}})");
  }

  std::string publish(const std::string& body) {
    const auto answer = client.ask("POST", "/api/v1/records", body);
    REQUIRE_MESSAGE(answer.status == 201, answer.body);
    return std::string(ApiClient::json_of(answer).at("id").as_string());
  }
  boost::json::object record(const std::string& id) {
    return ApiClient::json_of(client.ask("GET", "/api/v1/records/" + id));
  }
  std::size_t records() {
    return ApiClient::json_of(client.ask("GET", "/api/v1/records")).at("total").to_number<std::size_t>();
  }

  http::Response send(const std::string& format, const std::string& document, const std::string& more = {}) {
    return client.ask("POST", "/api/v1/imports?format=" + format + more, document,
                      {{"Content-Type", "application/octet-stream"}});
  }
  /// The dry run's summary.
  boost::json::object plan(const std::string& format, const std::string& document,
                           const std::string& more = {}) {
    const auto answer = send(format, document, more);
    REQUIRE_MESSAGE(answer.status == 201, answer.body);
    return ApiClient::json_of(answer);
  }
  static std::string path(const boost::json::object& import) {
    return "/api/v1/imports/" + std::string(import.at("id").as_string());
  }
  std::vector<boost::json::object> lines(const boost::json::object& import) {
    std::vector<boost::json::object> found;
    const auto page = ApiClient::json_of(client.ask("GET", path(import) + "/lines"));
    for (const auto& item : page.at("items").as_array()) found.push_back(item.as_object());
    return found;
  }
  boost::json::object run(const boost::json::object& import, const std::string& step = "{}") {
    auto summary = import;
    for (int steps = 0; summary.at("toDo") != 0; ++steps) {
      const auto answer = client.ask("POST", path(import) + "/run", step);
      REQUIRE_MESSAGE(answer.status == 200, answer.body);
      REQUIRE(steps < 1000);
      summary = ApiClient::json_of(answer);
    }
    return summary;
  }
  void forget(const boost::json::object& import) {
    REQUIRE(client.ask("DELETE", path(import)).status == 204);
  }
  /// Outcomes that occur, and how often: "created 2, refused 1".
  static std::string totals(const boost::json::object& import) {
    std::string words;
    for (const auto& [outcome, count] : import.at("totals").as_object())
      if (count != 0)
        words +=
            (words.empty() ? "" : ", ") + std::string(outcome) + " " + std::to_string(count.to_number<int>());
    return words;
  }
  /// Plans, publishes, forgets.
  std::string bring_in(const std::string& format, const std::string& document, const std::string& more = {}) {
    const auto import = plan(format, document, more);
    const auto words = totals(run(import));
    forget(import);
    return words;
  }

  PublishingNode node;
  http::Api api;
  ApiClient client;
  std::string organisation;
};

}  // namespace hansa::test
