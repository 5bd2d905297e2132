#pragma once
// News: own entries pushed to the peers, relayed ones announced, and how far payloads are held.

#include "sync/admissions.h"
#include "sync/early_pushes.h"
#include "sync/own_gate.h"
#include "sync/state.h"

namespace hansa::protocol {

class Live {
 public:
  Live(SyncState& state, OwnGate& gate, Admissions& admissions, EarlyPushes& early)
      : s_(state), gate_(gate), admissions_(admissions), early_(early) {}

  void published(const std::vector<OwnEntry>& entries, const HeldHead& state);
  void push(Session& session, wire::Push push, std::uint64_t bytes);
  void announce(Session& session, const wire::Announce& announce);
  void held(Session& session, const wire::Held& held);
  /// Sends announcements and `held` rows when it is time.
  void flush();

 private:
  void push_to(Session& session, const std::vector<OwnEntry>& entries, std::uint64_t from, const Hash& log);
  void flush_announcements();
  void flush_held();

  SyncState& s_;
  OwnGate& gate_;
  Admissions& admissions_;
  EarlyPushes& early_;
  std::uint64_t announced_ms_ = 0;
  std::uint64_t held_ms_ = 0;
};

}  // namespace hansa::protocol
