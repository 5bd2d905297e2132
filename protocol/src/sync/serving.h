#pragma once
// Answering pulls, within the peer's credit: headers before payloads, in the order they were asked. For each
// link at most one batch and one block of payloads are in memory.

#include <map>
#include <vector>

#include "sync/header_pulls.h"
#include "sync/own_gate.h"
#include "sync/state.h"

namespace hansa::protocol {

class Serving {
 public:
  Serving(SyncState& state, OwnGate& gate, HeaderPulls& pulls) : s_(state), gate_(gate), pulls_(pulls) {}

  void pull(Session& session, const wire::Pull& pull);
  void pull_payloads(Session& session, const wire::PullPayloads& pull);
  /// Goes on as far as credit and store allow; after new credit, too.
  void serve(Session& session);
  void headers_read(StoreTicket ticket, const std::vector<Bytes>& headers);
  void payloads_read(StoreTicket ticket, std::vector<CarriedPayload> items, bool complete);

 private:
  void deny(Session& session, std::uint32_t ticket, wire::DenyReason reason);
  bool send_ready(Session& session);
  void start_headers(Session& session);
  void start_payloads(Session& session);
  void read_payloads(Session& session);
  void batch(Session& session, const wire::Pull& pull, const std::vector<Bytes>& headers);
  std::vector<Hash> held_logs(const wire::LogName& name) const;
  bool is_gated(const Session& session, const Hash& log) const;

  SyncState& s_;
  OwnGate& gate_;
  HeaderPulls& pulls_;
  std::map<StoreTicket, LinkId> reading_;
};

}  // namespace hansa::protocol
