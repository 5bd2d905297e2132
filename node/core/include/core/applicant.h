#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/charter_holder.h"
#include "core/doorway.h"
#include "core/joining.h"
#include "protocol/charter.h"
#include "protocol/guest_messages.h"
#include "protocol/keys.h"
#include "protocol/outcome.h"
#include "store/store.h"

namespace hansa::core {

/// The joining end: keeps the invitation, asks with it, and judges the charter that comes back. It survives a
/// restart. Owned by the core thread. Throws StoreBroken.
class Applicant {
 public:
  /// All references outlive it. `card`: this node's card line, asked for at each question.
  Applicant(store::Store& store, const protocol::SecretKey& key, const CharterHolder& charters,
            Doorway& doorway, std::function<std::string()> card, protocol::Entropy entropy);

  /// Begins to ask, or goes on asking with the same line; another line takes the place of the one before.
  protocol::Outcome<protocol::Done, JoinRefused> start(std::string_view line, std::uint64_t now_ms);
  /// Asks no more.
  protocol::Outcome<protocol::Done, JoinRefused> give_up();
  const std::optional<Application>& application() const { return application_; }

  /// For the inviter, on a new link. None: this node does not ask.
  std::optional<protocol::wire::Join> first_question();
  struct Heard {
    std::optional<protocol::wire::Join> ask;  ///< at once, on the same link: more of the chain is to come
    /// The whole chain, once it was found good: pinned by the invitation, and listing this node.
    std::vector<protocol::Bytes> charters;
  };
  /// `asked`: the invitation that the question named; an answer to another one than the present says nothing.
  Heard take(const protocol::wire::JoinState& answer, const protocol::InvitationId& asked,
             std::uint64_t now_ms);
  /// This node is in a federation: there is nothing left to ask.
  void arrived();

 private:
  protocol::wire::Join question() const;
  Heard refuse(JoinRefused why, std::uint64_t now_ms);
  std::optional<JoinRefused> extend(const std::vector<protocol::Bytes>& charters);
  std::optional<JoinRefused> fault_of_chain() const;
  void enter(Application::State state, std::string reason, std::uint64_t now_ms);
  void show() const;

  store::Store& store_;
  const protocol::SecretKey& key_;
  const CharterHolder& charters_;
  Doorway& doorway_;
  std::function<std::string()> card_;
  protocol::Entropy entropy_;
  std::optional<Application> application_;
  std::vector<protocol::Charter> chain_;  ///< of the answers on this link
};

}  // namespace hansa::core
