#include "coming_back.h"

#include <algorithm>
#include <cassert>

#include "aside_branch.h"
#include "cut_places.h"
#include "parted_logs.h"
#include "protocol/entry.h"
#include "store/catalogue.h"

namespace hansa::core {
namespace {

using protocol::Charter;
using protocol::Hash;
using protocol::HeaderView;
using store::EntryPlace;

constexpr std::size_t headers_at_once = 512;

DeclaredLog declared(const store::LogState& log) { return {log.log, log.author, log.epoch}; }

std::vector<DeclaredLog> declared(std::span<const Staying> held) {
  std::vector<DeclaredLog> logs;
  for (const auto& one : held)
    if (one.through > 0) logs.push_back(declared(one.log));
  return logs;
}

Reach ranked_reach(const Charter& charter, const Forks& forks, const DeclaredLog& log,
                   std::span<const DeclaredLog> logs) {
  return reach_of(charter, forks, log, rank_of(charter, forks, log, logs));
}

std::uint64_t blocks_of(protocol::ByteView bytes) {
  const auto header = HeaderView::parse(bytes);
  assert(header.has_value());
  return store::has_payload(*header) ? header->payload_blocks() : 0;
}

/// Of the payloads of what stays.
std::uint64_t blocks_of(const store::Snapshot& snapshot, const Staying& held) {
  if (held.through == held.log.sequence) return held.log.payload_blocks;
  std::uint64_t blocks = 0;
  for (std::uint64_t from = 1; from <= held.through;) {
    const auto count = std::min<std::uint64_t>(headers_at_once, held.through + 1 - from);
    const auto headers = snapshot.headers(held.log.log, from, count, count * protocol::header_bytes_max);
    if (headers.empty()) break;
    for (const auto& header : headers) blocks += blocks_of(header);
    from += headers.size();
  }
  return blocks;
}

EntryPlace end_of(const store::Snapshot& snapshot, const Staying& held) {
  if (held.through == 0) return {};
  if (held.through == held.log.sequence) return {held.log.sequence, held.log.head};
  const auto headers = snapshot.headers(held.log.log, held.through, 1, protocol::header_bytes_max);
  assert(!headers.empty());
  return {held.through, protocol::entry_hash(headers.front())};
}

/// The branch ends where the payloads become too large; `blocks`: of what stands before it.
void end_by_payloads(const store::Snapshot& snapshot, ComingBack& back, std::uint64_t blocks,
                     std::uint64_t blocks_max) {
  for (std::size_t i = 0; i < back.branch.size(); ++i) {
    const auto entry = entry_aside(snapshot, back.log.log, {back.behind.sequence + 1 + i, back.branch[i]});
    assert(entry);
    blocks += blocks_of(entry->header);
    if (blocks > blocks_max) return back.branch.resize(i);
  }
}

/// Logs of which something lies aside, by rank.
std::vector<DeclaredLog> logs_aside(const store::Snapshot& snapshot) {
  std::vector<DeclaredLog> logs;
  for (const auto& id : snapshot.aside_logs()) {
    const auto parted = parted_log(snapshot, id);
    if (parted && parted->is_aside) continue;
    if (const auto log = declared_log(snapshot, id)) logs.push_back(*log);
  }
  std::ranges::sort(logs, ranks_before);
  return logs;
}

}  // namespace

std::vector<Staying> what_stays(const store::Snapshot& snapshot, const Charter& charter, const Forks& forks) {
  std::vector<Staying> held;
  for (const auto& log : snapshot.logs()) {
    const auto alone = reach_of(charter, forks, declared(log), 0);
    held.push_back({log, std::min(first_not_counting(snapshot, log, alone) - 1, log.sequence)});
  }
  make_room(held, {}, charter, forks);
  return held;
}

std::vector<ComingBack> what_comes_back(const store::Snapshot& snapshot, const Charter& charter,
                                        const Forks& forks, std::span<const Staying> held) {
  std::vector<ComingBack> all;
  auto logs = declared(held);
  for (const auto& log : logs_aside(snapshot)) {
    const auto reach = ranked_reach(charter, forks, log, logs);
    const auto at = std::ranges::find(held, log.log, [](const Staying& one) { return one.log.log; });
    const bool stays = at != held.end() && at->through > 0;
    const auto behind = stays ? end_of(snapshot, *at) : EntryPlace{};
    ComingBack back{log, behind, branch_aside(snapshot, log.log, reach, behind)};
    if (!back.branch.empty())
      end_by_payloads(snapshot, back, stays ? blocks_of(snapshot, *at) : 0, reach.blocks_max);
    if (back.branch.empty()) continue;
    if (!stays) logs.push_back(log);
    all.push_back(std::move(back));
  }
  return all;
}

void make_room(std::vector<Staying>& held, std::span<const ComingBack> back, const Charter& charter,
               const Forks& forks) {
  auto logs = declared(held);
  for (const auto& one : back)
    if (one.behind.sequence == 0) logs.push_back(one.log);
  for (auto& one : held)
    if (one.through > 0 && ranked_reach(charter, forks, declared(one.log), logs).through == 0)
      one.through = 0;
}

}  // namespace hansa::core
