#include "what_counts.h"

#include <algorithm>
#include <cassert>
#include <tuple>

#include "aside_branch.h"
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
  for (const auto& held : what_stays(*store_.snapshot(), *charters_.get(), forks_))
    if (held.through < held.log.sequence)
      committed.push_back(store_.set_aside(held.log.log, held.through + 1, now_ms));
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
  const auto snapshot = store_.snapshot();
  const auto charter = charters_.get();
  const auto held = what_stays(*snapshot, *charter, forks_);
  for (const auto& back : what_comes_back(*snapshot, *charter, forks_, held))
    take_back(*snapshot, back, now_ms);
}

void WhatCounts::take_back(const store::Snapshot& snapshot, const ComingBack& back, std::uint64_t now_ms) {
  const auto before = back.behind.sequence;
  protocol::AdmitHeaders deed;
  deed.log = back.log.log;
  deed.claimed_sequence = before + back.branch.size();
  deed.claimed_hash = protocol::wire::prefix_of(back.branch.back());
  for (std::size_t done = 0; done < back.branch.size();) {
    deed.from = before + done + 1;
    deed.headers.clear();
    for (std::size_t in_run = 0; in_run < entries_at_once && done < back.branch.size(); ++in_run, ++done) {
      const auto entry = entry_aside(snapshot, deed.log, {before + done + 1, back.branch[done]});
      assert(entry);
      deed.headers.insert(deed.headers.end(), entry->header.begin(), entry->header.end());
    }
    const auto outcome = admission_.admit(deed, now_ms);
    if (!outcome.state || outcome.state->sequence != before + done) return;
  }
}

}  // namespace hansa::core
