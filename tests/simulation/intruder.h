#pragma once
// A node of the federation that keeps no rules: its key stands in the charter, and it speaks wire messages by
// itself. It offers charters that nobody should take, and entries that others' keys signed. Bytes go in,
// bytes come out.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/link_port.h"
#include "forger.h"
#include "protocol/charter.h"
#include "protocol/keys.h"
#include "protocol/wire.h"

namespace hansa::simulation {

/// A log's entries from the first on, one after the other, as far as the intruder has them.
using Loot = std::map<protocol::Hash, std::vector<protocol::Bytes>>;

class Intruder {
 public:
  explicit Intruder(protocol::SecretKey key) : key_(std::move(key)) {}
  const protocol::PublicKey& key() const { return key_.public_key(); }

  /// It has dialled: says hello, and will tell this lie.
  void link_up(core::LinkId link, const protocol::PublicKey& peer, const protocol::Charter& peers, Lie lie);
  /// The same, with the peer's own charter, and what it has stolen.
  void link_up(core::LinkId link, const protocol::PublicKey& peer, const protocol::Charter& peers, Loot loot);
  void hear(core::LinkId link, protocol::ByteView bytes);
  void link_down(core::LinkId link) { talks_.erase(link); }
  std::vector<std::pair<core::LinkId, protocol::Bytes>> take_said() { return std::exchange(said_, {}); }

  /// A message of forged charters alone.
  bool is_forgery(const protocol::Bytes& message) const { return forgeries_.contains(message); }

 private:
  struct Talk {
    Lie lie;
    Loot loot;
    bool has_heard = false;
    int lists = 0;  ///< Sent already.
  };
  void greet(core::LinkId link, const protocol::PublicKey& peer, const protocol::Charter& peers, Talk talk);
  void say(core::LinkId link, const protocol::wire::Message& message);
  void tell(core::LinkId link, Talk& talk);
  void answer(core::LinkId link, const Talk& talk, const protocol::wire::Pull& pull);

  protocol::SecretKey key_;
  std::map<core::LinkId, Talk> talks_;
  std::vector<std::pair<core::LinkId, protocol::Bytes>> said_;
  std::set<protocol::Bytes> forgeries_;
};

}  // namespace hansa::simulation
