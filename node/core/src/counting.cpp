#include "core/counting.h"

#include <algorithm>
#include <cassert>
#include <tuple>

#include "store/catalogue.h"

namespace hansa::core {

using protocol::Charter;
using protocol::Hash;
using protocol::HeaderView;
using protocol::Rights;

namespace {

constexpr std::size_t headers_at_once = 512;

LogEnd end_of(Rights::Why why) {
  switch (why) {
    case Rights::Why::active:
      return LogEnd::open;
    case Rights::Why::cut:
      return LogEnd::cut;
    case Rights::Why::retired:
      return LogEnd::retired;
    case Rights::Why::rotated:
      return LogEnd::rotated;
    case Rights::Why::revoked:
      return LogEnd::revoked;
    case Rights::Why::observer:
      return LogEnd::observer;
    case Rights::Why::unknown_key:
      return LogEnd::unknown_key;
    case Rights::Why::left:
      return LogEnd::left;
  }
  assert(!"every reason has an end");
  return LogEnd::unknown_key;
}

// Without the limits: what charter and forks say of this log alone.
Reach reach_alone(const Forks& forks, const DeclaredLog& log, const Rights& rights) {
  Reach reach;
  reach.end = end_of(rights.why);
  if (rights.reach == Rights::Reach::none) {
    reach.through = 0;
    return reach;
  }
  if (rights.reach == Rights::Reach::up_to) {
    reach.through = rights.last.sequence;
    reach.passes = rights.last;
  }
  if (!reach.passes && forks.overrun.contains(log.author)) {
    reach.end = LogEnd::forked;
    reach.through = 0;
    return reach;
  }
  const auto fork = forks.at.find(log.log);
  // A cut before the fork leaves it behind.
  if (fork == forks.at.end() || fork->second > reach.through) return reach;
  if (reach.passes) {
    reach.disputed_from = fork->second;
    return reach;
  }
  reach.end = LogEnd::forked;
  reach.through = fork->second - 1;
  return reach;
}

std::uint64_t first_too_large(const store::Snapshot& snapshot, const Hash& log, std::uint64_t blocks_max) {
  std::uint64_t blocks = 0;
  std::uint64_t sequence = 1;
  while (true) {
    const auto headers =
        snapshot.headers(log, sequence, headers_at_once, headers_at_once * protocol::header_bytes_max);
    if (headers.empty()) return sequence;
    for (const auto& bytes : headers) {
      const auto header = HeaderView::parse(bytes);
      assert(header.has_value());
      if (store::has_payload(*header)) blocks += header->payload_blocks();
      if (blocks > blocks_max) return sequence;
      ++sequence;
    }
  }
}

}  // namespace

std::string_view name(LogEnd end) {
  switch (end) {
    case LogEnd::open:
      return "open";
    case LogEnd::unknown_key:
      return "unknown_key";
    case LogEnd::observer:
      return "observer";
    case LogEnd::left:
      return "left";
    case LogEnd::retired:
      return "retired";
    case LogEnd::rotated:
      return "rotated";
    case LogEnd::revoked:
      return "revoked";
    case LogEnd::cut:
      return "cut";
    case LogEnd::forked:
      return "forked";
    case LogEnd::too_many_logs:
      return "too_many_logs";
  }
  return "unknown";
}

Reach reach_of(const Charter& charter, const Forks& forks, const DeclaredLog& log, std::size_t rank) {
  const auto rights = protocol::rights(charter, log.author, log.log);
  auto reach = reach_alone(forks, log, rights);
  if (reach.through == 0) return reach;
  if (rank >= rights.limits.logs) {
    reach = {};
    reach.end = LogEnd::too_many_logs;
    reach.through = 0;
    return reach;
  }
  reach.through = std::min(reach.through, rights.limits.entries_per_log);
  reach.blocks_max = rights.limits.payload_bytes_per_log / protocol::payload_block_bytes;
  return reach;
}

bool ranks_before(const DeclaredLog& a, const DeclaredLog& b) {
  return std::tie(a.epoch, a.log) < std::tie(b.epoch, b.log);
}

std::size_t rank_of(const Charter& charter, const Forks& forks, const DeclaredLog& log,
                    std::span<const DeclaredLog> logs) {
  return static_cast<std::size_t>(std::count_if(logs.begin(), logs.end(), [&](const DeclaredLog& other) {
    return other.author == log.author && ranks_before(other, log) &&
           reach_of(charter, forks, other, 0).through > 0;
  }));
}

std::vector<DeclaredLog> declared_logs(const store::Snapshot& snapshot) {
  std::vector<DeclaredLog> logs;
  for (const auto& state : snapshot.logs()) logs.push_back({state.log, state.author, state.epoch});
  return logs;
}

std::uint64_t first_not_counting(const store::Snapshot& snapshot, const store::LogState& log,
                                 const Reach& reach) {
  auto first = std::min(log.sequence, reach.through) + 1;
  if (reach.passes) {
    const auto& [id, at, wanted] = *reach.passes;
    bool is_named_branch = false;
    if (log.sequence >= at) {
      const auto header = snapshot.headers(log.log, at, 1, protocol::header_bytes_max);
      is_named_branch = !header.empty() && protocol::entry_hash(header.front()) == wanted;
      // Where the branches part is not known unless there is evidence: then all may be of the wrong one.
      if (!is_named_branch) first = std::min<std::uint64_t>(first, 1);
    }
    if (!is_named_branch && reach.disputed_from != UINT64_MAX)
      first = std::min(std::min(log.sequence, reach.through) + 1, reach.disputed_from);
  }
  if (log.payload_blocks > reach.blocks_max)
    first = std::min(first, first_too_large(snapshot, log.log, reach.blocks_max));
  return first;
}

}  // namespace hansa::core
