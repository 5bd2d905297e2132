#pragma once
// Nodes in one process under one charter, on any store, with links that are queues and a clock that tests
// move.

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "core/charter_holder.h"
#include "core/node.h"
#include "protocol/charter.h"
#include "protocol/keys.h"
#include "store/catalogue.h"
#include "store/store.h"

namespace hansa::test {

using MakeStore = std::function<std::unique_ptr<store::Store>(store::PartnersOf)>;

/// A charter that lists these keys, each as the one node of a partner of its own. `adjust` may change the
/// body before it is signed.
protocol::Charter charter_of(const std::vector<protocol::PublicKey>& keys,
                             const std::function<void(protocol::CharterBody&)>& adjust = {});

/// One node with its store. What it sends waits in `sent`.
class CoreNode final : public core::LinkOut {
 public:
  CoreNode(protocol::SecretKey key, const protocol::Charter& charter, const MakeStore& make,
           std::uint64_t* clock);

  struct Sent {
    core::LinkId link = 0;
    protocol::Bytes bytes;
  };

  void send(core::LinkId link, protocol::Bytes message) override {
    sent.push_back({link, std::move(message)});
  }
  void close(core::LinkId link, core::LinkEnd reason) override { closed.push_back({link, reason}); }

  /// The process ends and starts again on the same store.
  void restart();

  /// Publishes a practice whose content is these bytes, and commits it.
  core::PublishOutcome publish(const std::string& content, core::PublishRequest request = {});
  /// Runs the background check until nothing is left to check.
  void check_everything();

  protocol::SecretKey key;
  core::CharterHolder charters;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<core::Node> node;
  core::EpochGuard* guard = nullptr;  ///< For restart().
  std::deque<Sent> sent;
  std::vector<std::pair<core::LinkId, core::LinkEnd>> closed;

 private:
  std::uint64_t* clock_;
  protocol::Entropy entropy_;
};

/// Links two nodes and carries what they send until both are silent.
void link_up(CoreNode& dialling, CoreNode& accepting, core::LinkId link);
void carry(const std::vector<CoreNode*>& nodes, std::uint64_t* clock);

}  // namespace hansa::test
