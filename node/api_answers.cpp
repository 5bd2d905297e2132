// What the node's answers say, however it was asked.

#include <boost/json.hpp>

#include "api_client.h"
#include "commands/commands.h"

namespace hansa {
namespace {

std::string text_at(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

std::string problem_in_words(const http::Response& response) {
  boost::system::error_code failed;
  const auto problem = boost::json::parse(response.body, failed);
  if (failed || !problem.is_object())
    return "the node answered with HTTP status " + std::to_string(response.status);
  const auto& object = problem.get_object();
  std::string words = text_at(object, "title");
  if (const auto detail = text_at(object, "detail"); !detail.empty()) words += " " + detail;
  if (const auto* errors = object.if_contains("errors"); errors != nullptr && errors->is_array())
    for (const auto& error : errors->get_array()) {
      if (!error.is_object()) continue;
      words += (words.ends_with('.') ? " " : "; ") + text_at(error.get_object(), "field") + ": " +
               text_at(error.get_object(), "code");
      if (const auto* params = error.get_object().if_contains("params");
          params != nullptr && params->is_object())
        for (const auto& param : params->get_object())
          words += " " + std::string(param.key()) + "=" + boost::json::serialize(param.value());
      if (const auto value = text_at(error.get_object(), "value"); !value.empty())
        words += " (\"" + value + "\")";
    }
  return words;
}

std::vector<std::string> problem_field_codes(const http::Response& response) {
  std::vector<std::string> codes;
  boost::system::error_code failed;
  const auto problem = boost::json::parse(response.body, failed);
  const auto* object = failed ? nullptr : problem.if_object();
  const auto* errors = object == nullptr ? nullptr : object->if_contains("errors");
  if (errors == nullptr || !errors->is_array()) return codes;
  for (const auto& error : errors->get_array())
    if (error.is_object()) codes.push_back(text_at(error.get_object(), "code"));
  return codes;
}

http::Response ApiClient::ask(http::Request request) {
  auto response = try_ask(std::move(request));
  if (!response) throw commands::Failed("the node did not answer. Is it serving? `hansa serve` starts it");
  return std::move(*response);
}

http::Response ApiClient::require(http::Request request) {
  auto response = ask(std::move(request));
  if (response.status / 100 != 2) throw commands::Failed(problem_in_words(response));
  return response;
}

}  // namespace hansa
