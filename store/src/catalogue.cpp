#include "store/catalogue.h"

#include <algorithm>
#include <cassert>
#include <tuple>

namespace hansa::store {

using protocol::EntryKind;

namespace {

bool can_revise(EntryKind kind) {
  return kind == EntryKind::content || kind == EntryKind::withdraw || kind == EntryKind::restrict_visibility;
}

int precedence(EntryKind kind) {
  if (kind == EntryKind::withdraw) return 2;
  return kind == EntryKind::restrict_visibility ? 1 : 0;
}

// The index of a hash in revisions that ascend by hash.
std::optional<std::size_t> index_of(const std::vector<Revision>& revisions, const Hash& hash) {
  const auto found =
      std::lower_bound(revisions.begin(), revisions.end(), hash,
                       [](const Revision& revision, const Hash& wanted) { return revision.hash < wanted; });
  if (found == revisions.end() || found->hash != hash) return std::nullopt;
  return static_cast<std::size_t>(found - revisions.begin());
}

bool is_root(const std::vector<Revision>& revisions, const Revision& revision) {
  return std::none_of(revision.parents.begin(), revision.parents.end(),
                      [&](const Hash& parent) { return index_of(revisions, parent).has_value(); });
}

std::vector<std::size_t> tips_of(const RecordState& record) {
  const auto& revisions = record.revisions;
  std::vector<bool> is_tip(revisions.size());
  for (std::size_t i = 0; i < revisions.size(); ++i) is_tip[i] = revisions[i].record_kind == record.kind;
  for (const auto& revision : revisions) {
    if (revision.record_kind != record.kind) continue;
    for (const auto& parent : revision.parents)
      if (const auto index = index_of(revisions, parent)) is_tip[*index] = false;
  }
  std::vector<std::size_t> tips;
  for (std::size_t i = 0; i < revisions.size(); ++i)
    if (is_tip[i]) tips.push_back(i);
  return tips;
}

}  // namespace

std::optional<Revision> revision_of(const protocol::HeaderView& header, const Hash& hash,
                                    const std::vector<protocol::PartnerId>& owners) {
  if (header.is_declaration() || !header.is_understood() || !can_revise(header.kind())) return std::nullopt;
  const auto record = header.record();
  if (!record || std::ranges::find(owners, record->owner) == owners.end()) return std::nullopt;
  Revision revision;
  revision.hash = hash;
  revision.log = header.log();
  revision.sequence = header.sequence();
  revision.author_time_ms = header.author_time_ms();
  revision.kind = header.kind();
  revision.record_kind = header.record_kind();
  revision.visibility = header.visibility();
  revision.personal = header.personal();
  revision.has_payload = header.payload_blocks() > 0;
  const auto subject = header.subject();
  if (const auto* about = std::get_if<RecordId>(&subject)) revision.subject = *about;
  for (std::size_t i = 0; i < header.parent_count(); ++i) revision.parents.push_back(header.parent(i));
  return revision;
}

bool has_payload(const protocol::HeaderView& header) {
  return !header.is_declaration() && header.is_understood() && header.payload_blocks() > 0;
}

RecordState record_state(const RecordId& id, std::vector<Revision> revisions) {
  assert(!revisions.empty());
  RecordState record;
  record.id = id;
  record.revisions = std::move(revisions);
  std::sort(record.revisions.begin(), record.revisions.end(),
            [](const Revision& a, const Revision& b) { return a.hash < b.hash; });
  // Revisions ascend by hash and hashes make cycles impossible, so there is a root and the first is the
  // lowest.
  const auto root =
      std::find_if(record.revisions.begin(), record.revisions.end(),
                   [&](const Revision& revision) { return is_root(record.revisions, revision); });
  assert(root != record.revisions.end());
  record.kind = root->record_kind;
  record.tips = tips_of(record);
  assert(!record.tips.empty());
  record.live = *std::max_element(record.tips.begin(), record.tips.end(), [&](std::size_t a, std::size_t b) {
    return outranks(record.revisions[b], record.revisions[a]);
  });
  return record;
}

bool outranks(const Revision& a, const Revision& b) {
  const auto rank = [](const Revision& revision) {
    return std::make_tuple(precedence(revision.kind), static_cast<unsigned>(revision.visibility),
                           revision.author_time_ms, revision.hash);
  };
  return rank(a) > rank(b);
}

const Revision& live_revision(const RecordState& record) { return record.revisions[record.live]; }

bool in_conflict(const RecordState& record) { return record.tips.size() > 1; }

bool is_listed(const RecordState& record) { return live_revision(record).kind != EntryKind::withdraw; }

const Revision* last_content(const RecordState& record, const std::function<bool(const Revision&)>& counts) {
  const Revision* last = nullptr;
  for (const auto& revision : record.revisions) {
    const bool says_something =
        revision.kind == EntryKind::content && revision.has_payload && revision.record_kind == record.kind;
    if (!says_something || (counts && !counts(revision))) continue;
    if (last == nullptr ||
        std::tie(last->author_time_ms, last->hash) < std::tie(revision.author_time_ms, revision.hash))
      last = &revision;
  }
  return last;
}

}  // namespace hansa::store
