#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes.h"
#include "protocol/chain.h"
#include "protocol/entry.h"
#include "protocol/ids.h"
#include "protocol/keys.h"
#include "protocol/payload.h"

/// What a node keeps: logs of headers, payloads, the catalogue view, arrivals and settings.
/// `Store` is the one door in and the snapshots out; `open_store` (rocks_store.h) makes the real one.
namespace hansa::store {

using protocol::Bytes;
using protocol::ByteView;
using protocol::Hash;
using protocol::PublicKey;
using protocol::RecordId;

/// How far one log is held. Entries up to `sequence` count; those up to `checked_sequence` carry a signature
/// that was verified here one by one, the others are vouched for by a later signature (design: the batch
/// rule).
struct LogState {
  Hash log{};
  PublicKey author{};
  std::uint64_t epoch = 0;
  std::uint64_t sequence = 0;
  Hash head{};  ///< hash of the entry at `sequence`
  std::uint64_t checked_sequence = 0;
  std::uint64_t payloads_through =
      0;  ///< every payload at or before this sequence is held (entries without one count as held)
  std::uint64_t payload_blocks = 0;  ///< sum of the headers' length classes, 256 bytes each
};

/// One revision of a record, from its header alone.
struct Revision {
  Hash hash{};
  Hash log{};
  std::uint64_t sequence = 0;
  std::uint64_t author_time_ms = 0;
  protocol::EntryKind kind{};
  protocol::RecordKind record_kind{};
  protocol::Visibility visibility{};
  bool personal = false;
  bool has_payload = false;
  std::optional<RecordId> subject;  ///< the record it is about, or that replaces a withdrawn one
  std::vector<Hash>
      parents;  ///< as named by the header; those that are no revision of this record are ignored
};

/// A record as the header-only rule of the design sees it (see catalogue.h). Entries by nodes of other
/// partners than the record's owner are no revisions; revisions whose kind is not the record's are kept here
/// but are never tips.
struct RecordState {
  RecordId id{};
  protocol::RecordKind kind{};
  std::vector<Revision> revisions;  ///< all of them, ascending by hash
  std::vector<std::size_t> tips;    ///< indexes of the revisions that no other one names as parent
  std::size_t live = 0;  ///< index into `revisions` of the tip that is shown; two tips or more are a conflict
};

/// One line of the change feed. Either a checked entry, in the order in which this node came to hold them; or
/// (`ceased`) a record whose view changed without an entry: what counted was set aside, or the charter says
/// anew whose revisions are whose. The line of an entry goes when the entry is set aside.
struct Arrival {
  std::uint64_t number = 0;    ///< ascending, from 1; never reused; missing ones were set aside
  Hash log{};                  ///< ceased: the log that was set aside; zeros for another cause
  std::uint64_t sequence = 0;  ///< ceased: from here on; 0 for another cause
  Hash hash{};                 ///< of the entry: the revision, if it is one; ceased: zeros
  RecordId record{};           ///< zeros: none (of a declaration, or what was set aside named no record)
  protocol::RecordKind record_kind{};
  protocol::EntryKind kind{};    ///< ceased: none
  bool first_of_record = false;  ///< the record's revision that arrived first, of those that count
  bool ceased = false;
  std::uint64_t received_ms = 0;  ///< local clock, when the entry was checked, or what ceased was set aside
};

/// One entry of a log by place and name.
struct EntryPlace {
  std::uint64_t sequence = 0;
  Hash hash{};
  friend auto operator<=>(const EntryPlace&, const EntryPlace&) = default;
};

/// An entry that counted once and does not now.
struct AsideEntry {
  EntryPlace place;
  Bytes header;
  bool has_payload = false;  ///< it is kept, too
};

/// A run of entries of one log whose payloads are due here and not held.
struct MissingRange {
  Hash log{};
  std::uint64_t from = 0;
  std::uint64_t to = 0;  ///< inclusive
};

struct Totals {
  std::uint64_t records = 0;  ///< records with a live revision that is not a withdrawal
  std::uint64_t entries = 0;
  std::uint64_t unchecked_entries = 0;
  std::uint64_t missing_payloads = 0;
  std::uint64_t last_arrival = 0;
  std::uint64_t entries_aside = 0;  ///< not among `entries`
};

struct HeldPayload {
  std::array<std::uint8_t, 32> salt{};
  Bytes content;
};

/// A consistent view of one instant. Made by any thread, used by one; never waits for writers. Keep it
/// short-lived: an old snapshot keeps erased bytes alive. Throws StoreBroken if the disk fails.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  virtual std::vector<LogState> logs() const = 0;  ///< ascending by log id
  virtual std::optional<LogState> log(const Hash& log) const = 0;
  /// Verbatim headers from `from` on: at most `count_max` and about `bytes_max`, at least one if there is
  /// one.
  virtual std::vector<Bytes> headers(const Hash& log, std::uint64_t from, std::size_t count_max,
                                     std::size_t bytes_max) const = 0;
  virtual std::optional<HeldPayload> payload(const Hash& log, std::uint64_t sequence) const = 0;
  /// Calls `see` with each payload held from `from` through `to`, ascending, until it returns false.
  virtual void payloads(const Hash& log, std::uint64_t from, std::uint64_t to,
                        const std::function<bool(std::uint64_t sequence, HeldPayload)>& see) const = 0;
  virtual std::vector<MissingRange> missing(std::size_t ranges_max) const = 0;
  virtual std::optional<RecordState> record(const RecordId& id) const = 0;
  /// Records in id order, after `after` (none: from the beginning).
  virtual std::vector<RecordState> records(const std::optional<RecordId>& after,
                                           std::size_t count_max) const = 0;
  /// Records whose live revision names `subject` as its subject (responses about it), in id order.
  virtual std::vector<RecordId> about(const RecordId& subject, std::size_t count_max) const = 0;
  virtual std::vector<Arrival> arrivals(std::uint64_t since,
                                        std::size_t count_max) const = 0;  ///< number > since
  virtual std::optional<std::uint64_t> received_ms(
      const Hash& log, std::uint64_t sequence) const = 0;  ///< none while unchecked
  /// Of the entry's line in the change feed; none while unchecked.
  virtual std::optional<std::uint64_t> arrival_number(const Hash& log, std::uint64_t sequence) const = 0;
  virtual std::vector<Hash> aside_logs() const = 0;  ///< with entries set aside, ascending
  /// What of a log was set aside, ascending by place, from the sequence `from` on: at most `count_max`, and
  /// beside them all that stand at the last one's sequence.
  virtual std::vector<AsideEntry> aside(const Hash& log, std::uint64_t from, std::size_t count_max) const = 0;
  virtual std::optional<HeldPayload> aside_payload(const Hash& log, const EntryPlace& place) const = 0;
  virtual Totals totals() const = 0;
  virtual std::optional<Bytes> setting(std::string_view key) const = 0;
  virtual std::vector<std::pair<std::string, Bytes>> settings(std::string_view prefix) const = 0;
};

enum class Durability {
  synced,    ///< on disk when the call returns: own entries, users, charter
  buffered,  ///< in the log of writes; `sync()` makes it durable (remote entries, before their head is
             ///< announced)
};

/// What goes in by the one door, in one atomic batch: runs that chain onto what is held, and payloads whose
/// commitment was checked. Only protocol::chain and protocol::check_payload can make them.
struct Batch {
  std::vector<protocol::ChainedRun> runs;
  std::vector<protocol::VerifiedPayload> payloads;
};

/// What a commit changed, for those who follow along.
struct Committed {
  std::vector<Arrival> arrivals;  ///< entries that became checked by it
  std::size_t entries = 0;
  std::size_t payloads = 0;  ///< newly held ones; a payload held already, or without its header, is skipped
};

/// Everything a node keeps. All writing members belong to one thread (the core's); snapshots may be made by
/// any. Throws StoreBroken when the disk fails: the node then stops, it never goes on with a guess.
class Store {
 public:
  virtual ~Store() = default;
  virtual std::unique_ptr<Snapshot> snapshot() const = 0;
  /// Appends; what lies aside comes back with its payload. Precondition (asserted): each run starts right
  /// behind the held head of its log, and a log has one run. Entries of a run that were checked one by one
  /// (ChainedRun::is_checked) arrive at once, as far as everything before them in the log is checked; the
  /// others wait for mark_checked().
  virtual Committed commit(const Batch& batch, std::uint64_t now_ms, Durability durability) = 0;
  /// Makes all earlier buffered commits durable.
  virtual void sync() = 0;
  /// The background check verified every signature of `log` through `through`: gives arrivals to those
  /// entries. Precondition: through <= sequence; at or before checked_sequence nothing happens. Buffered.
  virtual Committed mark_checked(const Hash& log, std::uint64_t through, std::uint64_t now_ms) = 0;
  /// Removes all entries of `log` at or behind `from` as if they had never been received. Precondition: from
  /// > checked_sequence. Buffered: what a power cut brings back is found bad again by the background check.
  virtual void retract(const Hash& log, std::uint64_t from) = 0;
  /// The entries of `log` at or behind `from`, checked or not, do not count any more: they leave log, view
  /// and feed and are kept aside until commit() appends them again or drop_aside(). Ceased lines name the
  /// records that lost a checked revision. A log of which nothing is left is held no more. Buffered: whoever
  /// decides what counts looks again after a start.
  virtual Committed set_aside(const Hash& log, std::uint64_t from, std::uint64_t now_ms) = 0;
  /// Forgets entries that were set aside; those that are not there are skipped. Buffered.
  virtual void drop_aside(const Hash& log, const std::vector<EntryPlace>& entries) = 0;
  /// StoreOptions::partners_of answers otherwise than before for some key: every record's revisions are
  /// found anew. Ceased lines name those that changed. Reads every header. Buffered.
  virtual Committed authorship_changed(std::uint64_t now_ms) = 0;
  /// Entries of a store outside the catalogue (users, tokens, charter, refused branches, …); synced.
  virtual void put_setting(std::string_view key, ByteView value) = 0;
  virtual void erase_setting(std::string_view key) = 0;
};

}  // namespace hansa::store
