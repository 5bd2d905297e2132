#pragma once
// Two nodes with different newest charters: heads cannot be compared, so the link carries charters and
// nothing else until one of them has taken what makes both the same, and starts its links anew.
//
// Who holds the higher version sends from the other's version on, so that a sibling of that one is seen; with
// equal versions both send their newest. Who takes nothing from it sends its own in turn. Where each holds a
// version that is final for it, both get the evidence and the link ends: only operators can help.

#include <map>

#include "sync/state.h"

namespace hansa::protocol {

class CharterExchange {
 public:
  explicit CharterExchange(SyncState& state) : s_(state) {}

  /// Both hellos have crossed, and the charters differ.
  void begin(Session& session, const wire::Hello& theirs);
  void charters(Session& session, wire::Charters charters);
  void pull(Session& session, const wire::PullCharters& pull);
  void read(StoreTicket ticket, std::vector<Bytes> charters);
  void taken(StoreTicket ticket, const CharterVerdict& verdict);
  /// Ends a talk in which nothing happens any more.
  void watch(Session& session);

 private:
  void send_from(Session& session, std::uint32_t version);
  void ask(Session& session, std::uint32_t version);
  void unchanged(Session& session, const CharterVerdict& verdict);
  void give_up(Session& session);

  SyncState& s_;
  std::map<StoreTicket, LinkId> reading_;
  std::map<StoreTicket, LinkId> taking_;
};

}  // namespace hansa::protocol
