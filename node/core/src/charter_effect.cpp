// What a charter that is proposed would take out of the catalogue.

#include <set>

#include "core/charter_draft.h"
#include "core/counting.h"
#include "core/stops_counting.h"
#include "protocol/entry.h"

namespace hansa::core {
namespace {

using namespace protocol;

constexpr std::size_t headers_at_once = 1024;

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

}  // namespace

std::vector<LostEntries> stops_counting(const store::Snapshot& snapshot, const Charter& proposed) {
  std::vector<LostEntries> lost;
  const Forks forks;
  const auto logs = declared_logs(snapshot);
  for (const auto& log : snapshot.logs()) {
    const DeclaredLog declared{log.log, log.author, log.epoch};
    const auto reach = reach_of(proposed, forks, declared, rank_of(proposed, forks, declared, logs));
    const auto first = first_not_counting(snapshot, log, reach);
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

ShownLost StopsCounting::of(const ShownProposal& shown, const store::Snapshot& snapshot) {
  const auto& proposal = *shown.proposal;
  if (proposal.state != CharterProposal::State::open || !shown.before) return nullptr;
  const auto totals = snapshot.totals();
  const Held held{totals.last_arrival, totals.entries, totals.entries_aside};
  {
    const std::lock_guard lock(mutex_);
    if (held_ != held || known_.size() >= open_proposals_max) known_.clear();
    held_ = held;
    if (const auto known = known_.find(proposal.hash); known != known_.end()) return known->second;
  }
  const auto imagined = imagine_charter(proposal.body_bytes, *shown.before);
  if (!imagined) return nullptr;
  auto lost = std::make_shared<const std::vector<LostEntries>>(stops_counting(snapshot, *imagined));
  const std::lock_guard lock(mutex_);
  if (held_ == held) known_.insert_or_assign(proposal.hash, lost);
  return lost;
}

}  // namespace hansa::core
