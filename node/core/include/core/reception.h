#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/charter_holder.h"
#include "core/charter_keeper.h"
#include "core/doorway.h"
#include "core/joining.h"
#include "protocol/guest_messages.h"
#include "protocol/keys.h"
#include "protocol/outcome.h"
#include "store/store.h"

namespace hansa::core {

/// The inviting end of joining: makes invitations, keeps who asked with them, and answers. It lets nobody in:
/// the next charter does. Owned by the core thread. Throws StoreBroken.
class Reception {
 public:
  /// All references outlive it.
  Reception(store::Store& store, const protocol::SecretKey& key, const CharterHolder& charters,
            const CharterKeeper& keeper, Doorway& doorway, protocol::Entropy entropy);

  /// One line for the one who is to join, valid until `expires_ms`. `address`: of this node's links. `by`:
  /// the user, at most invited_by_bytes_max bytes of it are kept.
  protocol::Outcome<MadeInvitation, JoinRefused> invite(std::uint64_t expires_ms, const std::string& address,
                                                        std::string_view by, std::uint64_t now_ms);
  /// Nobody can use it any more; who has used it is not affected.
  protocol::Outcome<protocol::Done, JoinRefused> withdraw(const protocol::InvitationId& id,
                                                          std::uint64_t now_ms);
  /// Tells this node no, whenever it asks.
  protocol::Outcome<protocol::Done, JoinRefused> refuse(const protocol::PublicKey& key);

  /// What the holder of `guest`'s key hears; its request is kept if there is one now.
  protocol::wire::JoinState answer(const protocol::PublicKey& guest, const std::string& address,
                                   const protocol::wire::Join& join, std::uint64_t now_ms);

  void knock(const protocol::PublicKey& key, const std::string& address, std::uint64_t now_ms);
  /// The newest first.
  std::vector<Knock> knocks() const { return {knocks_.begin(), knocks_.end()}; }

  /// Forgets what is long over.
  void tick(std::uint64_t now_ms);

 private:
  using Judged = protocol::Outcome<protocol::Done, JoinRefused>;
  MadeInvitation* find(const protocol::InvitationId& id);
  Judged judge(const protocol::PublicKey& guest, const std::string& address, const protocol::wire::Join& join,
               std::uint64_t now_ms);
  protocol::wire::JoinState approval(std::uint32_t charters_held) const;
  bool make_room(std::uint64_t now_ms);
  void forget(std::size_t index);
  void keep(const MadeInvitation& invitation);

  store::Store& store_;
  const protocol::SecretKey& key_;
  const CharterHolder& charters_;
  const CharterKeeper& keeper_;
  Doorway& doorway_;
  protocol::Entropy entropy_;
  std::vector<MadeInvitation> invitations_;  ///< the newest first
  std::deque<Knock> knocks_;
};

}  // namespace hansa::core
