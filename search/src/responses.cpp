#include "responses.h"

#include <charconv>
#include <set>
#include <string_view>

#include "organisation_country.h"
#include "protocol/code_lists.h"
#include "protocol/content.h"
#include "protocol/kinds.h"

namespace hansa::search {
namespace {

constexpr std::size_t responses_max = 1000;  // of one record, in the order of their ids; docs/api.md says so

bool is_adopted(std::string_view stage) {
  return stage == "piloting" || stage == "adopted" || stage == "scaled";
}

/// Where it was tried: the place that is named, or else the country of who says so.
std::string adopted_in(const store::Snapshot& snapshot, const protocol::ContentReader& response) {
  const auto givers = country_givers(response);
  if (givers.empty()) return response.root().getBody().getResponse().getPlace().getCountry().cStr();
  return country_of(snapshot, givers.front());
}

}  // namespace

Responses responses_to(const store::Snapshot& snapshot, const protocol::RecordId& id) {
  Responses found;
  std::set<std::pair<std::string, std::string>> codes;
  for (const auto& about : snapshot.about(id, responses_max)) {
    const auto record = snapshot.record(about);
    if (!record || record->kind != protocol::RecordKind::response) continue;
    const auto content = content_of(snapshot, *record);
    if (!content || !content->root().getBody().isResponse()) continue;
    const auto response = content->root().getBody().getResponse();
    const std::string_view type = response.getType().cStr();
    if (protocol::code_lists::response_types.contains(type)) ++found.by_type[std::string(type)];
    if (type == "endorsement") codes.emplace("endorsed_by", protocol::to_text(record->id.owner));
    if (type == "adoption" && is_adopted(response.getStage().cStr()))
      if (auto country = adopted_in(snapshot, *content); !country.empty())
        codes.emplace("adopted_in", std::move(country));
  }
  found.codes.assign(codes.begin(), codes.end());
  return found;
}

std::string counts_text(const std::map<std::string, std::size_t>& by_type) {
  std::string text;
  for (const auto& [type, count] : by_type) text += type + ' ' + std::to_string(count) + ';';
  return text;
}

std::map<std::string, std::size_t> counts_in(const std::string& text) {
  std::map<std::string, std::size_t> by_type;
  for (std::size_t at = 0; at < text.size();) {
    const auto space = text.find(' ', at);
    const auto end = text.find(';', at);
    if (space == std::string::npos || end == std::string::npos || end < space) break;
    std::from_chars(text.data() + space + 1, text.data() + end, by_type[text.substr(at, space - at)]);
    at = end + 1;
  }
  return by_type;
}

}  // namespace hansa::search
