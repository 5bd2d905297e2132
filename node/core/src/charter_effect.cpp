// What a charter that is proposed would take out of the catalogue.

#include <algorithm>
#include <set>

#include "core/charter_draft.h"
#include "protocol/entry.h"

namespace hansa::core {
namespace {

using namespace protocol;

constexpr std::size_t headers_at_once = 1024;

/// How many logs of the same key stand before this one: by epoch number, then by id.
std::size_t rank_of(const std::vector<store::LogState>& logs, const store::LogState& log) {
  return static_cast<std::size_t>(std::ranges::count_if(logs, [&](const store::LogState& other) {
    return other.author == log.author && std::pair(other.epoch, other.log) < std::pair(log.epoch, log.log);
  }));
}

/// Calls `each` for every header from `from` to the log's end, until it says no.
template <class Each>
void walk(const store::Snapshot& snapshot, const Hash& log, std::uint64_t from, Each each) {
  for (;;) {
    const auto headers = snapshot.headers(log, from, headers_at_once, headers_at_once * header_bytes_max);
    for (const auto& bytes : headers) {
      const auto header = HeaderView::parse(bytes);
      if (!header || !each(*header)) return;
    }
    if (headers.empty()) return;
    from += headers.size();
  }
}

/// The first entry that the limit of payload bytes leaves out; behind the end if none.
std::uint64_t first_too_large(const store::Snapshot& snapshot, const store::LogState& log,
                              std::uint64_t bytes_max) {
  std::uint64_t first = log.sequence + 1;
  if (log.payload_blocks * payload_block_bytes <= bytes_max) return first;
  std::uint64_t bytes = 0;
  walk(snapshot, log.log, 1, [&](const HeaderView& header) {
    if (!header.is_declaration() && header.is_understood())
      bytes += std::uint64_t{header.payload_blocks()} * payload_block_bytes;
    if (bytes > bytes_max) first = header.sequence();
    return bytes <= bytes_max;
  });
  return first;
}

/// The first held entry that would not count.
std::uint64_t first_lost(const store::Snapshot& snapshot, const Charter& proposed,
                         const std::vector<store::LogState>& logs, const store::LogState& log) {
  const auto right = rights(proposed, log.author, log.log);
  if (right.reach == Rights::Reach::none || rank_of(logs, log) >= right.limits.logs) return 1;
  std::uint64_t first = log.sequence + 1;
  if (right.reach == Rights::Reach::up_to && right.last.sequence <= log.sequence) {
    const auto at_cut = snapshot.headers(log.log, right.last.sequence, 1, header_bytes_max);
    // Another branch is named: where it leaves ours is not known here.
    if (at_cut.empty() || entry_hash(at_cut.front()) != right.last.hash) return 1;
    first = right.last.sequence + 1;
  }
  if (right.limits.entries_per_log < log.sequence) first = std::min(first, right.limits.entries_per_log + 1);
  return std::min(first, first_too_large(snapshot, log, right.limits.payload_bytes_per_log));
}

}  // namespace

std::vector<LostEntries> stops_counting(const store::Snapshot& snapshot, const Charter& proposed) {
  std::vector<LostEntries> lost;
  const auto logs = snapshot.logs();
  for (const auto& log : logs) {
    const auto first = first_lost(snapshot, proposed, logs, log);
    if (first > log.sequence) continue;
    std::set<RecordId> records;
    walk(snapshot, log.log, first, [&](const HeaderView& header) {
      if (header.is_declaration() || !header.is_understood()) return true;
      if (const auto record = header.record()) records.insert(*record);
      return true;
    });
    lost.push_back({log.log, log.author, first, log.sequence - first + 1, records.size()});
  }
  return lost;
}

}  // namespace hansa::core
