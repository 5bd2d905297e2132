#pragma once

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "core/charter_holder.h"
#include "core/held_nodes.h"
#include "core/status.h"
#include "protocol/hold.h"
#include "store/store.h"

namespace hansa::core {

/// What the operators of all nodes are told of a hold.
Alarm alarm_of(const protocol::Hold& hold, const protocol::Charter* charter);

/// What the signers of the charter in force say about node keys: holds and their releases, the part of the
/// proof set that ends with a charter version. Kept as settings. What it holds is a function of all that was
/// ever taken under this version, not of the order. Owned by the core thread. Throws StoreBroken.
class Holds {
 public:
  /// Reads what was kept.
  Holds(store::Store& store, const CharterHolder& charters);

  /// Refusals: of read_hold().
  protocol::Outcome<HoldTaken> take(protocol::ByteView bytes);
  /// The same for one that an operator of this node gives: no other is to make room for it.
  protocol::Outcome<HoldTaken> take_own(protocol::ByteView bytes);
  /// Forgets what is not of the charter in force.
  void charter_changed();

  /// Ascending by signer, then by node key.
  std::vector<protocol::Bytes> all() const;
  /// Those that act.
  std::shared_ptr<const std::vector<HeldNode>> acting() const { return acting_; }
  void tell(std::vector<Alarm>& alarms) const;

 private:
  struct Kept {
    protocol::Hold hold;
    protocol::Bytes bytes;
  };
  using Key = std::pair<protocol::PublicKey, protocol::PublicKey>;  ///< signer, node

  HoldTaken judge(const protocol::Hold& hold, protocol::ByteView bytes) const;
  void trim(const protocol::PublicKey& signer);
  void forget(const Key& key);
  void show();

  store::Store& store_;
  const CharterHolder& charters_;
  std::map<Key, Kept> kept_;
  std::shared_ptr<const std::vector<HeldNode>> acting_ = std::make_shared<std::vector<HeldNode>>();
};

}  // namespace hansa::core
