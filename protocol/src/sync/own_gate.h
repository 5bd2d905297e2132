#pragma once
// The gate before this node's own entries. A node whose store was restored from a backup or cloned would
// write sequence numbers that it has used before; its peers know better. So own entries go to a peer only
// after it has signed where it stands on our current log, and that lies on our chain.

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "sync/state.h"

namespace hansa::protocol {

/// Why a link is no more.
enum class Parting : std::uint8_t {
  lost,           ///< Any reason but:
  other_charter,  ///< the peer follows another version of the charter, and begins its links anew.
};

class OwnGate {
 public:
  explicit OwnGate(SyncState& state);

  void set_own(const HeldHead& log);
  /// What the peer signed; none: it holds no log of ours.
  void stated(Session& session, const std::optional<Head>& head);
  /// Our own log grew by entries that a peer gave back.
  void grown();
  /// The peer has another branch.
  void differs(Session& session);
  /// Two signed entries of our log are known at this place: ours, and one that a peer holds.
  void parted(std::uint64_t sequence) { parted_at_ = std::min(parted_at_.value_or(sequence), sequence); }
  std::optional<std::uint64_t> parted_at() const { return parted_at_; }
  /// The peer did not deliver the entries it stated.
  void withheld(Session& session);
  /// True if the answer was to a question of this gate.
  bool headers_read(StoreTicket ticket, const std::vector<Bytes>& headers);
  void link_lost(const Session& session, Parting why);
  /// Looks whether the wait is over; announces what could not be sent before.
  void refresh();

  bool may_send(const Session& session) const;
  OwnLogState state() const;
  /// Who stated entries of our log that did not come.
  const std::set<PublicKey>& doubters() const { return doubters_; }

 private:
  const HeldHead& own() const;
  void judge(Session& session);
  void await_entries();
  bool is_behind() const;
  void give_up_waiting();
  bool all_stated() const;

  SyncState& s_;
  bool waiting_;
  std::uint64_t wait_until_ms_;
  /// The furthest head of our log that a peer signed before its link went down.
  std::optional<std::uint64_t> lost_ahead_;
  std::uint64_t behind_until_ms_ = 0;  ///< While we are behind: how long entries are waited for.
  bool recovered_ = false;             ///< Entries of our log came back.
  std::optional<std::uint64_t> parted_at_;
  bool doubted_ = false;            ///< Entries were stated and did not come.
  std::set<PublicKey> doubters_;    ///< By these.
  std::set<PublicKey> lost_peers_;  ///< Who stated what lost_ahead_ says.
  std::map<StoreTicket, LinkId> checking_;
};

}  // namespace hansa::protocol
