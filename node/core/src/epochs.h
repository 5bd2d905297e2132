#pragma once

#include <optional>
#include <set>
#include <vector>

#include "core/charter_holder.h"
#include "core/epoch_guard.h"
#include "core/status.h"
#include "protocol/chain.h"
#include "protocol/charter_chain.h"
#include "protocol/keys.h"
#include "store/store.h"

namespace hansa::core {

/// Which of its key's logs this node writes, and when it must begin another one. The newest log in the store
/// is not the answer: a copy of this node elsewhere writes logs under the same key. Owned by the core thread.
/// Throws StoreBroken, and what the guard throws.
class Epochs {
 public:
  /// A log that was begun: its declaration, synced.
  struct Begun {
    store::Committed committed;
    protocol::ChainedRun run;
    EpochReason why{};
  };

  /// `guard` null: nothing is remembered beside the store, which is taken to be what this node wrote last.
  Epochs(store::Store& store, const protocol::SecretKey& key, const CharterHolder& charters,
         EpochGuard* guard, protocol::Entropy entropy);

  /// The log to write; none: there is no charter, or it gives this node no right to write.
  const std::optional<protocol::Hash>& current() const { return current_; }
  /// Under the charter in force: begins a log if this node may write and has none to go on with. `pin`: the
  /// version below which this node never goes; remembered. `overrun`: so many of its logs are forked that no
  /// new one would count.
  std::optional<Begun> ensure(const protocol::CharterPin& pin, bool overrun, std::uint64_t now_ms);
  /// The host is to go no further back than to `pin`, which may be below what it remembers: the operator has
  /// decided for another charter, and a process that dies before that is done must not be bound to the old
  /// one.
  void let_go_to(const protocol::CharterPin& pin);
  /// The current log is not to be written any more: the next ensure() begins another.
  void leave(EpochReason why);
  /// The charter allows this key a further log.
  bool can_begin() const;
  /// The current log is in the store, synced, through `sequence`.
  void written(std::uint64_t sequence);

  /// Notices when somebody else writes under this node's key.
  void arrived(const std::vector<store::Arrival>& arrivals);
  /// What an operator should know.
  void tell(std::vector<Alarm>& alarms, std::uint64_t now_ms) const;

 private:
  void take_up(const protocol::Charter& charter);
  EpochReason judge(const EpochGuard::Kept& kept, const protocol::Hash& federation) const;
  std::optional<store::LogState> newest_own() const;
  std::size_t own_count() const;
  Begun begin(const protocol::Charter& charter, std::uint64_t now_ms);
  void go_on_with(const protocol::Hash& log);
  void look_at(const protocol::Hash& log, std::uint64_t sequence);

  store::Store& store_;
  const protocol::SecretKey& key_;
  const CharterHolder& charters_;
  EpochGuard* guard_;
  protocol::Entropy entropy_;
  bool taken_up_ = false;
  std::optional<protocol::Hash> current_;
  EpochReason why_next_ = EpochReason::first;
  HostMark mark_;                         ///< What the guard remembers, or is to remember.
  EpochReason why_ = EpochReason::first;  ///< Why the current log was begun.
  std::uint64_t epoch_ = 0;               ///< Its number.
  std::uint64_t began_ms_ = 0;
  std::optional<std::uint64_t> exhausted_ms_;  ///< Since when the charter allows no further log.
  std::set<protocol::Hash> others_logs_;       ///< Known to be of other keys.
  std::optional<Alarm> elsewhere_;
};

}  // namespace hansa::core
