#pragma once
// The proof set on links: what a peer lacks of it is sent to it, what it sends is judged by the core. A set
// of at most proofs_max small elements, so nothing is asked for: each side sends. Whoever may sign can say
// something new without end; a peer is sent the latest about a subject, and that at most every
// proof_pace_ms, so that nobody makes those who pass it on exceed a limit.

#include <map>
#include <vector>

#include "sync/session.h"
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
  /// What waited and may go now.
  void tick(Session& session);

 private:
  /// Of one peer, over all its links: whoever comes anew has no more to say, and is sent no more.
  struct Pace {
    explicit Pace(std::uint64_t now_ms)
        : sending(proofs_sent_per_minute, now_ms), taking(proofs_taken_per_minute, now_ms) {}
    MinuteBudget sending;
    MinuteBudget taking;
  };
  Pace& pace(const PublicKey& peer);
  void send_missing(Session& session);
  void forget_replaced(ProofTalk& talk);

  SyncState& s_;
  std::map<PublicKey, Pace> paces_;
  std::map<StoreTicket, LinkId> admitting_;
};

}  // namespace hansa::protocol
