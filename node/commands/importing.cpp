#include "importing.h"

#include <algorithm>

#include "../json_fields.h"
#include "commands.h"
#include "json/record_input.h"

namespace hansa::commands {
namespace {

namespace json = boost::json;

constexpr std::size_t page_records = 200;
constexpr std::string_view reference_prefix = "import:";

/// Stands for a record that a dry run would have made: of this node's partner, the id of no record.
std::string dry_run_reference(const std::string& own_partner) {
  return "urn:hansa:" + own_partner + ":" + std::string(26, 'a');
}

std::string import_key(const json::object& record) {
  const auto* from = record.if_contains("importedFrom");
  if (from == nullptr || !from->is_object()) return {};
  const auto id = text_at(from->get_object(), "id");
  return id.empty() ? std::string() : text_at(from->get_object(), "system") + "/" + id;
}

/// Replaces every "import:…" text in `value`; the first one that is not known is the answer.
std::string resolve(json::value& value, const std::function<std::string(const std::string&)>& id_of) {
  if (auto* text = value.if_string()) {
    if (!text->starts_with(reference_prefix)) return {};
    const std::string key(text->subview(reference_prefix.size()));
    const auto id = id_of(key);
    if (id.empty()) return key;
    value = id;
  } else if (auto* list = value.if_array()) {
    for (auto& item : *list)
      if (auto missing = resolve(item, id_of); !missing.empty()) return missing;
  } else if (auto* object = value.if_object()) {
    for (auto& member : *object)
      if (auto missing = resolve(member.value(), id_of); !missing.empty()) return missing;
  }
  return {};
}

}  // namespace

std::string_view name(ImportLine::Outcome outcome) {
  switch (outcome) {
    case ImportLine::Outcome::created:
      return "created";
    case ImportLine::Outcome::updated:
      return "updated";
    case ImportLine::Outcome::unchanged:
      return "unchanged";
    case ImportLine::Outcome::waiting:
      return "waiting";
    case ImportLine::Outcome::refused:
      return "refused";
  }
  return "refused";
}

json::value parse_document(std::string_view text, const std::string& source) {
  text = hansa::json::after_byte_order_mark(text);
  boost::system::error_code failed;
  json::stream_parser parser;
  const auto parsed = parser.write_some(text, failed);
  if (!failed) parser.finish(failed);
  if (failed) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(parsed), '\n');
    throw Failed(source + ":" + std::to_string(line) + ": not JSON: " + failed.message());
  }
  return parser.release();
}

void Importing::learn_what_is_known() {
  known_.clear();
  const auto node =
      parse_document(api_.require({"GET", "/api/v1/node", {}, "", ""}).body, "the node's answer");
  own_partner_ = text_at(node.as_object(), "partner");
  std::string cursor;
  do {
    std::string target = "/api/v1/records?limit=" + std::to_string(page_records);
    if (!cursor.empty()) target += "&cursor=" + cursor;
    const auto page = parse_document(api_.require({"GET", target, {}, "", ""}).body, "the node's answer");
    for (const auto& item : page.as_object().at("items").as_array()) {
      const auto& record = item.as_object();
      const auto key = import_key(record);
      if (key.empty()) continue;
      const bool own = text_at(record.at("partner").as_object(), "id") == own_partner_;
      known_[key] = {text_at(record, "id"), text_at(record, "revision"), own};
    }
    const auto& next = page.as_object().at("next");
    cursor = next.is_string() ? std::string(next.get_string()) : std::string();
  } while (!cursor.empty());
}

std::vector<ImportLine> Importing::run(const json::value& document, bool dry_run) {
  json::array records;
  if (document.is_array())
    records = document.get_array();
  else if (document.is_object() && document.get_object().contains("records") &&
           document.at("records").is_array())
    records = document.at("records").get_array();
  else if (document.is_object())
    records.push_back(document);
  else
    throw Failed("the document is neither a record, nor a list of records, nor {\"records\": […]}");

  learn_what_is_known();
  std::vector<ImportLine> lines;
  for (const auto& record : records) {
    ImportLine line;
    if (record.is_object()) {
      line = import_one(record.get_object(), dry_run);
    } else {
      line.outcome = ImportLine::Outcome::refused;
      line.reason = "not a JSON object";
    }
    line.number = lines.size() + 1;
    if (progress_) progress_(line);
    lines.push_back(std::move(line));
  }
  return lines;
}

ImportLine Importing::import_one(const json::object& source, bool dry_run) {
  ImportLine line;
  line.key = import_key(source);
  json::value record = source;
  const auto missing = resolve(record, [this](const std::string& key) {
    const auto found = known_.find(key);
    return found == known_.end() ? std::string() : found->second.id;
  });
  if (!missing.empty()) {
    line.outcome = ImportLine::Outcome::waiting;
    line.reason = "refers to " + missing + ", which is not here yet";
    return line;
  }
  const auto found = line.key.empty() ? known_.end() : known_.find(line.key);
  const Known* known = found == known_.end() ? nullptr : &found->second;
  if (known != nullptr) line.id = known->id;
  if (known != nullptr && !known->own) {
    line.outcome = ImportLine::Outcome::refused;
    line.reason = "another partner published it: only that partner may change it";
  } else if (known != nullptr && only_new_) {
    line.outcome = ImportLine::Outcome::refused;
    line.reason = "published before; `hansa import` updates it";
  } else {
    publish(record.get_object(), known, dry_run, line);
  }
  if (line.key.empty() && !only_new_ && line.outcome == ImportLine::Outcome::created)
    line.reason = "it has no importedFrom: importing it again would publish it again";
  return line;
}

/// Every record is judged first: so a dry run and the real one say the same, and nothing is published twice.
void Importing::publish(const json::object& record, const Known* known, bool dry_run, ImportLine& line) {
  http::Request request{
      "POST", "/api/v1/records", {{"Content-Type", "application/json"}}, json::serialize(record), ""};
  if (known != nullptr) {
    request.method = "PUT";
    request.target += "/" + known->id;
    request.headers.emplace_back("If-Match", "\"" + known->revision + "\"");
  }
  if (dry_run || known != nullptr) {
    auto judging = request;
    judging.target += "?dry_run=true";
    const auto judgement = answer_or_refusal(std::move(judging), line);
    if (!judgement) return;
    if (judgement->at("unchanged").as_bool()) {
      line.outcome = ImportLine::Outcome::unchanged;
      return;
    }
  }
  line.outcome = known != nullptr ? ImportLine::Outcome::updated : ImportLine::Outcome::created;
  if (dry_run) {
    // What comes later in the document may refer to it: it would be here by then.
    if (!line.key.empty() && known == nullptr) known_[line.key] = {dry_run_reference(own_partner_), "", true};
    return;
  }
  const auto published = answer_or_refusal(std::move(request), line);
  if (!published) return;
  line.id = text_at(*published, "id");
  if (!line.key.empty()) known_[line.key] = {line.id, text_at(*published, "revision"), true};
}

std::optional<json::object> Importing::answer_or_refusal(http::Request request, ImportLine& line) {
  const auto response = api_.ask(std::move(request));
  if (response.status / 100 == 2) return parse_document(response.body, "the node's answer").as_object();
  line.outcome = ImportLine::Outcome::refused;
  line.reason = problem_in_words(response);
  line.errors = problem_errors(response);
  return std::nullopt;
}

}  // namespace hansa::commands
