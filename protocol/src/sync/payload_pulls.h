#pragma once
// Asking for payloads: a set of their own, from any peer that holds them, and only after the headers that the
// asked peer states of that partner's logs are here, so that an erasure is known before what it erased could
// arrive.

#include <optional>
#include <set>
#include <vector>

#include "sync/header_pulls.h"
#include "sync/state.h"

namespace hansa::protocol {

class PayloadPulls {
 public:
  PayloadPulls(SyncState& state, const HeaderPulls& headers) : s_(state), headers_(headers) {}

  void schedule();
  /// Payloads that answer a question of this session; finish_bulk() was called unless some are returned.
  std::vector<CarriedPayload> payloads(Session& session, wire::Payloads payloads, std::uint64_t bytes);
  /// False if the ticket is not one of ours.
  bool deny(Session& session, const wire::Deny& deny);
  /// Drops all questions of a session; how many there were.
  std::size_t abandon(Session& session);
  /// Peers are asked again for what they did not deliver before.
  void retry_absent();

 private:
  /// How sure we are that a peer holds a payload.
  enum class Hope : std::uint8_t { none, guess, known };
  Hope hope(const Session& session, const KnownLog& log, std::uint64_t sequence) const;
  bool someone_knows(const KnownLog& log, std::uint64_t sequence) const;
  bool headers_first(const Session& session, const KnownLog& log) const;
  bool ask(Session& session);
  void collect(const Session& session, KnownLog& log, std::uint64_t& room,
               std::vector<EntryRange>& ranges) const;
  void collect_early(const Session& session, std::uint64_t& room, std::vector<EntryRange>& ranges) const;
  void end(Session& session, const PayloadPull& pull);

  SyncState& s_;
  const HeaderPulls& headers_;
};

}  // namespace hansa::protocol
