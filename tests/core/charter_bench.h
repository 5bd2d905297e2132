#pragma once
// A federation of nodes in one process whose charter changes: three signers, two of whom must sign.

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core_bench.h"
#include "memory_store.h"
#include "protocol/charter.h"

namespace hansa::test {

/// What became of the last of them: how it was taken, or why not.
std::string said(const core::ChartersTaken& taken);
/// The version behind this one, with the same content.
protocol::CharterBody next_of(protocol::CharterBody body);

class CharterWorld {
 public:
  explicit CharterWorld(std::uint64_t seed, std::size_t nodes = 3);

  /// The next version of the charter that node 0 holds, unchanged but for its nonce.
  protocol::CharterBody next_body() const;
  static protocol::Bytes encode(const protocol::CharterBody& body);
  protocol::SignedBy sign(const protocol::Bytes& body, std::size_t signer) const;
  /// `body` signed by these signers.
  protocol::Bytes charter(const protocol::CharterBody& body, const std::vector<std::size_t>& by) const;

  /// Publishes a control entry at a node and commits it.
  core::PublishOutcome publish(std::size_t node, protocol::EntryKind kind, protocol::Bytes content);
  core::PublishOutcome propose(std::size_t node, const protocol::Bytes& body);
  core::PublishOutcome approve(std::size_t node, const protocol::Bytes& body, std::size_t signer);

  /// Links every two nodes that are not linked and carries until all are silent.
  void settle();
  /// The same, for these two alone: once, and without ending the link that they have.
  void settle(std::size_t a, std::size_t b);
  void unlink_all();
  /// Its process ends and starts again on the same store.
  void restart(std::size_t node);

  CoreNode& operator[](std::size_t node) { return *nodes_[node]; }
  const core::CharterKeeper& keeper(std::size_t node) { return nodes_[node]->node->charter_keeper(); }
  std::uint32_t version(std::size_t node) { return nodes_[node]->charters.get()->version(); }

  std::uint64_t clock = 1'800'000'000'000;
  protocol::Entropy entropy;
  std::vector<protocol::SecretKey> signers;

 private:
  void link(std::size_t a, std::size_t b);
  bool is_linked(std::size_t a, std::size_t b) const;
  void unlink_all_but(std::optional<std::pair<std::size_t, std::size_t>> kept);
  void carry();
  bool carry_once();
  void end_closed();

  std::vector<std::unique_ptr<CoreNode>> nodes_;
  std::map<core::LinkId, std::pair<std::size_t, std::size_t>> links_;
  core::LinkId last_link_ = 0;
};

}  // namespace hansa::test
