#pragma once
// Sync: one node's side of the conversation with all its peers. Sans-I/O: messages, ticks and the store's
// answers go in, deeds come out; no clock, socket, thread or database inside. docs/protocol.md, "Sync".
//
// After every input call take_deeds() and do them in order. A deed with a ticket is answered once, by the
// input that its comment names, at once or later, in any order; an answer may follow within the same call
// chain. Time is `now_ms`, never going back; call tick() at least every 100 ms while there are links.
//
// What is reported to the engine as admitted or published is durable: it is claimed to peers from then on.
// One sync of the store may cover many answers. Owned by one thread. Memory: for each link at most its
// credit, one batch and one block of payloads; for each log a few hundred bytes.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "protocol/bytes.h"
#include "protocol/charter_chain.h"
#include "protocol/entry.h"
#include "protocol/ids.h"
#include "protocol/keys.h"
#include "protocol/payload.h"
#include "protocol/peer_view.h"
#include "protocol/refusal.h"
#include "protocol/sync_limits.h"

namespace hansa::protocol {

/// Names a link as long as this process runs; never reused.
using LinkId = std::uint64_t;
/// Names one question to the store; never reused.
using StoreTicket = std::uint64_t;

/// Which end dialled.
enum class LinkRole : std::uint8_t { initiator, responder };

/// What the engine must know of node and charter.
struct SyncTerms {
  Hash federation{};
  std::uint32_t charter_version = 0;
  Hash charter_hash{};
  std::map<PublicKey, PartnerId> nodes;  ///< All node keys of the charter, this node's included.
  std::string software;                  ///< At most software_bytes_max of UTF-8.
  std::uint32_t receive_credit_bytes = receive_credit_bytes_default;  ///< For each link.
  std::uint64_t statements_wait_ms = protocol::statements_wait_ms;
  /// Whose statements are waited for after a start; none: of all nodes of the charter but this one.
  std::optional<std::vector<PublicKey>> expected;
  /// This engine goes on from one whose wait was over (OwnLogState::ready) and whose own log was the same: it
  /// does not wait anew. Each peer still states where it stands before it gets anything of that log.
  bool goes_on = false;
};

/// How far a log is held here, durably. Sequence 0: not at all.
struct HeldHead {
  Hash log{};
  PublicKey author;
  std::uint64_t epoch = 0;
  std::uint64_t sequence = 0;
  Hash head{};
  std::uint64_t checked_sequence = 0;  ///< Through here each signature was verified on its own.
  std::uint64_t payloads_through = 0;  ///< No payload is missing at or before this sequence.
};

/// Sequences `from` to `to`, inclusive, of one log.
struct EntryRange {
  Hash log{};
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  friend bool operator==(const EntryRange&, const EntryRange&) = default;
};

/// A payload of one entry as it came, or as the store holds it.
struct CarriedPayload {
  Hash log{};
  std::uint64_t sequence = 0;
  Salt salt;
  Bytes content;
};

/// An entry of this node's own log, with its payload.
struct OwnEntry {
  Bytes header;
  std::optional<Salt> salt;  ///< None: no payload.
  Bytes content;
};

// ---- Deeds

/// The order in which a link should send what waits. Within a lane the order is kept.
enum class Lane : std::uint8_t { control, headers, payloads };

struct SendMessage {
  LinkId link = 0;
  Lane lane = Lane::control;
  bool claims = false;  ///< It says what is held here: that must be durable before this goes.
  Bytes bytes;
};
/// Send what waits in the control lane, then close. link_down() must follow, as for every link.
struct CloseLink {
  LinkId link = 0;
  Refusal reason{};
};
/// Consecutive headers of one log, one after the other, not checked at all but for naming this log and
/// starting at `from`. Answer: headers_admitted.
struct AdmitHeaders {
  StoreTicket ticket = 0;
  LinkId link = 0;
  Hash log{};
  std::uint64_t from = 0;
  Bytes headers;
  std::uint64_t claimed_sequence = 0;                         ///< How far the peer says that it has the log,
  std::optional<std::array<std::uint8_t, 8>> claimed_hash{};  ///< and how the hash of its entry there begins.
};
/// Payloads that may belong to entries held here. Answer: payloads_admitted.
struct AdmitPayloads {
  StoreTicket ticket = 0;
  LinkId link = 0;
  std::vector<CarriedPayload> items;
};
/// One entry pushed by its author, continuing what is held; header and payload together. Its signature must
/// be checked now. Answer: headers_admitted (the payload, if it was refused, stands in payloads_due, and why
/// in payload_refusal).
struct AdmitLive {
  StoreTicket ticket = 0;
  LinkId link = 0;
  Hash log{};
  std::uint64_t sequence = 0;
  Bytes header;
  std::optional<Salt> salt;
  Bytes content;
};
/// Answer: headers_read.
struct ReadHeaders {
  StoreTicket ticket = 0;
  Hash log{};
  std::uint64_t from = 0;
  std::size_t count_max = 0;
  std::size_t bytes_max = 0;
};
/// Answer: payloads_read, in the order of the ranges, ascending within each.
struct ReadPayloads {
  StoreTicket ticket = 0;
  std::vector<EntryRange> ranges;
  std::size_t bytes_max = 0;  ///< Of contents together; one payload alone may be larger.
};
/// More ranges of missing payloads than were loaded. Answer: missing_read.
struct ReadMissing {
  StoreTicket ticket = 0;
  std::size_t ranges_max = 0;
};

/// Versions of the charter for a peer, from `from` on, as they were signed: at most charters_per_message_max,
/// and none more once they are charters_message_bytes together. Answer: charters_read.
struct ReadCharters {
  StoreTicket ticket = 0;
  std::uint32_t from = 0;
};
/// Versions of the charter that a peer sent, meant to be ascending, not looked at. Answer: charters_taken,
/// and if they make another version the newest, new terms (set_terms, or another engine): the links start
/// anew.
struct TakeCharters {
  StoreTicket ticket = 0;
  LinkId link = 0;
  PublicKey peer;
  std::vector<Bytes> charters;
};
/// An element of the proof set, not looked at, which is not held here. Answer: proof_admitted; and set_proofs
/// if it was taken.
struct AdmitProof {
  StoreTicket ticket = 0;
  LinkId link = 0;
  Bytes proof;
};

/// A log has two branches: at this place, the lowest, stand these two headers, both signed by its author. No
/// answer. Not of this node's own log.
struct ForkFound {
  Hash log{};
  std::uint64_t sequence = 0;
  Bytes ours;
  Bytes theirs;
};

using Deed = std::variant<SendMessage, CloseLink, AdmitHeaders, AdmitPayloads, AdmitLive, ReadHeaders,
                          ReadPayloads, ReadMissing, ReadCharters, TakeCharters, AdmitProof, ForkFound>;

// ---- Answers of the store

/// What became of AdmitHeaders or AdmitLive. A run may be taken in part: if its last signature is bad, each
/// one is checked and the good entries before the first bad one are taken, so that it does not matter for
/// what counts where a batch happened to end.
struct HeadersAdmitted {
  std::optional<HeldHead> state;         ///< The log now, if any of it is held; none: as it was before.
  std::vector<EntryRange> payloads_due;  ///< Of the new entries, those whose payload is wanted and not held.
  std::optional<Refusal> refusal;        ///< Why the rest was not taken.
  std::optional<Hash> refused;  ///< Hash of the entry with the bad signature: not to be pulled again.
  /// AdmitLive: why the payload was not taken although its entry was.
  std::optional<Refusal> payload_refusal;
};
struct PayloadsAdmitted {
  struct Refused {
    Hash log{};
    std::uint64_t sequence = 0;
    Refusal refusal{};  ///< store_full: not the peer's fault; asked again later.
  };
  std::vector<HeldHead> states;  ///< Of the logs that changed.
  std::vector<Refused> refused;  ///< All other items are held now (or not wanted any more).
};

/// What became of TakeCharters.
struct CharterVerdict {
  bool changed = false;       ///< The newest is another one now.
  bool conflict = false;      ///< One stands beside a version that is final here, or beside the pinned one.
  bool gap = false;           ///< One does not attach: versions before it are not held.
  std::uint32_t version = 0;  ///< Of the last one that was judged; in a conflict, of that one.
  std::optional<Refusal> refusal{};  ///< One that is no charter of this federation.
};
/// From what became of each, in order.
CharterVerdict verdict_of(const std::vector<CharterOffer>& offers, bool changed);

// ---- The own log

enum class OwnLogState : std::uint8_t {
  none,                 ///< No own log was set.
  awaiting_statements,  ///< After a start: own entries are not sent yet. Publishing is allowed.
  fetching_back,        ///< A peer holds entries of our current log that we lack: do not publish. Ends with
                        ///< the next state, or after statements_wait_ms without progress.
  parted,               ///< A peer holds another branch of it, signed by us: see own_log_parted_at().
  overtaken,            ///< Such entries came back. Others may hold more still: go on in another log.
  ready,                ///< Own entries are sent to every peer that stated a head on our chain.
};
std::string_view name(OwnLogState state);

struct SyncCounters {
  std::uint64_t messages_sent = 0;
  std::uint64_t messages_received = 0;
  std::uint64_t bytes_sent = 0;  ///< Of messages, before framing and encryption.
  std::uint64_t bytes_received = 0;
  std::uint64_t unknown_messages = 0;  ///< Arms of newer peers, ignored.
  std::uint64_t pulls_reassigned = 0;  ///< Given to another peer because one stalled or went away.
  std::uint64_t entries_received = 0;  ///< Headers that came in batches and pushes, also if held already.
  std::map<Refusal, std::uint64_t> refusals;
};

class SyncEngine {
 public:
  /// `key`: this node's; outlives the engine. Throws nothing but std::bad_alloc, here and below.
  SyncEngine(SyncTerms terms, const SecretKey& key, std::uint64_t now_ms);
  ~SyncEngine();
  SyncEngine(const SyncEngine&) = delete;
  SyncEngine& operator=(const SyncEngine&) = delete;

  // ---- What the store holds; once, before any link.
  /// `missing_complete`: these are all; otherwise more are asked for by ReadMissing.
  void load(const std::vector<HeldHead>& logs, const std::vector<EntryRange>& missing, bool missing_complete);
  /// The log this node writes in its current epoch; must have been loaded or published unless it is empty
  /// (only `log`, `author` and `epoch` set). Setting another one later closes all links with
  /// own_epoch_changed.
  void set_own_log(const HeldHead& log, std::uint64_t now_ms);
  /// The charter changed: all links are closed with different_charter, since heads are compared under equal
  /// ones.
  void set_terms(SyncTerms terms, std::uint64_t now_ms);

  // ---- Links
  /// The peer has proven its key. The initiator's hello is among the deeds: send it with the third handshake
  /// message. From here on messages of up to message_bytes_max are taken. Of two links with one peer the one
  /// dialled by the lower key is kept, the newer of two alike; the other is closed with `duplicate`.
  /// `version`: chosen by the handshake, one of link_versions.
  void link_up(LinkId link, const PublicKey& peer, LinkRole role, std::uint16_t version,
               std::uint64_t now_ms);
  void link_down(LinkId link, std::uint64_t now_ms);
  /// One whole message. Unknown links are ignored.
  void message(LinkId link, ByteView bytes, std::uint64_t now_ms);
  void tick(std::uint64_t now_ms);

  // ---- Answers of the store
  void headers_admitted(StoreTicket ticket, const HeadersAdmitted& outcome, std::uint64_t now_ms);
  void payloads_admitted(StoreTicket ticket, const PayloadsAdmitted& outcome, std::uint64_t now_ms);
  void headers_read(StoreTicket ticket, const std::vector<Bytes>& headers, std::uint64_t now_ms);
  /// `complete`: everything held in the ranges was given, not stopped by bytes_max.
  void payloads_read(StoreTicket ticket, std::vector<CarriedPayload> items, bool complete,
                     std::uint64_t now_ms);
  void missing_read(StoreTicket ticket, const std::vector<EntryRange>& missing, bool complete,
                    std::uint64_t now_ms);

  /// `charters`: from the version that was asked for on, or none.
  void charters_read(StoreTicket ticket, std::vector<Bytes> charters, std::uint64_t now_ms);
  void charters_taken(StoreTicket ticket, const CharterVerdict& verdict, std::uint64_t now_ms);
  /// `refusal`: the bytes prove nothing: the link ends. None: taken, or of a kind that is not understood.
  void proof_admitted(StoreTicket ticket, std::optional<Refusal> refusal, std::uint64_t now_ms);

  // ---- What happens in the node
  /// The whole proof set, at most proofs_max: part of the digest; peers are sent what they lack of it.
  void set_proofs(const std::vector<Bytes>& proofs, std::uint64_t now_ms);
  /// Own entries, durable now, ascending and consecutive; `state` is the own log with them.
  void published(const std::vector<OwnEntry>& entries, const HeldHead& state, std::uint64_t now_ms);
  /// Another log changed without being asked: the background check went on (checked_sequence), or entries
  /// were retracted. `refused`: hash of the entry found bad. A retraction drops the missing payloads behind
  /// the head.
  void head_changed(const HeldHead& state, const std::optional<Hash>& refused, std::uint64_t now_ms);
  /// Entries and payloads of a log came by another way than a link, durable now. `state`: the log with them;
  /// `payloads_due`: of the new entries, those whose payload is wanted and not held; `payloads_held`:
  /// sequences whose payload came.
  void brought_in(const HeldHead& state, const std::vector<EntryRange>& payloads_due,
                  const std::vector<std::uint64_t>& payloads_held, std::uint64_t now_ms);
  /// Below the disk floor no payloads are asked for.
  void set_payloads_wanted(bool wanted, std::uint64_t now_ms);

  /// In order; empties the list.
  std::vector<Deed> take_deeds();

  // ---- What can be seen
  OwnLogState own_log_state() const;
  /// These peers signed heads of our current log that lie ahead of ours, and nobody could show the entries:
  /// either they lie, or the entries are to come. Going on in another log is safe in both cases.
  const std::set<PublicKey>& own_log_doubters() const;
  /// Whether some peer has been asked for entries or payloads and has not answered.
  bool is_pulling() const;
  /// In the state `parted`: from here on a peer holds other entries of our log than we. What we hold from
  /// here on has to leave this log.
  std::optional<std::uint64_t> own_log_parted_at() const;
  /// One for each other node of the charter, ascending by key.
  std::vector<PeerView> peer_views(std::uint64_t now_ms) const;
  /// Nodes that are known to hold the payload of this entry, this node not counted.
  std::size_t holders(const Hash& log, std::uint64_t sequence) const;
  /// Over what is held now, as the hello carries it.
  Hash digest() const;
  /// Bulk bytes sent on a link and not granted again yet; at most the peer's credit. For tests and metrics.
  std::uint64_t credit_in_use(LinkId link) const;
  const SyncCounters& counters() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace hansa::protocol
