#pragma once
// The proof set on links: what a peer lacks of it is sent to it, what it sends is judged by the core. A set
// of at most proofs_max small elements, so nothing is asked for: each side sends.

#include <map>
#include <vector>

#include "sync/state.h"

namespace hansa::protocol {

class Proofs {
 public:
  explicit Proofs(SyncState& state) : s_(state) {}

  void set(const std::vector<Bytes>& proofs);
  /// The link has opened; `agrees`: the peer's digest is the one of our hello.
  void opened(Session& session, bool agrees);
  void proof(Session& session, wire::Proof proof);
  void admitted(StoreTicket ticket, std::optional<Refusal> refusal);

 private:
  void send_missing(Session& session);

  SyncState& s_;
  std::map<StoreTicket, LinkId> admitting_;
};

}  // namespace hansa::protocol
