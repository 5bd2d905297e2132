#include "sync/peer_board.h"

#include <algorithm>
#include <cassert>

namespace hansa::protocol {

std::string_view name(PeerState state) {
  switch (state) {
    case PeerState::unlinked:
      return "unlinked";
    case PeerState::connecting:
      return "connecting";
    case PeerState::handshaking:
      return "handshaking";
    case PeerState::catching_up:
      return "catching_up";
    case PeerState::live:
      return "live";
    case PeerState::waiting_retry:
      return "waiting_retry";
    case PeerState::refused:
      return "refused";
    case PeerState::stopped:
      return "stopped";
  }
  assert(false && "not a PeerState");
  return "unlinked";
}

const PeerBoard::Peer* PeerBoard::find(const PublicKey& node) const {
  const auto at = peers_.find(node);
  return at == peers_.end() ? nullptr : &at->second;
}

void PeerBoard::error(const PublicKey& node, Refusal code, std::map<std::string, std::string> params,
                      std::uint64_t now_ms) {
  peers_[node].last_error = PeerError{code, std::move(params), now_ms};
}

void PeerBoard::state(const PublicKey& node, PeerState state, std::uint64_t now_ms) {
  Peer& peer = peers_[node];
  if (peer.state == state) return;
  peer.state = state;
  peer.state_since_ms = now_ms;
}

void PeerBoard::progress(const PublicKey& node, std::uint64_t outstanding) {
  Peer& peer = peers_[node];
  if (outstanding > 0 && !peer.catching_up) peer.total = peer.done = 0;
  peer.catching_up = outstanding > 0;
  // More turned out to be missing: the total grows, what is done stays done.
  peer.total = std::max(peer.total, peer.done + outstanding);
  peer.done = peer.total - outstanding;
}

}  // namespace hansa::protocol
