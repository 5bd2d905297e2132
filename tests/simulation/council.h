#pragma once
// Those who sign the charter of a simulated federation, and what became of what they signed. Kept outside the
// nodes, as a signer's own memory is: no restore and no crash takes it back.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "chance.h"
#include "protocol/charter.h"
#include "protocol/charter_chain.h"

namespace hansa::simulation {

struct Signer {
  struct Vote {
    protocol::Hash body{};
    std::uint64_t at_ms = 0;
  };
  protocol::SecretKey key;
  bool is_honest = true;                ///< Signs one body a version, unless its operator releases it.
  std::map<std::uint32_t, Vote> votes;  ///< By version.
};

class Council {
 public:
  /// The reference holds.
  Signer& add(Chance& chance, bool is_honest);
  std::vector<const protocol::SecretKey*> keys() const;
  std::size_t size() const { return signers_.size(); }
  Signer& at(std::size_t index) { return *signers_[index]; }
  /// Null: a stranger.
  Signer* find(const protocol::PublicKey& key);
  /// Those of this version, as far as they are known.
  std::vector<Signer*> of(const protocol::CharterBody& body);

  /// Without a look at what was signed before.
  static protocol::SignedBy sign(Signer& signer, std::uint32_t version, const protocol::Hash& hash,
                                 std::uint64_t now_ms);
  /// No honest signer ever signs this body, and so no node may take it.
  void condemn(const protocol::Hash& body) { condemned_.insert(body); }
  bool condemns(const protocol::Hash& body) const { return condemned_.contains(body); }

 private:
  std::vector<std::unique_ptr<Signer>> signers_;
  std::set<protocol::Hash> condemned_;
};

/// Which versions of the charter nodes have held, and which of them became final for one.
class CharterHistory {
 public:
  /// A node holds this chain. The hashes that no node had held before.
  std::vector<protocol::Hash> seen(const protocol::CharterChain& chain);
  /// Of this version, the one that became final first anywhere, of those that follow the one of the version
  /// before.
  std::optional<protocol::Hash> settled(std::uint32_t version) const;
  /// Versions of which several were held,
  std::size_t siblings() const;
  /// and of which several became final: nodes of the two sides cannot come together by themselves.
  std::size_t splits() const;

 private:
  using Versions = std::map<std::uint32_t, std::vector<protocol::Hash>>;
  static std::size_t with_several(const Versions& versions);
  static bool add(Versions& versions, std::uint32_t version, const protocol::Hash& hash);
  Versions held_;
  Versions settled_;
  std::map<protocol::Hash, protocol::Hash> previous_;
};

}  // namespace hansa::simulation
