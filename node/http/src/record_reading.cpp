#include "record_reading.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/charter_holder.h"
#include "json/record_json.h"
#include "protocol/content_summary.h"
#include "protocol/kinds.h"

namespace hansa::http {
namespace {

using protocol::EntryKind;

constexpr std::size_t references_max = 200;
constexpr std::size_t records_at_once = 500;
constexpr std::uint64_t look_again_ms = 5000;  // going through all own records is not for every request

/// How many other partners are known to hold the payload of an entry, and how many there are.
struct Holders {
  unsigned held = 0;
  unsigned of = 0;
};

Holders holders_of(const core::NodeStatus& status, const store::Revision& revision) {
  std::map<protocol::PartnerId, bool> partners;
  for (const auto& peer : status.peers) {
    const auto* node = status.charter ? status.charter->node(peer.node) : nullptr;
    if (node == nullptr) continue;
    auto& holds = partners[node->partner];
    for (const auto& held : peer.held)
      if (held.log == revision.log && held.through >= revision.sequence) holds = true;
  }
  if (const auto* own = status.charter ? status.charter->node(status.key) : nullptr)
    partners.erase(own->partner);
  Holders count;
  for (const auto& [partner, holds] : partners) {
    ++count.of;
    if (holds) ++count.held;
  }
  return count;
}

bool is_organisation(const store::RecordState& record) {
  return record.kind == protocol::RecordKind::organisation &&
         record.revisions[record.live].kind != EntryKind::withdraw;
}

bool is_organisation(const RecordReading& reading, const protocol::RecordId& id) {
  const auto record = reading.snapshot().record(id);
  return record && is_organisation(*record);
}

/// When the record was made; the hash settles equal times.
std::pair<std::uint64_t, protocol::Hash> birth(const store::RecordState& record) {
  auto first = std::pair(UINT64_MAX, protocol::Hash{});
  for (const auto& revision : record.revisions)
    first = std::min(first, std::pair(revision.author_time_ms, revision.hash));
  return first;
}

/// The earliest one that `own` published and did not withdraw.
std::optional<protocol::RecordId> first_organisation(const RecordReading& reading,
                                                     const protocol::PartnerId& own) {
  std::optional<store::RecordState> first;
  std::optional<protocol::RecordId> after = protocol::RecordId{own, {}};
  for (auto page = reading.snapshot().records(after, records_at_once); !page.empty();
       page = reading.snapshot().records(after, records_at_once)) {
    after = page.back().id;
    for (auto& record : page)
      if (record.id.owner == own && is_organisation(record) && (!first || birth(record) < birth(*first)))
        first = std::move(record);
    if (after->owner != own) break;
  }
  return first ? std::optional(first->id) : std::nullopt;
}

void collect_references(const boost::json::value& value, std::set<protocol::RecordId>& found) {
  if (const auto* text = value.if_string()) {
    if (!text->starts_with("urn:hansa:")) return;
    if (const auto id = protocol::parse_record_id(std::string_view(*text));
        id && found.size() < references_max)
      found.insert(*id);
  } else if (const auto* list = value.if_array()) {
    for (const auto& item : *list) collect_references(item, found);
  } else if (const auto* object = value.if_object()) {
    for (const auto& member : *object) collect_references(member.value(), found);
  }
}

}  // namespace

std::string RecordReading::partner_name(const protocol::PartnerId& id) const {
  const auto* partner = status_->charter ? status_->charter->partner(id) : nullptr;
  return partner == nullptr ? protocol::to_text(id) : core::name_of(*partner);
}

std::string RecordReading::partner_country(const protocol::PartnerId& id) const {
  const auto* partner = status_->charter ? status_->charter->partner(id) : nullptr;
  return partner == nullptr ? std::string() : partner->country;
}

std::optional<protocol::PartnerId> RecordReading::own_partner() const {
  const auto* node = status_->charter ? status_->charter->node(status_->key) : nullptr;
  if (node == nullptr) return std::nullopt;
  return node->partner;
}

std::optional<protocol::RecordId> OwnOrganisation::find(const RecordReading& reading, std::uint64_t now_ms) {
  const auto own = reading.own_partner();
  if (!own) return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (known_ && known_->owner == *own && is_organisation(reading, *known_)) return known_;
  if (looked_ms_ != 0 && now_ms < looked_ms_ + look_again_ms) return std::nullopt;
  looked_ms_ = now_ms;
  known_ = first_organisation(reading, *own);
  return known_;
}

RecordReading::Content RecordReading::content(const store::Revision& revision) const {
  if (!revision.has_payload) return {"not_understood", std::nullopt};
  const auto held = snapshot_->payload(revision.log, revision.sequence);
  if (!held) return {"missing", std::nullopt};
  auto reader = protocol::read_content(held->content);
  if (!reader) return {"not_understood", std::nullopt};
  // All that a withdrawal says is its reason.
  const bool understood = reader->understood() || revision.kind == EntryKind::withdraw;
  return {understood ? "present" : "not_understood", std::move(*reader)};
}

std::optional<unsigned> RecordReading::version_seen(const Content& response) const {
  if (!response.reader || !response.reader->root().getBody().isResponse()) return std::nullopt;
  const auto body = response.reader->root().getBody().getResponse();
  const auto about = body.getAbout().getRecord();
  const auto id = protocol::record_id_from_bytes({about.begin(), about.size()});
  const auto record = id ? snapshot_->record(*id) : std::nullopt;
  if (!record) return std::nullopt;
  const auto seen = body.getAboutRevision();
  for (const auto& revision : record->revisions) {
    if (!std::equal(revision.hash.begin(), revision.hash.end(), seen.begin(), seen.end())) continue;
    const auto held = content(revision);
    return held.reader ? std::optional(held.reader->root().getVersion()) : std::nullopt;
  }
  return std::nullopt;
}

json::RecordView RecordReading::view_of(const store::RecordState& record, const store::Revision& revision,
                                        const Content& content) const {
  json::RecordView view;
  view.id = record.id;
  view.kind = protocol::name(record.kind);
  view.partner_name = partner_name(record.id.owner);
  view.partner_country = partner_country(record.id.owner);
  view.revision = revision.hash;
  view.visibility = protocol::name(revision.visibility);
  view.personal = revision.personal;
  view.conflict = record.tips.size() > 1;
  view.content_state = content.state;
  view.content = content.reader ? &*content.reader : nullptr;
  if (content.reader) view.version = content.reader->root().getVersion();
  if (revision.kind == EntryKind::withdraw) {
    view.status = "withdrawn";
    if (content.reader) view.withdrawn_reason = content.reader->root().getWithdrawnReason().cStr();
    view.replaced_by = revision.subject;
  }
  return view;
}

json::Provenance RecordReading::provenance_of(const store::Revision& revision) const {
  json::Provenance provenance;
  if (const auto log = snapshot_->log(revision.log)) {
    provenance.node = log->author.bytes;
    provenance.signature = revision.sequence <= log->checked_sequence ? "valid" : "unchecked";
  }
  provenance.log = revision.log;
  provenance.sequence = revision.sequence;
  provenance.hash = revision.hash;
  const auto holders = holders_of(*status_, revision);
  provenance.held = holders.held;
  provenance.partners = holders.of;
  provenance.author_time_ms = revision.author_time_ms;
  provenance.received_ms = snapshot_->received_ms(revision.log, revision.sequence).value_or(0);
  return provenance;
}

boost::json::object RecordReading::json(const store::RecordState& record,
                                        std::optional<std::size_t> chosen) const {
  const auto& revision = record.revisions[chosen.value_or(record.live)];
  return json(record, revision, content(revision));
}

boost::json::object RecordReading::json(const store::RecordState& record, const store::Revision& revision,
                                        const Content& content) const {
  auto view = view_of(record, revision, content);
  view.about_version = version_seen(content);
  view.provenance = provenance_of(revision);
  view.provenance->node_name = view.partner_name;
  return json::record_json(view);
}

boost::json::object RecordReading::plain_json(const store::RecordState& record,
                                              const store::Revision& revision, const Content& content) const {
  return json::record_json(view_of(record, revision, content));
}

json::ReferenceView RecordReading::reference(const protocol::RecordId& id) const {
  json::ReferenceView view;
  const auto target = snapshot_->record(id);
  view.state = !target                                                       ? "not_received"
               : target->revisions[target->live].kind == EntryKind::withdraw ? "withdrawn"
                                                                             : "present";
  if (!target) return view;
  view.kind = protocol::name(target->kind);
  const auto content = this->content(target->revisions[target->live]);
  if (content.reader) view.title = protocol::summarise(*content.reader).title;
  return view;
}

boost::json::object RecordReading::references(const boost::json::object& record) const {
  std::set<protocol::RecordId> ids;
  if (const auto* content = record.if_contains("content")) collect_references(*content, ids);
  for (const auto* single : {"publisher", "replacedBy"})
    if (const auto* value = record.if_contains(single)) collect_references(*value, ids);
  std::map<protocol::RecordId, json::ReferenceView> views;
  for (const auto& id : ids) {
    views.emplace(id, reference(id));
  }
  return json::references_json(views);
}

}  // namespace hansa::http
