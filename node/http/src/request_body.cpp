#include "request_body.h"

#include "json/record_input.h"
#include "problem_response.h"

namespace hansa::http {

using boost::json::object;

protocol::Outcome<object, Response> body_of(const Call& call) {
  auto body = json::parse_json(call.request.body);
  if (!body) return problem_response(body.error());
  if (!body->is_object()) return problem_response(422, "not_an_object", "The body is not a JSON object.");
  return std::move(body->get_object());
}

protocol::Outcome<std::optional<std::string>, Response> text_in(const object& body, const char* field) {
  const auto* found = body.if_contains(field);
  if (found == nullptr || found->is_null()) return std::optional<std::string>();
  if (found->is_string()) return std::optional<std::string>(std::string(found->get_string()));
  return field_problem(field, "not_a_text");
}

Response field_problem(const char* field, std::string code) {
  json::Problem problem{"invalid_request", 422, "A field of the request is not what it should be.", "", {}};
  problem.errors.push_back({field, std::move(code), {}, {}});
  return problem_response(problem);
}

}  // namespace hansa::http
