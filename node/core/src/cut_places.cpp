#include "cut_places.h"

#include <algorithm>
#include <cassert>
#include <set>

#include "aside_branch.h"
#include "protocol/entry.h"

namespace hansa::core {

using protocol::Cut;
using protocol::Hash;
using store::EntryPlace;

namespace {

constexpr std::size_t entries_at_once = 512;

/// The entries at this place of a log: the held one first.
std::vector<Hash> entries_at(const store::Snapshot& snapshot, const Hash& log, std::uint64_t sequence) {
  std::vector<Hash> found;
  for (const auto& header : snapshot.headers(log, sequence, 1, protocol::header_bytes_max))
    found.push_back(protocol::entry_hash(header));
  for (const auto& entry : snapshot.aside(log, sequence, 1))
    if (entry.place.sequence == sequence) found.push_back(entry.place.hash);
  return found;
}

}  // namespace

std::optional<protocol::PublicKey> author_of(const store::Snapshot& snapshot, const Hash& log) {
  if (const auto state = snapshot.log(log)) return state->author;
  const auto first = snapshot.aside(log, 1, 1);
  // Its id holds the author's key: all first entries name the same.
  if (first.empty() || first.front().place.sequence != 1) return std::nullopt;
  const auto header = protocol::HeaderView::parse(first.front().header);
  assert(header.has_value());
  return header->node_key();
}

protocol::Outcome<Cut, DraftRefused> cut_before(const store::Snapshot& snapshot,
                                                const protocol::PublicKey& key, const CutFrom& from) {
  if (author_of(snapshot, from.log) != key) return DraftRefused::not_of_node;
  if (from.sequence == 0) return DraftRefused::not_held;
  if (from.sequence == 1)
    return from.last ? protocol::Outcome<Cut, DraftRefused>(DraftRefused::not_held) : Cut{from.log, 0, {}};
  const auto last = from.sequence - 1;
  const auto found = entries_at(snapshot, from.log, last);
  if (from.last) {
    if (std::ranges::find(found, *from.last) == found.end()) return DraftRefused::not_held;
    return Cut{from.log, last, *from.last};
  }
  if (found.empty()) return DraftRefused::not_held;
  // What is held counts now, so that it is the one that is meant.
  const auto held = snapshot.log(from.log);
  if (found.size() > 1 && (!held || held->sequence < last)) return DraftRefused::several_branches;
  return Cut{from.log, last, found.front()};
}

std::optional<DeclaredLog> declared_log(const store::Snapshot& snapshot, const Hash& log) {
  if (const auto state = snapshot.log(log)) return DeclaredLog{log, state->author, state->epoch};
  const auto first = snapshot.aside(log, 1, 1);
  if (first.size() != 1 || first.front().place.sequence != 1) return std::nullopt;
  const auto header = protocol::HeaderView::parse(first.front().header);
  assert(header.has_value());
  return DeclaredLog{log, header->node_key(), header->epoch_number()};
}

std::vector<Cut> cuts_where_held(const store::Snapshot& snapshot, const protocol::Charter& current,
                                 const protocol::PublicKey& key) {
  std::vector<Cut> cuts;
  for (const auto& log : snapshot.logs())
    if (log.author == key) cuts.push_back({log.log, log.sequence, log.head});
  for (const auto& log : snapshot.aside_logs()) {
    if (snapshot.log(log) || author_of(snapshot, log) != key) continue;
    // What the charter took away before is not given back.
    if (protocol::rights(current, key, log).reach != protocol::Rights::Reach::all) continue;
    const auto branch = branch_aside(snapshot, log, {});
    if (!branch.empty()) cuts.push_back({log, branch.size(), branch.back()});
  }
  return cuts;
}

std::vector<EntryPlace> branch_ends(const store::Snapshot& snapshot, const Hash& log, std::uint64_t from) {
  std::vector<EntryPlace> ends;
  std::set<Hash> before;  // ends at the place before the one that is looked at
  std::set<Hash> here;
  std::uint64_t at = 0;
  const auto close = [&](std::uint64_t next) {
    for (const auto& hash : before) ends.push_back({at - 1, hash});
    before = std::exchange(here, {});
    if (next == at + 1) return;
    for (const auto& hash : std::exchange(before, {})) ends.push_back({at, hash});
  };
  if (const auto held = snapshot.log(log); held && held->sequence >= from) {
    ends.push_back({held->sequence, held->head});
  }
  for (auto next = from;;) {
    const auto page = snapshot.aside(log, next, entries_at_once);
    for (const auto& entry : page) {
      if (entry.place.sequence != at) {
        close(entry.place.sequence);
        at = entry.place.sequence;
      }
      const auto header = protocol::HeaderView::parse(entry.header);
      assert(header.has_value());
      before.erase(header->previous_hash());
      here.insert(entry.place.hash);
    }
    if (page.size() < entries_at_once) break;
    next = page.back().place.sequence + 1;
  }
  close(0);
  std::ranges::sort(ends);
  return ends;
}

}  // namespace hansa::core
