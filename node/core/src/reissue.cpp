#include "reissue.h"

#include <algorithm>
#include <string>

#include "protocol/ids.h"

namespace hansa::core {

using protocol::EntryKind;
using protocol::Hash;

namespace {

bool is_vote(EntryKind kind) {
  return kind == EntryKind::charter_proposal || kind == EntryKind::charter_approval;
}

std::string vote_setting(const Hash& entry) { return "reissued/" + protocol::to_hex(entry); }

}  // namespace

std::optional<Hash> Reissue::found(const protocol::HeaderView& header, const protocol::RecordId& record) {
  const auto state = snapshot_.record(record);
  if (!state) return std::nullopt;
  for (const auto& revision : state->revisions) {
    const bool same = revision.log != from_ && revision.kind == header.kind() &&
                      revision.author_time_ms == header.author_time_ms() &&
                      revision.record_kind == header.record_kind() &&
                      revision.visibility == header.visibility() && !used_.contains(revision.hash);
    if (!same) continue;
    const auto log = snapshot_.log(revision.log);
    if (log && keys_.contains(log->author)) return revision.hash;
  }
  return std::nullopt;
}

std::optional<protocol::EntryFields> Reissue::again(const protocol::HeaderView& header) {
  if (header.is_declaration() || !header.is_understood()) return std::nullopt;
  const auto record = header.record();
  const auto kind = header.kind();
  if (is_vote(kind)) {
    if (snapshot_.setting(vote_setting(header.hash()))) return std::nullopt;
    protocol::EntryFields vote;
    vote.kind = kind;
    vote.author_time_ms = header.author_time_ms();
    return vote;
  }
  // Its addresses a node says again by itself.
  const bool is_revision =
      kind == EntryKind::content || kind == EntryKind::withdraw || kind == EntryKind::restrict_visibility;
  if (!record || !is_revision) return std::nullopt;
  if (const auto there = found(header, *record)) {
    written(header, *there);
    return std::nullopt;
  }
  protocol::EntryFields fields;
  fields.kind = kind;
  fields.author_time_ms = header.author_time_ms();
  fields.record = record;
  fields.record_kind = header.record_kind();
  fields.visibility = header.visibility();
  fields.personal = header.personal();
  fields.subject = header.subject();
  fields.retention_month = header.retention_month();
  for (std::size_t i = 0; i < header.parent_count(); ++i) {
    const auto renamed = renamed_.find(header.parent(i));
    const Hash parent = renamed == renamed_.end() ? header.parent(i) : renamed->second;
    if (std::find(fields.parents.begin(), fields.parents.end(), parent) == fields.parents.end())
      fields.parents.push_back(parent);
  }
  return fields;
}

void Reissue::written(const protocol::HeaderView& header, const Hash& as) {
  renamed_[header.hash()] = as;
  used_.insert(as);
  if (is_vote(header.kind())) votes_.push_back(header.hash());
}

void Reissue::remember_votes(store::Store& store) {
  const std::uint8_t done = 1;
  for (const auto& vote : std::exchange(votes_, {}))
    store.put_setting(vote_setting(vote), protocol::ByteView(&done, 1));
}

}  // namespace hansa::core
