#pragma once

#include <boost/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>

#include "http/api.h"

namespace hansa::test {

const std::string operator_token = "the operator's token";

/// Of a node in Cēsis that its operator may command.
inline http::ApiOptions api_options() {
  http::ApiOptions options;
  options.node_name = "Cēsis";
  options.country = "LV";
  options.language = "lv";
  options.operator_token = operator_token;
  return options;
}

/// Asks an Api in-process, as one browser or program would.
class ApiClient {
 public:
  explicit ApiClient(http::Api& api) : api_(api) {}

  http::Headers headers = {{"Host", "localhost:8440"}};  ///< sent with every request

  http::Response ask(const std::string& method, const std::string& target, const std::string& body = {},
                     const http::Headers& more = {}) {
    http::Request request{method, target, headers, body, "127.0.0.1"};
    request.headers.insert(request.headers.end(), more.begin(), more.end());
    if (!body.empty() && http::header(more, "Content-Type").empty())
      request.headers.emplace_back("Content-Type", "application/json");
    std::optional<http::Response> given;
    api_.handle(std::move(request), [&](http::Response response) {
      if (given) throw std::logic_error("answered twice: " + method + " " + target);
      given = std::move(response);
    });
    if (!given) throw std::logic_error("not answered: " + method + " " + target);
    return std::move(*given);
  }

  /// From here on with the operator's token.
  void become_operator() { headers.emplace_back("Authorization", "Bearer " + operator_token); }

  /// Signs in and keeps cookie and CSRF token, as the pages do.
  http::Response sign_in(const std::string& user, const std::string& password) {
    auto response = ask("POST", "/api/v1/session",
                        boost::json::serialize(boost::json::object{{"user", user}, {"password", password}}));
    if (response.status != 200) return response;
    const std::string cookie(http::header(response.headers, "Set-Cookie"));
    headers.emplace_back("Cookie", cookie.substr(0, cookie.find(';')));
    headers.emplace_back("X-CSRF-Token", std::string(json_of(response).at("csrf").as_string()));
    return response;
  }

  static boost::json::object json_of(const http::Response& response) {
    return boost::json::parse(response.body).as_object();
  }
  static std::string code_of(const http::Response& response) {
    return std::string(json_of(response).at("code").as_string());
  }

 private:
  http::Api& api_;
};

}  // namespace hansa::test
