#include "responses.h"

#include <set>
#include <string_view>

#include "protocol/content.h"
#include "protocol/content_summary.h"
#include "protocol/kinds.h"

namespace hansa::search {
namespace {

constexpr std::size_t responses_max = 1000;  // of one record; more say nothing new

/// Live, not withdrawn, here and understood.
std::optional<protocol::ContentReader> content_of(const store::Snapshot& snapshot,
                                                  const store::RecordState& record) {
  const auto& live = record.revisions[record.live];
  if (live.kind == protocol::EntryKind::withdraw || !live.has_payload) return std::nullopt;
  const auto held = snapshot.payload(live.log, live.sequence);
  if (!held) return std::nullopt;
  auto content = protocol::read_content(held->content);
  if (!content || !content->understood()) return std::nullopt;
  return std::move(*content);
}

bool is_adopted(std::string_view stage) {
  return stage == "piloting" || stage == "adopted" || stage == "scaled";
}

/// Where it was tried: the place that is named, or else the country of who says so.
std::string country_of(const store::Snapshot& snapshot, protocol::schema::Response::Reader response) {
  if (response.getPlace().getCountry().size() > 0) return response.getPlace().getCountry().cStr();
  const auto by = response.getBy().getRecord();
  const auto id = protocol::record_id_from_bytes({by.begin(), by.size()});
  const auto organisation = id ? snapshot.record(*id) : std::nullopt;
  const auto content = organisation ? content_of(snapshot, *organisation) : std::nullopt;
  if (!content) return {};
  const auto countries = protocol::summarise(*content).countries;
  return countries.empty() ? std::string() : countries.front();
}

}  // namespace

std::vector<std::pair<std::string, std::string>> codes_of_responses(const store::Snapshot& snapshot,
                                                                    const protocol::RecordId& id) {
  std::set<std::pair<std::string, std::string>> codes;
  for (const auto& about : snapshot.about(id, responses_max)) {
    const auto record = snapshot.record(about);
    if (!record || record->kind != protocol::RecordKind::response) continue;
    const auto content = content_of(snapshot, *record);
    if (!content || !content->root().getBody().isResponse()) continue;
    const auto response = content->root().getBody().getResponse();
    const std::string_view type = response.getType().cStr();
    if (type == "endorsement") codes.emplace("endorsed_by", protocol::to_text(record->id.owner));
    if (type == "adoption" && is_adopted(response.getStage().cStr()))
      if (auto country = country_of(snapshot, response); !country.empty())
        codes.emplace("adopted_in", std::move(country));
  }
  return {codes.begin(), codes.end()};
}

std::vector<protocol::RecordId> subjects_of(const store::RecordState& response) {
  std::set<protocol::RecordId> subjects;
  if (response.kind == protocol::RecordKind::response)
    for (const auto& revision : response.revisions)
      if (revision.subject) subjects.insert(*revision.subject);
  return {subjects.begin(), subjects.end()};
}

}  // namespace hansa::search
