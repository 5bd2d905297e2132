#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/charter_holder.h"
#include "core/counting.h"
#include "core/status.h"
#include "holds.h"
#include "protocol/fork.h"
#include "store/store.h"

namespace hansa::core {

/// The proof set: bytes that prove themselves and act however they came. Kept as settings. What it holds is a
/// function of all proofs that were ever taken, not of their order. Evidence of forks is kept here, holds in
/// a set of their own. Owned by the core thread. Throws StoreBroken.
class Proofs {
 public:
  /// Of the forked logs of one key those with the lowest ids are kept, and so of all: a key that forks log
  /// after log must not fill the set. A key of which so many are kept is overrun: see Forks.
  static constexpr std::size_t forks_per_key_max = 16;
  static constexpr std::size_t forks_max = 200;

  /// Reads what was kept.
  Proofs(store::Store& store, const CharterHolder& charters);

  /// Whether the set changed by these bytes. Refusals: of read_fork(), but for a layout or kind that this
  /// program does not know, which is left alone like evidence about a key that the charter does not list.
  protocol::Outcome<bool> take(protocol::ByteView bytes, std::uint64_t now_ms);
  /// A hold or release that an operator of this node gives. Refusals: of read_hold().
  protocol::Outcome<HoldTaken> take_own_hold(protocol::ByteView bytes);
  /// Evidence of the fork of a log of which one branch is held and another lies aside, unless it is this
  /// node's own affair (parted_logs.h).
  void take_fork_aside(const protocol::Hash& log, std::uint64_t now_ms);
  /// The same for every log of which something lies aside: what a crash left to be done.
  void take_forks_aside(std::uint64_t now_ms);
  /// Forgets what ended with the charter before.
  void charter_changed() { holds_.charter_changed(); }
  const Holds& holds() const { return holds_; }
  /// Whether it changed since the last call.
  bool take_changed() { return std::exchange(changed_, false); }

  /// The forks ascending by log, then the holds.
  std::vector<protocol::Bytes> all() const;
  /// Where each forked log parts, and whose keys are overrun.
  Forks forks() const;
  /// Looks up where the branches of each forked log end, for tell(). Reads what is held and lies aside of
  /// them.
  void find_branches();
  void tell(std::vector<Alarm>& alarms) const;

 private:
  struct Kept {
    protocol::ForkEvidence evidence;
    std::uint64_t since_ms = 0;
    std::vector<store::EntryPlace> branches{};  ///< where those end that are held or lie aside
  };
  protocol::Outcome<bool> take_fork(protocol::ByteView bytes, std::uint64_t now_ms);
  protocol::Outcome<bool> take_hold(protocol::ByteView bytes);
  bool has_room(const protocol::ForkEvidence& evidence) const;
  void trim();
  void forget(const protocol::Hash& log);

  store::Store& store_;
  const CharterHolder& charters_;
  std::map<protocol::Hash, Kept> forks_;
  Holds holds_;
  bool changed_ = false;
};

}  // namespace hansa::core
