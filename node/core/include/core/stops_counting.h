#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <vector>

#include "core/charter_draft.h"
#include "core/charter_keeper.h"

namespace hansa::core {

using ShownLost = std::shared_ptr<const std::vector<LostEntries>>;

/// What proposals would take out of the catalogue, worked out once for each as long as the store holds the
/// same entries: that reads every header that would be lost. Remembers at most open_proposals_max. Any
/// thread; two that ask at once may both work it out.
class StopsCounting {
 public:
  /// Null if the proposal is not open, or does not follow what is held.
  ShownLost of(const ShownProposal& shown, const store::Snapshot& snapshot);

 private:
  /// Arrivals, entries and entries aside tell of every change but of entries that come and go unchecked.
  using Held = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>;

  std::mutex mutex_;
  Held held_;
  std::map<protocol::Hash, ShownLost> known_;  ///< by proposal: it names the charter that it follows
};

}  // namespace hansa::core
