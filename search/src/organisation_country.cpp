#include "organisation_country.h"

#include <set>
#include <string_view>

#include "protocol/content_summary.h"
#include "protocol/kinds.h"

namespace hansa::search {
namespace {

namespace schema = protocol::schema;

constexpr std::size_t organisers_max = 100;  // that count; an author may have written anything

std::optional<protocol::RecordId> id_of(schema::Ref::Reader reference) {
  const auto bytes = reference.getRecord();
  const auto id = protocol::record_id_from_bytes({bytes.begin(), bytes.size()});
  return id ? std::optional(*id) : std::nullopt;
}

std::vector<protocol::RecordId> organisers_of(schema::Event::Reader event) {
  std::set<protocol::RecordId> organisers;
  for (const auto organiser : event.getOrganisers()) {
    if (organisers.size() == organisers_max) break;
    if (const auto id = id_of(organiser)) organisers.insert(*id);
  }
  return {organisers.begin(), organisers.end()};
}

bool is_visit(const protocol::ContentReader& content) {
  return content.understood() && content.root().getBody().isEvent() &&
         content.root().getBody().getEvent().getHost().hasRecord();
}

}  // namespace

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

std::string country_of(const store::Snapshot& snapshot, const protocol::RecordId& organisation) {
  const auto record = snapshot.record(organisation);
  const auto content = record ? content_of(snapshot, *record) : std::nullopt;
  if (!content) return {};
  const auto countries = protocol::summarise(*content).countries;
  return countries.empty() ? std::string() : countries.front();
}

std::vector<protocol::RecordId> country_givers(const protocol::ContentReader& content) {
  std::vector<protocol::RecordId> givers;
  const auto add = [&](schema::Ref::Reader reference) {
    if (const auto id = id_of(reference)) givers.push_back(*id);
  };
  if (!content.understood()) return givers;
  const auto body = content.root().getBody();
  if (body.isResponse() && std::string_view(body.getResponse().getType().cStr()) == "adoption" &&
      body.getResponse().getPlace().getCountry().size() == 0)
    add(body.getResponse().getBy());
  if (is_visit(content)) {
    for (const auto& organiser : organisers_of(body.getEvent())) givers.push_back(organiser);
    if (body.getEvent().getVenue().getCountry().size() == 0) add(body.getEvent().getHost());
  }
  return givers;
}

std::vector<std::pair<std::string, std::string>> codes_of_visit(const store::Snapshot& snapshot,
                                                                const protocol::ContentReader& content) {
  std::set<std::pair<std::string, std::string>> codes;
  if (!is_visit(content)) return {};
  const auto add = [&](const char* facet, std::string country) {
    if (!country.empty()) codes.emplace(facet, std::move(country));
  };
  const auto event = content.root().getBody().getEvent();
  const std::string venue(event.getVenue().getCountry().cStr());
  const auto host = id_of(event.getHost());
  if (!venue.empty())
    add("host_country", venue);
  else if (host)
    add("host_country", country_of(snapshot, *host));
  for (const auto& organiser : organisers_of(event)) add("sending_country", country_of(snapshot, organiser));
  return {codes.begin(), codes.end()};
}

bool is_checked(const store::Snapshot& snapshot, const store::Revision& revision) {
  const auto log = snapshot.log(revision.log);
  return log && revision.sequence <= log->checked_sequence;
}

}  // namespace hansa::search
