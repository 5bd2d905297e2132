#pragma once
// A coordinator's node and nodes that want to join it, in one process: links are queues, tests move the
// clock.

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/charter_holder.h"
#include "core/node.h"
#include "memory_store.h"
#include "protocol/charter.h"
#include "protocol/keys.h"

namespace hansa::test {

/// A node with a store that survives restart().
class JoiningParty final : public core::LinkOut {
 public:
  JoiningParty(std::string name, protocol::SecretKey key, std::vector<std::string> addresses,
               std::uint64_t* clock);

  void restart();
  void restart_at(std::vector<std::string> addresses);
  /// For a node without a federation: the founding charter.
  void found(const protocol::Charter& charter);
  std::string card() const;

  void send(core::LinkId link, protocol::Bytes message) override {
    sent.emplace_back(link, std::move(message));
  }
  void close(core::LinkId link, core::LinkEnd why) override { closed.emplace_back(link, why); }

  using Closed = std::pair<core::LinkId, core::LinkEnd>;

  core::Node& operator*() { return *node; }
  core::Node* operator->() { return node.get(); }
  std::optional<core::Application> application() const { return core::application(*store->snapshot()); }
  /// What its application ended with; empty if it did not.
  std::string refusal() const;

  std::string name;
  protocol::SecretKey key;
  std::vector<std::string> addresses;
  protocol::PartnerId partner;
  core::CharterHolder charters;
  std::unique_ptr<MemoryStore> store;
  std::unique_ptr<core::Node> node;
  std::deque<std::pair<core::LinkId, protocol::Bytes>> sent;
  std::vector<Closed> closed;

 private:
  std::uint64_t* clock_;
};

/// A federation with one coordinator, and one who was not asked yet.
struct JoiningWorld {
  explicit JoiningWorld(std::uint64_t seed);

  protocol::SecretKey new_key() { return protocol::SecretKey::generate(entropy); }
  JoiningParty stranger(const std::string& name, std::vector<std::string> addresses = {});
  core::MadeInvitation invite(std::uint64_t days = 14);
  /// The next charter, with this node as a partner's of that role, in force at the inviter.
  void approve(const JoiningParty& party, protocol::PartnerRole role = protocol::PartnerRole::member);
  /// So many versions that change nothing.
  void age(std::size_t versions);
  void take(protocol::CharterBody body);

  /// `joiner` dials the inviter as its doorway says, and both speak until they are silent.
  void meet(JoiningParty& joiner);
  /// An ordinary link between two nodes of the federation, until they are silent.
  void link(JoiningParty& dialling, JoiningParty& accepting);

  std::uint64_t clock = 1'800'000'000'000;
  protocol::Entropy entropy;
  protocol::SecretKey signer;
  JoiningParty inviter;

 private:
  void carry(JoiningParty& one, JoiningParty& other, core::LinkId link);
  core::LinkId last_link_ = 0;
};

}  // namespace hansa::test
