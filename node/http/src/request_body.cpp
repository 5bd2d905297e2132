#include "request_body.h"

#include <algorithm>
#include <cassert>

#include "json/record_input.h"
#include "problem_response.h"

namespace hansa::http {
namespace {

constexpr std::string_view invalid_title = "A field of the request is not what it should be.";

Response problem_of(std::string code, std::string title, std::vector<protocol::FieldError> errors) {
  const auto count = errors.size();
  return problem_response(
      json::Problem{std::move(code), 422, std::move(title),
                    std::to_string(count) + (count == 1 ? " field needs" : " fields need") + " a correction.",
                    std::move(errors)});
}

}  // namespace

protocol::Outcome<RequestBody, Response> RequestBody::of(const Call& call,
                                                         std::initializer_list<std::string_view> known) {
  auto parsed = json::parse_json(call.request.body);
  if (!parsed) return problem_response(parsed.error());
  RequestBody body(parsed->is_object() ? std::move(parsed->get_object()) : boost::json::object(), "");
  if (!parsed->is_object()) {
    body.blame_type("", "object");
    return body.problem();
  }
  for (const auto& field : body.fields_)
    if (std::find(known.begin(), known.end(), std::string_view(field.key())) == known.end())
      body.blame(shown_value(field.key()), "unknown_field");
  return body;
}

void RequestBody::blame_unasked() {
  for (const auto& field : fields_)
    if (!asked_.contains(std::string_view(field.key()))) blame(shown_value(field.key()), "unknown_field");
}

const boost::json::value* RequestBody::find(std::string_view field) {
  asked_.emplace(field);
  const auto* value = fields_.if_contains(field);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string RequestBody::text(std::string_view field) {
  if (!has(field)) blame(field, "required");
  return text_if_there(field).value_or("");
}

std::optional<std::string> RequestBody::text_if_there(std::string_view field) {
  const auto* value = find(field);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return std::string(value->get_string());
  blame_type(field, "text");
  return std::nullopt;
}

std::int64_t RequestBody::number(std::string_view field, std::int64_t least, std::int64_t most) {
  if (!has(field)) blame(field, "required");
  return number_if_there(field, least, most).value_or(0);
}

std::optional<std::int64_t> RequestBody::number_if_there(std::string_view field, std::int64_t least,
                                                         std::int64_t most) {
  const auto* value = find(field);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) {
    blame_type(field, "number");
    return std::nullopt;
  }
  boost::system::error_code inexact;
  const auto number = value->to_number<std::int64_t>(inexact);
  if (!inexact && number >= least && number <= most) return number;
  blame({std::string(field), "out_of_range", {{"min", least}, {"max", most}}, {}});
  return std::nullopt;
}

const boost::json::array* RequestBody::list_if_there(std::string_view field) {
  const auto* value = find(field);
  if (value == nullptr || value->is_array()) return value == nullptr ? nullptr : &value->get_array();
  blame_type(field, "list");
  return nullptr;
}

bool RequestBody::flag(std::string_view field) {
  const auto* value = find(field);
  if (value != nullptr && !value->is_bool()) blame_type(field, "boolean");
  return value != nullptr && value->is_bool() && value->get_bool();
}

void RequestBody::blame(protocol::FieldError error) {
  if (!path_.empty()) error.field = path_ + (error.field.empty() ? "" : ".") + error.field;
  const bool known = std::any_of(errors_.begin(), errors_.end(),
                                 [&](const protocol::FieldError& e) { return e.field == error.field; });
  if (!known && errors_.size() < faults_told_max) errors_.push_back(std::move(error));
}

void RequestBody::blame_type(std::string_view field, std::string_view expected) {
  blame({std::string(field), "wrong_type", {{"expected", std::string(expected)}}, {}});
}

Response RequestBody::problem() const { return problem("invalid_request", std::string(invalid_title)); }

Response RequestBody::problem(std::string code, std::string title) const {
  assert(at_fault());
  return problem_of(std::move(code), std::move(title), errors_);
}

Response field_problem(std::string_view field, std::string_view code) {
  return problem_of("invalid_request", std::string(invalid_title),
                    {{std::string(field), std::string(code), {}, {}}});
}

}  // namespace hansa::http
