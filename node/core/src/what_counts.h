#pragma once

#include <optional>
#include <vector>

#include "admission.h"
#include "coming_back.h"
#include "core/charter_holder.h"
#include "core/counting.h"
#include "store/store.h"

namespace hansa::core {

/// Makes the store hold what counts, no more and no less, when what counts has changed: sets aside what does
/// not count any more, finds anew whose revisions are whose, and takes back what lies aside and counts again.
/// Owned by the core thread. Throws StoreBroken.
class WhatCounts {
 public:
  WhatCounts(store::Store& store, const CharterHolder& charters, const Forks& forks, Admission& admission)
      : store_(store), charters_(charters), forks_(forks), admission_(admission) {}

  /// Under the charter in force. Whatever of it a crash undoes, the next call does again. What it took back
  /// is among the admission's committed.
  std::vector<store::Committed> apply(std::uint64_t now_ms);

 private:
  void set_aside(std::vector<store::Committed>& committed, std::uint64_t now_ms);
  void judge_authorship(std::vector<store::Committed>& committed, std::uint64_t now_ms);
  void take_back(std::uint64_t now_ms);
  void take_back(const store::Snapshot& snapshot, const ComingBack& back, std::uint64_t now_ms);

  store::Store& store_;
  const CharterHolder& charters_;
  const Forks& forks_;
  Admission& admission_;
};

}  // namespace hansa::core
