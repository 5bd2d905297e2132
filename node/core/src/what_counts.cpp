#include "what_counts.h"

#include <algorithm>
#include <cassert>
#include <tuple>

#include "aside_branch.h"
#include "cut_places.h"
#include "parted_logs.h"
#include "protocol/entry.h"
#include "protocol/wire.h"

namespace hansa::core {

using protocol::Bytes;
using protocol::Hash;

namespace {

constexpr std::size_t entries_at_once = 512;
/// By which rule the store last found whose revisions are whose: who succeeds whom. Absent: nobody.
constexpr std::string_view successions_setting = "counting/successions";

Bytes successions_of(const protocol::Charter& charter) {
  std::vector<std::pair<protocol::PartnerId, protocol::PartnerId>> pairs;
  for (const auto& partner : charter.body().partners)
    for (const auto& before : partner.successor_of) pairs.emplace_back(partner.id, before);
  std::sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first.bytes, a.second.bytes) < std::tie(b.first.bytes, b.second.bytes);
  });
  Bytes bytes;
  for (const auto& [partner, before] : pairs)
    for (const auto* id : {&partner, &before}) bytes.insert(bytes.end(), id->bytes.begin(), id->bytes.end());
  return bytes;
}

}  // namespace

std::vector<store::Committed> WhatCounts::apply(std::uint64_t now_ms) {
  std::vector<store::Committed> committed;
  set_aside(committed, now_ms);
  judge_authorship(committed, now_ms);
  take_back(now_ms);
  return committed;
}

void WhatCounts::set_aside(std::vector<store::Committed>& committed, std::uint64_t now_ms) {
  const auto charter = charters_.get();
  const auto snapshot = store_.snapshot();
  const auto logs = declared_logs(*snapshot);
  for (const auto& state : snapshot->logs()) {
    const DeclaredLog log{state.log, state.author, state.epoch};
    const auto reach = reach_of(*charter, forks_, log, rank_of(*charter, forks_, log, logs));
    const auto first = first_not_counting(*snapshot, state, reach);
    if (first <= state.sequence) committed.push_back(store_.set_aside(state.log, first, now_ms));
  }
}

void WhatCounts::judge_authorship(std::vector<store::Committed>& committed, std::uint64_t now_ms) {
  const auto successions = successions_of(*charters_.get());
  if (store_.snapshot()->setting(successions_setting).value_or(Bytes{}) == successions) return;
  committed.push_back(store_.authorship_changed(now_ms));
  if (successions.empty())
    store_.erase_setting(successions_setting);
  else
    store_.put_setting(successions_setting, successions);
}

void WhatCounts::take_back(std::uint64_t now_ms) {
  std::vector<DeclaredLog> logs;
  const auto snapshot = store_.snapshot();
  for (const auto& id : snapshot->aside_logs()) {
    // Our own branch, of which the peers have another: it moves to another log.
    const auto parted = parted_log(*snapshot, id);
    if (parted && parted->is_aside) continue;
    if (const auto log = declared_log(*snapshot, id)) logs.push_back(*log);
  }
  // In the order in which a key's logs rank, so that none is taken back only to make room for another.
  std::sort(logs.begin(), logs.end(), [](const DeclaredLog& a, const DeclaredLog& b) {
    return std::tie(a.epoch, a.log) < std::tie(b.epoch, b.log);
  });
  for (const auto& log : logs) take_back(log, now_ms);
}

void WhatCounts::take_back(const DeclaredLog& log, std::uint64_t now_ms) {
  const auto snapshot = store_.snapshot();
  const auto charter = charters_.get();
  const auto rank = rank_of(*charter, forks_, log, declared_logs(*snapshot));
  const auto reach = reach_of(*charter, forks_, log, rank);
  const auto branch = branch_aside(*snapshot, log.log, reach);
  const auto held = snapshot->log(log.log);
  const auto before = held ? held->sequence : 0;
  protocol::AdmitHeaders deed;
  deed.log = log.log;
  deed.claimed_sequence = before + branch.size();
  if (!branch.empty()) deed.claimed_hash = protocol::wire::prefix_of(branch.back());
  for (std::size_t done = 0; done < branch.size();) {
    deed.from = before + done + 1;
    deed.headers.clear();
    for (std::size_t in_run = 0; in_run < entries_at_once && done < branch.size(); ++in_run, ++done) {
      const auto entry = entry_aside(*snapshot, log.log, {before + done + 1, branch[done]});
      assert(entry);
      deed.headers.insert(deed.headers.end(), entry->header.begin(), entry->header.end());
    }
    // A limit may end it.
    const auto outcome = admission_.admit(deed, now_ms);
    if (!outcome.state || outcome.state->sequence != before + done) return;
  }
}

}  // namespace hansa::core
