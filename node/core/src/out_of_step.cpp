#include "out_of_step.h"

#include <algorithm>
#include <map>

namespace hansa::core {
namespace {

constexpr std::uint64_t look_every_ms = 1000;
constexpr std::uint64_t look_every_ms_per_log = 1;

using Since = std::optional<std::uint64_t>;

/// `before` goes on as long as it is so.
Since since_when(bool is_so, const Since& before, std::uint64_t now_ms) {
  return is_so ? Since(before.value_or(now_ms)) : std::nullopt;
}

}  // namespace

void OutOfStep::look(const store::Totals& totals, protocol::OwnLogState own_log, bool disk_low,
                     std::uint64_t now_ms) {
  const auto& before = *since_;
  const bool fetching_back = own_log == protocol::OwnLogState::fetching_back;
  const Since low = since_when(disk_low, before.disk_low, now_ms);
  const Since back = since_when(fetching_back, before.fetching_back, now_ms);
  const Since unchecked = since_when(totals.unchecked_entries > 0, before.unchecked, now_ms);
  const Since missing = since_when(totals.missing_payloads > 0, before.payloads_missing, now_ms);
  if (low == before.disk_low && back == before.fetching_back && unchecked == before.unchecked &&
      missing == before.payloads_missing)
    return;
  since_ = std::make_shared<const OutOfStepSince>(OutOfStepSince{low, back, unchecked, missing, before.logs});
}

void OutOfStep::look_at_logs(const store::Snapshot& snapshot, const std::vector<protocol::PeerView>& peers,
                             std::uint64_t now_ms) {
  std::map<protocol::Hash, std::uint64_t> elsewhere;
  for (const auto& peer : peers)
    for (const auto& held : peer.held) {
      auto& through = elsewhere[held.log];
      through = std::max(through, held.through);
    }
  const auto logs = snapshot.logs();
  std::map<protocol::Hash, LogSince> found;
  for (const auto& log : logs) {
    const auto known = since_->logs.find(log.log);
    const auto before = known == since_->logs.end() ? LogSince{} : known->second;
    const auto held = elsewhere.find(log.log);
    const LogSince now{
        since_when(held != elsewhere.end() && held->second > log.sequence, before.behind, now_ms),
        since_when(log.checked_sequence < log.sequence, before.unchecked, now_ms),
        since_when(log.payloads_through < log.sequence, before.payloads_missing, now_ms)};
    if (now != LogSince{}) found.emplace(log.log, now);
  }
  logs_looked_ms_ = now_ms;
  logs_due_ms_ = now_ms + look_every_ms + look_every_ms_per_log * logs.size();
  if (found == since_->logs) return;
  auto next = std::make_shared<OutOfStepSince>(*since_);
  next->logs = std::move(found);
  since_ = std::move(next);
}

}  // namespace hansa::core
