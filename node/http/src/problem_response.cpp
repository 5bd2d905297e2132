#include "problem_response.h"

#include <boost/json/serialize.hpp>

#include "protocol/unicode.h"

namespace hansa::http {

Response problem_response(const json::Problem& problem) {
  return {problem.status,
          {{"Content-Type", "application/problem+json"}},
          boost::json::serialize(json::to_json(problem))};
}

Response problem_response(int status, std::string code, std::string title, std::string detail) {
  return problem_response(json::Problem{std::move(code), status, std::move(title), std::move(detail), {}});
}

Response problem_response(int status, std::string code, std::string title, std::string detail,
                          protocol::FieldError error) {
  return problem_response(
      json::Problem{std::move(code), status, std::move(title), std::move(detail), {std::move(error)}});
}

Response bad_parameter(protocol::FieldError error, std::string detail) {
  error.value = shown_value(error.value);
  return problem_response(400, "bad_parameter", "A query parameter has a value that cannot be used.",
                          std::move(detail), std::move(error));
}

std::string shown_value(std::string_view given) {
  if (!protocol::is_utf8(given)) return {};
  return std::string(protocol::first_code_points(given, protocol::field_error_value_code_points_max));
}

}  // namespace hansa::http
