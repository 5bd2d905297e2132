#include "sync/log_table.h"

#include <algorithm>
#include <cassert>

namespace hansa::protocol {

bool KnownLog::is_refused(const Hash& entry) const {
  return std::find(refused.begin(), refused.end(), entry) != refused.end();
}

KnownLog* LogTable::find(const Hash& log) {
  const auto at = logs_.find(log);
  return at == logs_.end() ? nullptr : &at->second;
}

const KnownLog* LogTable::find(const Hash& log) const {
  const auto at = logs_.find(log);
  return at == logs_.end() ? nullptr : &at->second;
}

KnownLog& LogTable::know(const Hash& log) {
  KnownLog& known = logs_[log];
  known.held.log = log;
  return known;
}

KnownLog& LogTable::put(const HeldHead& held, const SyncTerms& terms) {
  KnownLog& known = logs_[held.log];
  if (held.sequence < known.held.sequence) known.asked.remove({held.sequence + 1, UINT64_MAX});
  known.held = held;
  known.tip = known.admitting > 0 ? std::max(known.tip, held.sequence) : held.sequence;
  const auto node = terms.nodes.find(held.author);
  if (node != terms.nodes.end()) known.partner = node->second;
  known.missing.remove({held.sequence + 1, UINT64_MAX});
  if (known.missing.empty()) hungry_.erase(held.log);
  return known;
}

void LogTable::refuse(const Hash& log, const Hash& entry) {
  KnownLog& known = know(log);
  if (known.is_refused(entry)) return;
  if (known.refused.size() >= refused_per_log) known.refused.erase(known.refused.begin());
  known.refused.push_back(entry);
}

void LogTable::add_missing(const EntryRange& range) {
  KnownLog* known = find(range.log);
  if (known == nullptr || known->held.sequence < range.from) return;
  known->missing.add({range.from, std::min(range.to, known->held.sequence)});
  hungry_.insert(range.log);
}

void LogTable::payload_held(const Hash& log, std::uint64_t sequence) {
  KnownLog* known = find(log);
  if (known == nullptr) return;
  known->missing.remove({sequence, sequence});
  known->asked.remove({sequence, sequence});
  if (known->missing.empty()) hungry_.erase(log);
}

std::size_t LogTable::missing_ranges() const {
  std::size_t ranges = 0;
  for (const auto& log : hungry_) ranges += find(log)->missing.range_count();
  return ranges;
}

std::uint64_t LogTable::missing_total() const {
  std::uint64_t payloads = 0;
  for (const auto& log : hungry_) payloads += find(log)->missing.size();
  return payloads;
}

std::uint64_t LogTable::entries_total() const {
  std::uint64_t entries = 0;
  for (const auto& [log, known] : logs_) entries += known.held.sequence;
  return entries;
}

std::vector<Hash> LogTable::with_prefix(const wire::Prefix& prefix) const {
  std::vector<Hash> found;
  for (auto at = logs_.lower_bound(wire::LogName::of(prefix).id);
       at != logs_.end() && wire::prefix_of(at->first) == prefix; ++at)
    found.push_back(at->first);
  return found;
}

wire::LogName LogTable::name_of(const Hash& log) const {
  const auto prefix = wire::prefix_of(log);
  const auto same = with_prefix(prefix);
  const bool ambiguous = same.size() > 1 || (same.size() == 1 && same.front() != log);
  return ambiguous ? wire::LogName::of(log) : wire::LogName::of(prefix);
}

std::shared_ptr<const HeadSnapshot> LogTable::snapshot(const Hash& charter, std::vector<Hash> proofs) const {
  auto snapshot = std::make_shared<HeadSnapshot>();
  for (const auto& [log, known] : logs_)
    if (known.held.sequence > 0) snapshot->heads.push_back({log, known.held.sequence, known.held.head});
  const auto buckets = bucket_hashes(snapshot->heads);
  snapshot->buckets = bucket_digests(buckets);
  snapshot->digest = protocol::digest(charter, buckets, proofs_hash(proofs));
  snapshot->proofs = std::move(proofs);
  return snapshot;
}

}  // namespace hansa::protocol
