#include "corrections.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "catalogue_check.h"
#include "json/record_input.h"
#include "listing.h"
#include "protocol/code_lists.h"
#include "protocol/kinds.h"

namespace hansa::http {
namespace {

using boost::json::object;
using boost::json::value;

constexpr std::size_t answers_max = 100;

/// What of a shown record is sent again to revise it.
constexpr std::string_view sent_fields[] = {
    "kind",     "language", "content",   "visibility",  "licence",      "source",      "attribution",
    "keywords", "reviewBy", "publisher", "attachments", "importedFrom", "translations"};
constexpr std::string_view common_fields[] = {"language", "licence",  "attribution", "source",
                                              "reviewBy", "keywords", "attachments", "publisher"};

object sent_form(const RecordReading& reading, const store::RecordState& record) {
  const auto shown = reading.json(record);
  object sent;
  for (const auto name : sent_fields)
    if (const auto* found = shown.if_contains(name)) sent[name] = *found;
  return sent;
}

/// "results[0].label" → results, 0, label.
std::vector<std::string_view> steps_of(std::string_view path) {
  std::vector<std::string_view> steps;
  for (std::size_t at = 0; at < path.size();) {
    const auto end = std::min(path.find_first_of(".[]", at), path.size());
    if (end > at) steps.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return steps;
}

value* step_into(value& from, std::string_view step) {
  if (auto* fields = from.if_object()) return fields->if_contains(step);
  auto* list = from.if_array();
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
  if (list == nullptr || error != std::errc{} || end != step.data() + step.size() || index >= list->size())
    return nullptr;
  return &list->at(index);
}

/// The place in `sent` that the path names. A last field that is not there is made, as null, if `make`.
value* place_of(object& sent, std::string_view path, bool make) {
  const auto steps = steps_of(path);
  if (steps.empty()) return nullptr;
  const bool is_common =
      std::find(std::begin(common_fields), std::end(common_fields), steps.front()) != std::end(common_fields);
  auto& content = sent["content"];
  // A body may have a field of the same name: that one is meant, as when the correction was checked.
  const bool in_body = !is_common || (content.is_object() && content.get_object().contains(steps.front()));
  value* at = nullptr;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    auto* fields = i == 0 ? (in_body ? content.if_object() : &sent) : at->if_object();
    auto* next =
        i == 0 ? (fields == nullptr ? nullptr : fields->if_contains(steps[i])) : step_into(*at, steps[i]);
    if (next == nullptr && make && fields != nullptr && i + 1 == steps.size())
      next = &fields->emplace(steps[i], nullptr).first->value();
    if (next == nullptr) return nullptr;
    at = next;
  }
  return at;
}

bool is_multilingual(const value& at) {
  const auto* texts = at.if_object();
  return texts != nullptr && std::all_of(texts->begin(), texts->end(), [](const auto& text) {
           return protocol::is_language(text.key()) && text.value().is_string();
         });
}

/// What the proposal says at a place that holds `now`; none if it cannot be one of that type.
std::optional<value> proposed_value(const value& now, const std::string& proposed) {
  if (now.is_string() || now.is_null()) return value(proposed);
  auto parsed = json::parse_json(proposed);
  const bool same = parsed && (parsed->is_number() ? now.is_number() : parsed->kind() == now.kind());
  return same ? std::optional(std::move(*parsed)) : std::nullopt;
}

/// Puts the proposal in its place; false if there is none for it.
bool apply(object& sent, const Correction& correction) {
  auto* at = place_of(sent, correction.field, true);
  if (at == nullptr) return false;
  if (is_multilingual(*at)) {
    at->get_object()[correction.language] = correction.proposed;
    return true;
  }
  auto made = proposed_value(*at, correction.proposed);
  if (made) *at = std::move(*made);
  return made.has_value();
}

value current_of(object& sent, const Correction& correction) {
  const auto* at = place_of(sent, correction.field, false);
  if (at == nullptr) return nullptr;
  if (!is_multilingual(*at)) return *at;
  const auto* text = at->get_object().if_contains(correction.language);
  return text == nullptr ? value(nullptr) : *text;
}

bool is_answered(const RecordReading& reading, const protocol::RecordId& correction) {
  const auto answers = reading.snapshot().about(correction, answers_max);
  return std::any_of(answers.begin(), answers.end(), [&](const protocol::RecordId& id) {
    const auto answer = id.owner == reading.own_partner() ? reading.snapshot().record(id) : std::nullopt;
    return answer && answer->kind == protocol::RecordKind::response &&
           answer->revisions[answer->live].kind != protocol::EntryKind::withdraw;
  });
}

const char* state_of(const RecordReading& reading, const Correction& correction, object sent) {
  const auto before = sent;
  if (apply(sent, correction) && sent == before) return "applied";
  return is_answered(reading, correction.response.id) ? "answered" : "open";
}

}  // namespace

std::optional<Correction> correction_of(const RecordReading& reading, const store::RecordState& response) {
  const auto& live = response.revisions[response.live];
  if (response.kind != protocol::RecordKind::response || live.kind == protocol::EntryKind::withdraw ||
      !live.subject || !may_revise(reading, *live.subject))
    return std::nullopt;
  const auto content = reading.content(live);
  if (!content.reader || !content.reader->understood()) return std::nullopt;
  const auto body = content.reader->root().getBody();
  if (!body.isResponse() || body.getResponse().getType() != "correction") return std::nullopt;
  auto about = reading.snapshot().record(*live.subject);
  if (!about || about->revisions[about->live].kind == protocol::EntryKind::withdraw) return std::nullopt;
  Correction correction{response,
                        std::move(*about),
                        body.getResponse().getField().cStr(),
                        body.getResponse().getProposed().cStr(),
                        content.reader->root().getLanguage().cStr(),
                        "open",
                        nullptr};
  auto sent = sent_form(reading, correction.about);
  correction.current = current_of(sent, correction);
  correction.state = state_of(reading, correction, std::move(sent));
  return correction;
}

std::vector<Correction> corrections(const RecordReading& reading, search::Follower& search) {
  ListQuery query;
  query.filters["response_type"] = {"correction"};
  query.limit = corrections_max;
  std::vector<Correction> found;
  const auto page = search.find(query, reading.snapshot().totals().last_arrival, index_wait_max);
  for (const auto& id : page ? page->records : std::vector<protocol::RecordId>())
    if (const auto record = reading.snapshot().record(id))
      if (auto correction = correction_of(reading, *record)) found.push_back(std::move(*correction));
  return found;
}

protocol::Outcome<object, json::Problem> applied(const RecordReading& reading, const Correction& correction) {
  auto sent = sent_form(reading, correction.about);
  if (!apply(sent, correction))
    return json::Problem{"cannot_apply",
                         422,
                         "The correction does not fit the record as it is now.",
                         "Change the record by hand, or answer the correction.",
                         {{correction.field, "cannot_apply", {}, correction.proposed}}};
  return sent;
}

object correction_json(const RecordReading& reading, const Correction& correction) {
  auto response = reading.json(correction.response);
  auto refs = reading.references(response);
  return {{"correction", std::move(response)},
          {"refs", std::move(refs)},
          {"about", protocol::to_text(correction.about.id)},
          {"field", correction.field},
          {"language", correction.language},
          {"current", correction.current},
          {"proposed", correction.proposed},
          {"state", correction.state}};
}

}  // namespace hansa::http
