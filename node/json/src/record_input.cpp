#include "json/record_input.h"

#include <algorithm>
#include <array>
#include <boost/json/stream_parser.hpp>
#include <cassert>

#include "content_input.h"
#include "protocol/code_lists.h"

namespace hansa::json {
namespace {

using boost::json::value;
using protocol::FieldError;

/// What GET shows and only the node decides.
constexpr std::array<std::string_view, 16> node_fields = {
    "partner",  "revision",     "version",   "status",     "personal",        "created",
    "modified", "contentState", "conflict",  "provenance", "withdrawnReason", "replacedBy",
    "refs",     "aboutVersion", "responses", "snippet"};

constexpr std::array<std::string_view, 9> common_fields = {"language", "licence",      "attribution",
                                                           "source",   "importedFrom", "reviewBy",
                                                           "keywords", "attachments",  "publisher"};

template <class List>
bool contains(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

std::string text_at(const boost::json::object& record, std::string_view name) {
  const auto* found = record.if_contains(name);
  if (found == nullptr || !found->is_string()) return {};
  return {found->get_string().data(), found->get_string().size()};
}

void read_own_field(std::string_view name, const value& v, RecordInput& input) {
  if (v.is_null()) return;
  if (!v.is_string()) {
    input.errors.push_back({std::string(name), "wrong_type", {{"expected", std::string("text")}}, {}});
  } else if (name == "visibility") {
    input.visibility = std::string(v.get_string().data(), v.get_string().size());
  } else if (name == "id") {
    const auto id = protocol::parse_record_id(v.get_string());
    if (id) {
      input.id = *id;
    } else {
      input.errors.push_back({"id", "bad_reference", {}, std::string(v.get_string().subview(0, 120))});
    }
  }
}

}  // namespace

Problem invalid_record(std::vector<FieldError> errors) {
  Problem problem{.code = "invalid_record",
                  .status = 422,
                  .title = "The record cannot be published as it is.",
                  .detail = {},
                  .errors = std::move(errors)};
  problem.detail = std::to_string(problem.errors.size()) +
                   (problem.errors.size() == 1 ? " field needs" : " fields need") + " a correction.";
  return problem;
}

std::string_view after_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

protocol::Outcome<value, Problem> parse_json(std::string_view text) {
  if (text.size() > record_json_bytes_max) {
    return Problem{.code = "too_large",
                   .status = 413,
                   .title = "The JSON document is too large.",
                   .detail = "At most " + std::to_string(record_json_bytes_max) + " bytes are taken.",
                   .errors = {}};
  }
  text = after_byte_order_mark(text);
  boost::json::error_code failure;
  boost::json::parse_options options;
  options.max_depth = record_json_depth_max;
  boost::json::stream_parser parser(boost::json::storage_ptr{}, options);
  const auto used = parser.write(text.data(), text.size(), failure);
  if (!failure) parser.finish(failure);
  if (failure) {
    return Problem{.code = "malformed_json",
                   .status = 400,
                   .title = "The document is not JSON.",
                   .detail = failure.message() + " near byte " + std::to_string(used) + '.',
                   .errors = {}};
  }
  return parser.release();
}

protocol::Outcome<RecordInput, Problem> read_record(const value& record, std::string_view kind) {
  const auto* object = record.if_object();
  if (object == nullptr)
    return invalid_record({{"", "wrong_type", {{"expected", std::string("object")}}, {}}});
  RecordInput input;
  std::string named = text_at(*object, "kind");
  if (named.empty()) named = kind;
  if (named.empty()) return invalid_record({{"kind", "required", {}, {}}});
  const auto body = input.content.init_body(named);
  if (!body)
    return invalid_record({{"kind", "unknown_code", {{"list", std::string("kinds")}}, named.substr(0, 120)}});

  const std::string language = text_at(*object, "language");
  ContentInput reading(language, input.errors);
  if (const auto* modes = object->if_contains("translations")) reading.read_translations(*modes);
  const capnp::DynamicStruct::Builder common = capnp::toDynamic(input.content.root());
  for (const auto& [name, inner] : *object) {
    const std::string key(name);
    if (key == "content") {
      reading.read_struct(inner, *body, "content");
    } else if (contains(common_fields, key)) {
      reading.read_field(inner, common, common.getSchema().getFieldByName(key), key);
    } else if (key == "id" || key == "visibility") {
      read_own_field(key, inner, input);
    } else if (key != "kind" && key != "translations" && !contains(node_fields, key)) {
      input.errors.push_back({key, "unknown_field", {}, {}});
    }
  }
  reading.check_translations();
  return input;
}

protocol::Outcome<PreparedRecord, Problem> prepare(RecordInput input,
                                                   const protocol::AuthorDefaults& defaults,
                                                   std::optional<protocol::PartnerId> author) {
  auto errors = std::move(input.errors);
  protocol::fill_defaults(input.content.root(), defaults);
  // A text that is no UTF-8 stays as it is and is named by the checks.
  [[maybe_unused]] const auto normalised = input.content.normalise();
  auto findings =
      protocol::check_content(input.content.reader(), {.visibility = input.visibility, .partner = author});
  assert(normalised || !findings.errors.empty());
  for (auto& found : findings.errors) {
    // A field of a wrong type was left empty; "required" besides would only confuse.
    const bool known = std::any_of(errors.begin(), errors.end(),
                                   [&](const FieldError& e) { return e.field == found.field; });
    if (!known) errors.push_back(std::move(found));
  }
  if (!errors.empty()) return invalid_record(std::move(errors));
  auto bytes = input.content.to_bytes();
  if (!bytes) {
    return Problem{
        .code = "too_large",
        .status = 413,
        .title = "The record is too large.",
        .detail = "Its content is limited to " + std::to_string(protocol::content_bytes_max) + " bytes.",
        .errors = {}};
  }
  return PreparedRecord{input.id, std::string(input.content.kind()), std::move(input.visibility),
                        std::move(*bytes), std::move(findings.warnings)};
}

}  // namespace hansa::json
