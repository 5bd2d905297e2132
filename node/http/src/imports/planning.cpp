#include "planning.h"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <set>

#include "../catalogue_check.h"
#include "../exports/fields.h"
#include "../publishing.h"
#include "json/record_json.h"
#include "json/table_input.h"
#include "protocol/kinds.h"
#include "said_before.h"

namespace hansa::http {
namespace {

using Outcome = ImportLine::Outcome;

constexpr std::string_view reference_prefix = "import:";
constexpr std::string_view record_prefix = "urn:hansa:";
constexpr std::string_view own_system =
    "hansa";  ///< importedFrom of what another federation's node published
/// Where an organisation may be named instead of given by its id.
constexpr std::array<std::string_view, 8> organisation_columns = {
    "organisation", "lead", "provider", "by", "host", "organisers", "partOf", "parties"};

std::string key_of(const protocol::RecordId& id) {
  return std::string(own_system) + "/" + protocol::to_text(id);
}

const store::RecordState* pointer(const std::optional<store::RecordState>& record) {
  return record ? &*record : nullptr;
}

void blame(ImportLine& line, const std::vector<protocol::FieldError>& errors) {
  for (const auto& error : errors) line.errors.push_back(json::to_json(error));
}

void refuse(ImportLine& line, const json::Problem& problem) {
  give_reason(line, Outcome::refused, problem.code);
  line.detail = problem.detail.empty() ? problem.title : problem.title + " " + problem.detail;
  blame(line, problem.errors);
}

/// A text without a language is in the record's.
void name_languages(std::vector<json::Cell>& given, const std::vector<json::Cell>& said,
                    const std::string& language) {
  for (auto& cell : given) {
    const auto named = cell.column + "_" + language;
    if (!cell.value.empty() && find_cell(said, named) != nullptr && find_cell(given, named) == nullptr)
      cell.column = named;
  }
}

bool names_organisation(std::string_view column) {
  const auto* found = std::find(organisation_columns.begin(), organisation_columns.end(), column);
  return found != organisation_columns.end();
}

}  // namespace

protocol::Outcome<std::vector<ImportLine>, json::Problem> Planning::run(std::vector<ImportEntry> entries) {
  std::vector<ImportLine> lines(entries.size());
  std::vector<bool> open(entries.size());
  // All of them first: one may refer to another that comes later.
  for (std::size_t i = 0; i < entries.size(); ++i) {
    lines[i].number = i + 1;
    lines[i].line = entries[i].line;
    lines[i].kind = fields::text(entries[i].record, "kind");
    lines[i].dropped = entries[i].dropped;
    open[i] = identify(entries[i], lines[i]);
  }
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (open[i]) judge(entries[i], lines[i]);
    bytes += lines[i].record.size();
    if (bytes > plan_bytes_max) return document_too_large("128 MiB of records that change");
    entries[i] = {};
  }
  withhold(lines);
  return lines;
}

bool Planning::may_update(const protocol::RecordId& id, ImportLine& line) const {
  line.id = id;
  const auto held = reading_.snapshot().record(id);
  if (!held) return true;
  if (!may_revise(reading_, id)) return give_reason(line, Outcome::skipped, "other_partner"), false;
  const auto& live = held->revisions[held->live];
  if (live.kind == protocol::EntryKind::withdraw)
    return give_reason(line, Outcome::skipped, "withdrawn_here"), false;
  if (options_.only_new) return give_reason(line, Outcome::refused, "published_before"), false;
  line.revision = live.hash;
  return true;
}

bool Planning::identify_by_id(ImportEntry& entry, ImportLine& line, const protocol::RecordId& id) {
  if (reading_.snapshot().record(id) || may_revise(reading_, id)) return may_update(id, line);
  const auto& charter = reading_.status().charter;
  if (charter && charter->partner(id.owner) != nullptr)
    return line.id = id, give_reason(line, Outcome::skipped, "partner_sends"), false;
  // Published in another federation: here it is a record of its own, which remembers where it came from.
  // Whichever document it comes in, its id is told; what it was imported from there may not be.
  if (line.key.empty() || known_.with_key(key_of(id)) || !known_.with_key(line.key)) {
    line.key = key_of(id);
    entry.record["importedFrom"] = boost::json::object{{"system", own_system}, {"id", protocol::to_text(id)}};
  }
  entry.record.erase("id");
  return true;
}

bool Planning::identify(ImportEntry& entry, ImportLine& line) {
  line.key = import_key(entry.record);
  const auto source_key = line.key;
  const auto urn = fields::text(entry.record, "id");
  const auto id = urn.empty() ? std::optional<protocol::RecordId>() : [&] {
    const auto parsed = protocol::parse_record_id(urn);
    return parsed ? std::optional(*parsed) : std::nullopt;
  }();
  if (!urn.empty() && !id) {
    entry.faults.push_back({"id", "bad_reference", {}, {}});
    return true;
  }
  if (!entry.skip.empty()) return line.id = id, give_reason(line, Outcome::skipped, entry.skip), false;
  if (id && !identify_by_id(entry, line, *id)) return false;
  if (!line.id && !line.key.empty())
    if (const auto known = known_.with_key(line.key); known && !may_update(*known, line)) return false;
  if (!line.id && line.key.empty() && !options_.only_new)
    return give_reason(line, Outcome::refused, "no_identifier"), false;
  const auto own = reading_.own_partner();
  if (!line.id && own) {
    line.id = protocol::RecordId{*own, {}};
    services_.options.entropy(line.id->local);
  }
  if (!line.id) return true;  // without a charter: the rules say so
  const auto [planned, is_new] = planned_.emplace(*line.id, line.number);
  const auto alias = line.key.empty() ? std::pair(aliases_.end(), true)
                                      : aliases_.emplace(std::string(reference_prefix) + line.key, *line.id);
  if (!is_new || !alias.second) {
    const auto first = is_new ? planned_.at(alias.first->second) : planned->second;
    give_reason(line, Outcome::refused, "twice", {{"number", first}});
    return false;
  }
  if (!urn.empty()) aliases_.emplace(urn, *line.id);
  if (!source_key.empty()) aliases_.emplace(std::string(reference_prefix) + source_key, *line.id);
  return true;
}

std::string Planning::resolved(const std::string& text, ImportLine& line) const {
  const bool by_key = text.starts_with(reference_prefix);
  if (!by_key && !text.starts_with(record_prefix)) return text;
  if (const auto found = aliases_.find(text); found != aliases_.end()) {
    line.needs.push_back(found->second);
    return protocol::to_text(found->second);
  }
  const auto key = by_key ? text.substr(reference_prefix.size()) : std::string(own_system) + "/" + text;
  if (const auto known = known_.with_key(key)) return protocol::to_text(*known);
  if (by_key && line.code.empty()) give_reason(line, Outcome::waiting, "not_here_yet", {{"key", key}});
  return text;
}

void Planning::resolve(boost::json::value& value, ImportLine& line) const {
  if (auto* text = value.if_string()) {
    const std::string given(*text);
    if (auto found = resolved(given, line); found != given) *text = found;
  } else if (auto* list = value.if_array()) {
    for (auto& item : *list) resolve(item, line);
  } else if (auto* object = value.if_object()) {
    for (auto& member : *object) resolve(member.value(), line);
  }
}

/// What a new record has where its entry says nothing: what the reader set, what the format implies, and who
/// brings an event in as its organiser.
void Planning::complete(const ImportEntry& entry, const std::string& kind,
                        std::vector<json::Cell>& given) const {
  const auto otherwise = [&given](const std::string& column, const std::string& value) {
    const auto* there = find_cell(given, column);
    if (there == nullptr || there->empty()) given.push_back({column, value});
  };
  for (const auto& text : options_.set)
    if (const auto pair = split_pair(text);
        pair && json::column_fit(kind, pair->first) == json::ColumnFit::readable)
      otherwise(pair->first, pair->second);
  for (const auto& cell : entry.defaults) otherwise(cell.column, cell.value);
  const auto own = services_.own_organisation.find(reading_, services_.node.now_ms());
  if (kind == "event" && own) otherwise("organisers", protocol::to_text(*own));
}

/// An organisation that is given by its name; false: a card's employer whom nobody knows, which is left out.
bool Planning::name_by_id(json::Cell& cell, ImportLine& line) const {
  if (!names_organisation(cell.column) || cell.value.empty()) return true;
  if (const auto organisation = known_.organisation(cell.value)) {
    cell.value = protocol::to_text(*organisation);
  } else if (options_.format == "vcf") {
    line.dropped.emplace_back("ORG");
    return false;
  }
  return true;
}

void Planning::put_cells(const ImportEntry& entry, ImportLine& line, const store::RecordState* held,
                         boost::json::object& record) const {
  auto given = entry.cells;
  std::vector<json::Cell> said;
  if (held != nullptr) {
    said = cells_of(reading_, *held, options_);
    name_languages(given, said, fields::text(record, "language"));
  } else {
    complete(entry, line.kind, given);
  }
  const bool scores_differ = std::any_of(given.begin(), given.end(), [&](const auto& cell) {
    const auto* before = find_cell(said, cell.column);
    return cell.column.starts_with("scores[") && cell.value != (before != nullptr ? *before : "");
  });
  if (scores_differ && record.contains("content")) record["content"].as_object().erase("scores");
  for (auto& cell : given) {
    const auto* before = find_cell(said, cell.column);
    const bool score = scores_differ && cell.column.starts_with("scores[");
    if (!score && cell.value == (before != nullptr ? *before : "")) continue;
    if (json::column_fit(line.kind, cell.column) == json::ColumnFit::condensed) {
      if (before == nullptr || before->empty())
        line.dropped.push_back(cell.column);
      else
        line.errors.push_back(json::to_json(protocol::FieldError{cell.column, "not_readable", {}, {}}));
      continue;
    }
    if (!name_by_id(cell, line)) continue;
    // A calendar tells a place in one line.
    if (options_.format == "ics" && cell.column.starts_with("venue.name"))
      for (const auto* part : {"venue.street", "venue.postcode", "venue.locality"})
        (void)json::put_cell(record, {part, ""});
    if (const auto error = json::put_cell(record, cell)) line.errors.push_back(json::to_json(*error));
  }
}

bool Planning::build(ImportEntry& entry, ImportLine& line, const store::RecordState* held) {
  auto record = std::move(entry.record);
  if (!entry.whole) {
    if (held != nullptr) {
      record = reading_.json(*held);
      line.kind = protocol::name(held->kind);
      if (fields::text(record, "contentState") != "present")
        return give_reason(line, Outcome::refused, "content_missing"), false;
    }
    put_cells(entry, line, held, record);
    line.title = fields::title(record).text;
    if (!line.errors.empty()) return give_reason(line, Outcome::refused, "invalid_record"), false;
  }
  const auto given_about = fields::text(fields::inner(record, "content"), "about");
  for (const auto* name : {"content", "publisher"})
    if (auto* value = record.if_contains(name)) resolve(*value, line);
  if (!line.code.empty()) return false;
  // A copy has revisions of its own.
  if (fields::text(fields::inner(record, "content"), "about") != given_about)
    record["content"].as_object().erase("aboutRevision");
  if (held == nullptr && line.id) record["id"] = protocol::to_text(*line.id);
  line.title = fields::title(record).text;
  if (line.kind == "response")
    if (const auto about = protocol::parse_record_id(fields::text(fields::inner(record, "content"), "about")))
      line.about = *about;
  line.record = boost::json::serialize(record);
  entry.record = std::move(record);
  return true;
}

void Planning::judge(ImportEntry& entry, ImportLine& line) {
  if (!entry.faults.empty()) {
    blame(line, entry.faults);
    return give_reason(line, Outcome::refused, "invalid_record");
  }
  const auto held = line.revision ? reading_.snapshot().record(*line.id) : std::nullopt;
  if (!build(entry, line, pointer(held))) return;
  const auto prepared =
      prepare_record(services_, reading_, boost::json::value(std::move(entry.record)), pointer(held));
  if (!prepared) return refuse(line, prepared.error());
  line.kind = prepared->kind;
  line.outcome = held ? Outcome::updated : Outcome::created;
  if (!held) return;
  if (is_unchanged(services_, reading_, *held, *prepared)) {
    line.outcome = Outcome::unchanged;
    line.record.clear();
  } else {
    compare(*held, *prepared, line);
  }
}

void Planning::compare(const store::RecordState& held, const json::PreparedRecord& prepared,
                       ImportLine& line) const {
  const auto before = reading_.content(held.revisions[held.live]);
  const auto after = protocol::read_content(prepared.content);
  if (!before.reader || !after) return;
  const auto one = json::content_json(*before.reader);
  const auto other = json::content_json(*after);
  std::set<std::string> changed;
  const auto note = [&](const boost::json::object& from, const boost::json::object& to, const char* prefix) {
    for (const auto& [name, value] : to) {
      const auto* was = from.if_contains(name);
      const bool own = name == "created" || name == "modified" || name == "reviewBy";
      if (!own && (was == nullptr || *was != value)) changed.insert(prefix + std::string(name));
    }
    for (const auto& member : from)
      if (!to.contains(member.key())) changed.insert(prefix + std::string(member.key()));
  };
  note(one.common, other.common, "");
  note(one.content, other.content, "content.");
  line.changed.assign(changed.begin(), changed.end());
}

/// What refers to an entry that is not taken is not taken either, and so on.
void Planning::withhold(std::vector<ImportLine>& lines) {
  std::map<protocol::RecordId, const ImportLine*> by_id;
  for (const auto& line : lines)
    if (line.id) by_id.emplace(*line.id, &line);
  const auto is_missing = [&](const protocol::RecordId& id) {
    const auto found = by_id.find(id);
    if (found == by_id.end() || found->second->revision) return false;
    return found->second->outcome == Outcome::waiting || found->second->outcome == Outcome::refused;
  };
  for (bool again = true; again;) {
    again = false;
    for (auto& line : lines) {
      if (!is_to_do(line)) continue;
      const auto missing = std::find_if(line.needs.begin(), line.needs.end(), is_missing);
      if (missing == line.needs.end()) continue;
      give_reason(line, Outcome::waiting, "not_here_yet", {{"key", by_id.at(*missing)->key}});
      again = true;
    }
  }
}

}  // namespace hansa::http
