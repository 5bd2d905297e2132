#pragma once
// How a link begins: hellos cross, and each side tells the heads of the buckets that differ.

#include "sync/charter_exchange.h"
#include "sync/own_gate.h"
#include "sync/proofs.h"
#include "sync/state.h"

namespace hansa::protocol {

class Greeting {
 public:
  Greeting(SyncState& state, OwnGate& gate, CharterExchange& charters, Proofs& proofs)
      : s_(state), gate_(gate), charters_(charters), proofs_(proofs) {}

  /// The initiator speaks first.
  void link_up(Session& session);
  void hello(Session& session, const wire::Hello& hello);
  void statement(Session& session, const wire::Statement& statement);
  void heads(Session& session, const wire::Heads& heads);

 private:
  void send_hello(Session& session, const wire::Hello* theirs);
  std::optional<Head> head_of_peers_log(const Session& session, const wire::Hello* theirs) const;
  std::optional<Refusal> judge(const Session& session, const wire::Hello& hello) const;
  void open(Session& session, const wire::Hello& hello);
  void take_claims(Session& session, const wire::Hello& hello);
  void send_heads(Session& session, std::uint32_t mask);
  void send_statement(Session& session, const Hash& log);
  void send_held(Session& session);

  SyncState& s_;
  OwnGate& gate_;
  CharterExchange& charters_;
  Proofs& proofs_;
};

}  // namespace hansa::protocol
