#pragma once
// What is remembered of each peer for display, also while there is no link. Decides nothing.

#include <map>
#include <optional>
#include <string>

#include "protocol/peer_view.h"
#include "protocol/sync.h"

namespace hansa::protocol {

class PeerBoard {
 public:
  struct Peer {
    PeerState state = PeerState::unlinked;
    std::uint64_t state_since_ms = 0;
    std::optional<std::uint64_t> last_contact_ms;
    std::optional<PeerError> last_error;
    std::optional<std::uint64_t> round_trip_ms;
    std::optional<std::int64_t> clock_offset_ms;
    std::string software;
    std::map<Hash, std::uint64_t> held;  ///< By log: payloads through here.
    std::uint64_t total = 0;             ///< Of the current stretch of catching up.
    std::uint64_t done = 0;
    bool catching_up = false;
  };

  Peer& peer(const PublicKey& node) { return peers_[node]; }
  const Peer* find(const PublicKey& node) const;
  void error(const PublicKey& node, Refusal code, std::map<std::string, std::string> params,
             std::uint64_t now_ms);
  void state(const PublicKey& node, PeerState state, std::uint64_t now_ms);
  /// Units (headers and payloads) that are outstanding now.
  void progress(const PublicKey& node, std::uint64_t outstanding);

 private:
  std::map<PublicKey, Peer> peers_;
};

}  // namespace hansa::protocol
