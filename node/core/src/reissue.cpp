#include "reissue.h"

#include <algorithm>
#include <string>

#include "aside_branch.h"
#include "protocol/ids.h"
#include "row.h"

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
    if (is_said(header.hash())) return std::nullopt;
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
    stands_as(header, *there);
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

/// As an entry that counts, or that will be written again itself. One that was said under a key that was
/// taken away since is said nowhere.
bool Reissue::is_said(const Hash& vote) const {
  const auto row = snapshot_.setting(vote_setting(vote));
  if (!row) return false;
  RowReader reader(*row);
  Hash log{};
  store::EntryPlace as;
  reader.take(log);
  as.sequence = reader.number<std::uint64_t>();
  reader.take(as.hash);
  if (!reader.ended()) return false;
  const auto held = snapshot_.headers(log, as.sequence, 1, protocol::header_bytes_max);
  if (!held.empty() && protocol::entry_hash(held.front()) == as.hash) return true;
  return entry_aside(snapshot_, log, as) && is_due_(log);
}

void Reissue::stands_as(const protocol::HeaderView& header, const Hash& as) {
  renamed_[header.hash()] = as;
  used_.insert(as);
}

void Reissue::written(const protocol::HeaderView& header, const Published& as) {
  stands_as(header, as.revision);
  if (is_vote(header.kind())) votes_[header.hash()] = as;
}

void Reissue::remember_votes(store::Store& store) {
  for (const auto& [vote, as] : std::exchange(votes_, {}))
    store.put_setting(vote_setting(vote),
                      RowWriter().bytes(as.log).number(as.sequence).bytes(as.revision).take());
}

}  // namespace hansa::core
