#include "core/bundles.h"

#include <algorithm>
#include <map>

#include "proofs.h"
#include "protocol/entry.h"
#include "protocol/sync_limits.h"
#include "store/catalogue.h"

namespace hansa::core {

using protocol::BundleLog;
using protocol::BundleRange;
using protocol::Bytes;
using protocol::Hash;
using protocol::Outcome;
using protocol::Refusal;

namespace {

/// By log, ascending: entries whose payload is due and not held.
using Missing = std::map<Hash, std::vector<BundleRange>>;

Outcome<Missing> missing_in(const store::Snapshot& snapshot) {
  const auto ranges = snapshot.missing(protocol::bundle_ranges_max);
  if (ranges.size() == protocol::bundle_ranges_max) return Refusal::limit_exceeded;
  Missing missing;
  for (const auto& range : ranges) missing[range.log].push_back({range.from, range.to});
  for (auto& [log, of_log] : missing) std::ranges::sort(of_log, {}, &BundleRange::from);
  return missing;
}

/// What of 1 to `through` is not missing.
std::vector<BundleRange> held_of(std::uint64_t through, const std::vector<BundleRange>& missing) {
  std::vector<BundleRange> held;
  std::uint64_t from = 1;
  for (const auto& gap : missing) {
    if (gap.from > through) break;
    if (gap.from > from) held.push_back({from, gap.from - 1});
    from = gap.through + 1;
  }
  if (from <= through) held.push_back({from, through});
  return held;
}

bool is_in(std::span<const BundleRange> ranges, std::uint64_t sequence) {
  return std::ranges::any_of(
      ranges, [&](const BundleRange& range) { return range.from <= sequence && sequence <= range.through; });
}

Outcome<std::vector<BundleLog>> within_limits(std::vector<BundleLog> logs) {
  std::size_t ranges = 0;
  for (const auto& log : logs) ranges += log.payloads.size();
  if (logs.size() > protocol::bundle_logs_max || ranges > protocol::bundle_ranges_max)
    return Refusal::limit_exceeded;
  return logs;
}

Hash hash_at(const store::Snapshot& snapshot, const store::LogState& log, std::uint64_t sequence) {
  if (sequence == log.sequence) return log.head;
  return protocol::entry_hash(snapshot.headers(log.log, sequence, 1, protocol::header_bytes_max).front());
}

}  // namespace

Outcome<std::vector<BundleLog>> bundle_logs(const store::Snapshot& snapshot) {
  const auto missing = missing_in(snapshot);
  if (!missing) return missing.error();
  std::vector<BundleLog> logs;
  for (const auto& log : snapshot.logs()) {
    const auto through = log.checked_sequence;
    if (through == 0) continue;
    const auto gaps = missing->find(log.log);
    logs.push_back({{log.log, through, hash_at(snapshot, log, through)},
                    held_of(through, gaps == missing->end() ? std::vector<BundleRange>() : gaps->second)});
  }
  return within_limits(std::move(logs));
}

Outcome<std::vector<BundleLog>> bundle_logs(const store::Snapshot& snapshot,
                                            std::span<const store::RecordState> records) {
  const auto missing = missing_in(snapshot);
  if (!missing) return missing.error();
  std::map<Hash, std::map<std::uint64_t, bool>> entries;  // by log and sequence: its payload is held
  for (const auto& record : records)
    for (const auto& revision : record.revisions) {
      const auto gaps = missing->find(revision.log);
      entries[revision.log][revision.sequence] =
          revision.has_payload && (gaps == missing->end() || !is_in(gaps->second, revision.sequence));
    }
  std::vector<BundleLog> logs;
  for (auto& [id, of_log] : entries) {
    const auto log = snapshot.log(id);
    if (!log) continue;
    of_log.erase(of_log.upper_bound(log->checked_sequence), of_log.end());
    if (of_log.empty()) continue;
    const auto through = of_log.rbegin()->first;
    BundleLog chosen{{id, through, hash_at(snapshot, *log, through)}, {}};
    for (const auto& [sequence, is_held] : of_log) {
      if (!is_held) continue;
      if (!chosen.payloads.empty() && chosen.payloads.back().through + 1 == sequence)
        chosen.payloads.back().through = sequence;
      else
        chosen.payloads.push_back({sequence, sequence});
    }
    logs.push_back(std::move(chosen));
  }
  return within_limits(std::move(logs));
}

Outcome<Bytes> bundle_entries(const store::Snapshot& snapshot, const Hash& log, std::uint64_t from,
                              std::uint64_t through, std::span<const BundleRange> payloads) {
  if (from == 0 || through < from) return Refusal::not_found;
  const auto count = std::min<std::uint64_t>(through - from + 1, protocol::bundle_batch_entries_max);
  const auto headers = snapshot.headers(log, from, count, count * protocol::header_bytes_max);
  if (headers.size() < count) return Refusal::not_found;
  protocol::wire::Batch batch{protocol::bundle_ticket, {}};
  for (const auto& header : headers) batch.headers.insert(batch.headers.end(), header.begin(), header.end());
  Bytes frames;
  protocol::append_bundle_frame(frames, protocol::wire::encode(std::move(batch)));
  protocol::wire::Payloads message{protocol::bundle_ticket, false, {}};
  std::size_t bytes = 0;
  const auto flush = [&] {
    if (message.items.empty()) return;
    protocol::append_bundle_frame(frames, protocol::wire::encode(message));
    message.items.clear();
    bytes = 0;
  };
  snapshot.payloads(log, from, from + count - 1, [&](std::uint64_t sequence, store::HeldPayload held) {
    if (!is_in(payloads, sequence)) return true;
    if (bytes + held.content.size() > protocol::payload_answer_bytes) flush();
    bytes += held.content.size();
    message.items.push_back({0, sequence, protocol::Salt{held.salt}, std::move(held.content)});
    return true;
  });
  flush();
  return frames;
}

Forks forks_of(std::span<const protocol::ForkEvidence> evidence) {
  Forks forks;
  std::map<protocol::PublicKey, std::size_t> of_key;
  for (const auto& fork : evidence) {
    const auto [at, is_new] = forks.at.emplace(fork.log(), fork.sequence());
    at->second = std::min(at->second, fork.sequence());
    if (is_new && ++of_key[fork.author()] == Proofs::forks_per_key_max) forks.overrun.insert(fork.author());
  }
  return forks;
}

}  // namespace hansa::core
