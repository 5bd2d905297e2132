#pragma once
// The engine's inside: who is asked what when something comes in.

#include "sync/admissions.h"
#include "sync/bisect.h"
#include "sync/charter_exchange.h"
#include "sync/early_pushes.h"
#include "sync/greeting.h"
#include "sync/header_pulls.h"
#include "sync/live.h"
#include "sync/own_gate.h"
#include "sync/payload_pulls.h"
#include "sync/proofs.h"
#include "sync/serving.h"
#include "sync/state.h"

namespace hansa::protocol {

class SyncEngine::Core {
 public:
  Core(SyncTerms terms, const SecretKey& key, std::uint64_t now_ms);

  void load(const std::vector<HeldHead>& logs, const std::vector<EntryRange>& missing, bool missing_complete);
  void add_missing(const std::vector<EntryRange>& missing, bool complete);
  void set_own_log(const HeldHead& log);
  void close_all(Refusal why);

  void link_up(LinkId link, const PublicKey& peer, LinkRole role, std::uint16_t version);
  void link_down(LinkId link);
  void message(LinkId link, ByteView bytes);
  void tick();
  void headers_read(StoreTicket ticket, const std::vector<Bytes>& headers);
  void missing_read(StoreTicket ticket, const std::vector<EntryRange>& missing, bool complete);

  /// Every input ends with this: what it made possible is done.
  void settle();
  void at(std::uint64_t now_ms) { state.now_ms = std::max(state.now_ms, now_ms); }

  std::vector<PeerView> views();
  std::size_t holders(const Hash& log, std::uint64_t sequence) const;

  SyncState state;
  OwnGate gate;
  Bisect bisect;
  HeaderPulls pulls;
  Admissions admissions;
  CharterExchange charters;
  Proofs proofs;
  Greeting greeting;
  PayloadPulls payload_pulls;
  Serving serving;
  EarlyPushes early;
  Live live;

 private:
  void dispatch(Session& session, wire::Message message, std::uint64_t bytes);
  static bool has_place(const Session& session, const wire::Message& message);
  bool take_credit(Session& session, std::uint64_t bytes);
  void credit(Session& session, const wire::Credit& credit);
  void pong(Session& session, const wire::Pong& pong);
  void closed_by_peer(Session& session, const wire::Close& close);
  void drop(LinkId link, Parting why);
  void watch(Session& session);
  void stalled(Session& session);
  PeerView view(const PublicKey& node);

  std::optional<StoreTicket> missing_ticket_;
  std::uint64_t retried_absent_ms_ = 0;
};

}  // namespace hansa::protocol
