#pragma once
// What the duties of the engine share: the terms, what is held, the sessions, and what goes out. Owned by the
// engine; every duty holds a reference.

#include <map>
#include <memory>
#include <set>
#include <vector>

#include "protocol/sync.h"
#include "protocol/wire.h"
#include "sync/log_table.h"
#include "sync/peer_board.h"
#include "sync/session.h"

namespace hansa::protocol {

class SyncState {
 public:
  SyncState(SyncTerms with, const SecretKey& own_key, std::uint64_t now)
      : terms(std::move(with)), key(own_key), now_ms(now) {}

  SyncTerms terms;
  const SecretKey& key;
  std::uint64_t now_ms;
  LogTable logs;
  std::optional<Hash> own_log;
  std::map<LinkId, Session> sessions;
  PeerBoard board;
  SyncCounters counters;
  bool payloads_wanted = true;
  bool missing_complete = true;  ///< All missing payloads are known here; else the store has more.

  /// Logs of which some peer may claim more than is held here, by claim key; cleaned up by those who look.
  std::set<Hash> wanted;
  /// Logs of which the peer at a link holds another branch than we: what Bisect looks into.
  std::set<std::pair<LinkId, Hash>> disputes;
  /// Logs whose head is to be announced.
  std::set<Hash> to_announce;
  /// Logs of which more payloads are held than peers were told.
  std::set<Hash> to_tell_held;

  struct KnownProof {
    Bytes bytes;
    Hash subject{};  ///< What it is about; of what is said of one subject the latest matters.
  };
  /// The proof set, by hash.
  std::map<Hash, KnownProof> proofs;

  /// The heads and proofs held now, as a hello states them.
  std::shared_ptr<const HeadSnapshot> snapshot() const;

  StoreTicket next_ticket() { return ++last_store_ticket_; }
  std::vector<Deed> take_deeds();
  void deed(Deed deed);

  /// Encodes, counts, takes credit for bulk (which must be there).
  void send(Session& session, const wire::Message& message);
  /// An encoded batch, payloads or push.
  void send_bulk(Session& session, Bytes bytes, Lane lane);
  /// Names the fault, tells the peer, closes. The session is gone afterwards if it is not being walked over:
  /// it is marked and removed by remove_closed().
  void refuse(Session& session, Refusal why, std::map<std::string, std::string> params = {});
  /// Counts and names a fault that does not end the link.
  void blame(const Session& session, Refusal why, const Hash* log = nullptr);
  bool is_closing(LinkId link) const { return closing_.contains(link); }
  std::vector<LinkId> take_closing();

  Session* session(LinkId link);
  /// The open session with this node, if there is one.
  Session* session_with(const PublicKey& node);

  /// A bulk message was dealt with; grants more when it is worth a message.
  void finish_bulk(LinkId link, std::uint64_t bytes);
  /// A log grew, shrank or was checked further.
  KnownLog& update(const HeldHead& held);

  /// The keys under which a name from a peer is remembered: known logs with it, or the prefix itself.
  std::vector<Hash> keys_of(const wire::LogName& log) const;
  /// The id of a log that was known by prefix: moves claims.
  void name_log(const Hash& placeholder, const Hash& log);

  std::uint64_t held_sequence(const Hash& log) const;
  /// The peer said how far it has a log: updates the claim and what is wanted.
  void claim(Session& session, const Hash& log, std::uint64_t sequence,
             const std::optional<wire::Prefix>& hash, std::uint64_t not_before_ms);
  /// Through which sequence the peer is known to hold payloads.
  static std::uint64_t holds_through(const Claim& claim) {
    return claim.holds_all ? std::max(claim.sequence, claim.held_through) : claim.held_through;
  }
  /// Headers and payloads that this peer claims and we lack, and can hope for.
  struct Outstanding {
    std::uint64_t entries = 0;
    std::uint64_t payloads = 0;
  };
  Outstanding outstanding(const Session& session) const;
  void note_progress(const Session& session);
  std::optional<bool> agrees(const Session& session) const;

 private:
  void queue(Session& session, SendMessage message);
  /// Whether peer and we hold different entries at the same place.
  void compare(const Session& session, Claim& claim, const KnownLog& known);

  std::vector<Deed> deeds_;
  std::set<LinkId> closing_;
  StoreTicket last_store_ticket_ = 0;
};

}  // namespace hansa::protocol
