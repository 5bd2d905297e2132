// What the node's answers say, however it was asked.

#include <boost/json.hpp>

#include "api_client.h"
#include "commands/commands.h"
#include "english.h"
#include "json_fields.h"

namespace hansa {
namespace {

/// Empty if the answer is none.
boost::json::object problem_of(const http::Response& response) {
  boost::system::error_code failed;
  const auto problem = boost::json::parse(response.body, failed);
  return !failed && problem.is_object() ? problem.get_object() : boost::json::object();
}

}  // namespace

std::string problem_in_words(const http::Response& response) {
  const auto problem = problem_of(response);
  if (problem.empty()) return "the node answered with HTTP status " + std::to_string(response.status);
  const auto code = text_at(problem, "code");
  std::string words;
  for (const auto& error : problem_errors(response)) {
    // Then the title says it, and better.
    if (!error.is_object() || text_at(error.get_object(), "code") == code) continue;
    words += (words.empty() ? "" : "; ") + field_error_in_words(error.get_object());
  }
  if (!words.empty()) return words;
  words = text_at(problem, "title");
  if (const auto detail = text_at(problem, "detail"); !detail.empty()) words += " " + detail;
  return words;
}

boost::json::array problem_errors(const http::Response& response) {
  const auto problem = problem_of(response);
  const auto* errors = problem.if_contains("errors");
  return errors != nullptr && errors->is_array() ? errors->get_array() : boost::json::array();
}

http::Response ApiClient::ask(http::Request request) {
  auto response = try_ask(std::move(request));
  if (!response) throw commands::Failed("the node did not answer. Is it serving? `hansa serve` starts it");
  return std::move(*response);
}

http::Response ApiClient::require(http::Request request) {
  auto response = ask(std::move(request));
  if (response.status / 100 == 2) return response;
  const auto code = text_at(problem_of(response), "code");
  if (code == "bad_parameter" || code == "invalid_request")
    throw commands::WrongUsage(problem_in_words(response));
  throw commands::Failed(problem_in_words(response));
}

}  // namespace hansa
