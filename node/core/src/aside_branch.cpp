#include "aside_branch.h"

#include <algorithm>
#include <cassert>
#include <optional>

#include "protocol/entry.h"

namespace hansa::core {

using protocol::Hash;
using protocol::HeaderView;
using store::AsideEntry;

namespace {

constexpr std::size_t entries_at_once = 512;

Hash previous_of(const AsideEntry& entry) {
  const auto header = HeaderView::parse(entry.header);
  assert(header.has_value());
  return header->previous_hash();
}

/// Where the held log ends.
store::EntryPlace held_end(const store::Snapshot& snapshot, const Hash& log) {
  const auto state = snapshot.log(log);
  return state ? store::EntryPlace{state->sequence, state->head} : store::EntryPlace{};
}

/// From the entry that the charter names back to the held end; nothing if it does not lead there.
std::vector<Hash> branch_back_from(const store::Snapshot& snapshot, const Hash& log, const AsideEntry& last,
                                   const store::EntryPlace& end) {
  std::vector<Hash> branch;
  std::optional<AsideEntry> entry = last;
  while (entry && entry->place.sequence > end.sequence) {
    branch.push_back(entry->place.hash);
    const store::EntryPlace before{entry->place.sequence - 1, previous_of(*entry)};
    if (before == end) {
      std::reverse(branch.begin(), branch.end());
      return branch;
    }
    entry = entry_aside(snapshot, log, before);
  }
  return {};
}

/// What follows the held end, as long as it is one branch.
std::vector<Hash> branch_on_from(const store::Snapshot& snapshot, const Hash& log, store::EntryPlace end,
                                 std::uint64_t through) {
  std::vector<Hash> branch;
  while (end.sequence < through) {
    const auto page = snapshot.aside(log, end.sequence + 1, entries_at_once);
    const auto before = end.sequence;
    for (auto at = page.begin(); at != page.end() && end.sequence < through;) {
      const auto sequence = at->place.sequence;
      const AsideEntry* next = nullptr;
      std::size_t following = 0;
      for (; at != page.end() && at->place.sequence == sequence; ++at) {
        if (sequence != end.sequence + 1 || previous_of(*at) != end.hash) continue;
        next = &*at;
        ++following;
      }
      if (following != 1) return branch;
      end = next->place;
      branch.push_back(end.hash);
    }
    if (end.sequence == before) break;
  }
  return branch;
}

}  // namespace

std::optional<AsideEntry> entry_beside(const store::Snapshot& snapshot, const Hash& log) {
  auto first = snapshot.aside(log, 1, 1);
  // What is held does not lie aside as well.
  if (first.empty() || first.front().place.sequence > held_end(snapshot, log).sequence) return std::nullopt;
  return std::move(first.front());
}

std::optional<AsideEntry> entry_aside(const store::Snapshot& snapshot, const Hash& log,
                                      const store::EntryPlace& place) {
  for (auto& entry : snapshot.aside(log, place.sequence, 1))
    if (entry.place == place) return std::move(entry);
  return std::nullopt;
}

std::vector<Hash> branch_aside(const store::Snapshot& snapshot, const Hash& log, const Reach& reach) {
  return branch_aside(snapshot, log, reach, held_end(snapshot, log));
}

std::vector<Hash> branch_aside(const store::Snapshot& snapshot, const Hash& log, const Reach& reach,
                               const store::EntryPlace& end) {
  if (end.sequence >= reach.through) return {};
  if (!reach.passes) return branch_on_from(snapshot, log, end, reach.through);
  const auto& [id, at, wanted] = *reach.passes;
  if (const auto named = entry_aside(snapshot, log, {at, wanted}))
    return branch_back_from(snapshot, log, *named, end);
  // One that has another entry there is the wrong branch, all of it; one that ends before may be the right
  // one.
  const auto through = std::min(reach.through, reach.disputed_from - 1);
  auto branch = branch_on_from(snapshot, log, end, through);
  if (end.sequence + branch.size() >= at) branch.clear();
  return branch;
}

}  // namespace hansa::core
