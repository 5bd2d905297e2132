#pragma once
// What is with the store: runs, live entries and payloads that were handed over, and what became of them.

#include <map>
#include <vector>

#include "sync/header_pulls.h"
#include "sync/state.h"

namespace hansa::protocol {

class Admissions {
 public:
  Admissions(SyncState& state, OwnGate& gate, HeaderPulls& pulls) : s_(state), gate_(gate), pulls_(pulls) {}

  void submit(Session& session, HeaderPulls::Arrived arrived, std::uint64_t bytes);
  void submit_live(Session& session, const Hash& log, std::uint64_t sequence, wire::Push push,
                   std::uint64_t bytes);
  void submit_payloads(Session& session, std::vector<CarriedPayload> items, std::uint64_t bytes);

  void headers_admitted(StoreTicket ticket, const HeadersAdmitted& outcome);
  void payloads_admitted(StoreTicket ticket, const PayloadsAdmitted& outcome);
  /// A push was not taken: its author, who thinks that it was, is told how far the log is held.
  void not_taken(Session& session, const Hash& log, std::uint64_t sequence);
  /// The background check went on, or entries were retracted.
  void head_changed(const HeldHead& state, const std::optional<Hash>& refused);
  /// Entries and payloads that came by no link.
  void brought_in(const HeldHead& state, const std::vector<EntryRange>& payloads_due,
                  const std::vector<std::uint64_t>& payloads_held);

 private:
  struct Headers {
    LinkId link = 0;
    Hash log{};
    std::uint64_t from = 0;
    std::uint64_t bytes = 0;
    bool live = false;  ///< One entry, its payload beside it.
  };
  struct Payloads {
    LinkId link = 0;
    std::vector<EntryRef> items;
    std::uint64_t bytes = 0;
  };
  void live_admitted(const Headers& run, KnownLog& known);
  void refused(const Headers& run, const HeadersAdmitted& outcome, std::uint64_t held_before);
  /// This peer is not asked for the payload again at once, and named if it is to blame.
  void payload_refused(Session& session, const Hash& log, std::uint64_t sequence, Refusal why);

  SyncState& s_;
  OwnGate& gate_;
  HeaderPulls& pulls_;
  std::map<StoreTicket, Headers> headers_;
  std::map<StoreTicket, Payloads> payloads_;
};

}  // namespace hansa::protocol
