#include "responses.h"

#include <set>
#include <string_view>

#include "protocol/content.h"
#include "protocol/content_summary.h"
#include "protocol/kinds.h"

namespace hansa::search {
namespace {

constexpr std::size_t responses_max = 1000;  // of one record, in the order of their ids; docs/api.md says so

/// Live, not withdrawn, checked, here and understood.
std::optional<protocol::ContentReader> content_of(const store::Snapshot& snapshot,
                                                  const store::RecordState& record) {
  const auto& live = record.revisions[record.live];
  if (live.kind == protocol::EntryKind::withdraw || !live.has_payload || !is_checked(snapshot, live))
    return std::nullopt;
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
std::string country_of(const store::Snapshot& snapshot, const protocol::ContentReader& response) {
  const auto giver = country_giver(response);
  if (!giver) return response.root().getBody().getResponse().getPlace().getCountry().cStr();
  const auto organisation = snapshot.record(*giver);
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
      if (auto country = country_of(snapshot, *content); !country.empty())
        codes.emplace("adopted_in", std::move(country));
  }
  return {codes.begin(), codes.end()};
}

std::optional<protocol::RecordId> country_giver(const protocol::ContentReader& content) {
  if (!content.understood() || !content.root().getBody().isResponse()) return std::nullopt;
  const auto response = content.root().getBody().getResponse();
  if (std::string_view(response.getType().cStr()) != "adoption" ||
      response.getPlace().getCountry().size() > 0)
    return std::nullopt;
  const auto by = response.getBy().getRecord();
  const auto id = protocol::record_id_from_bytes({by.begin(), by.size()});
  return id ? std::optional(*id) : std::nullopt;
}

bool is_checked(const store::Snapshot& snapshot, const store::Revision& revision) {
  const auto log = snapshot.log(revision.log);
  return log && revision.sequence <= log->checked_sequence;
}

}  // namespace hansa::search
