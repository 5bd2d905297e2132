#pragma once
// Messages of a link as plain values, to and from their bytes. Layout and limits: protocol/schema/wire.capnp.
// What is decoded owns its bytes, is within every stated limit and has been inflated; what it means is for
// SyncEngine. Pure functions and values; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/bytes.h"
#include "protocol/heads.h"
#include "protocol/keys.h"
#include "protocol/outcome.h"
#include "protocol/payload.h"
#include "protocol/sync_limits.h"

namespace hansa::protocol::wire {

/// First eight bytes of a log id or of a hash.
using Prefix = std::array<std::uint8_t, 8>;
Prefix prefix_of(const Hash& hash);

/// A log by its whole id, or by the first eight bytes of it.
struct LogName {
  Hash id{};  ///< Zeros behind the prefix if it is one.
  bool whole = false;

  static LogName of(const Hash& log) { return {log, true}; }
  static LogName of(const Prefix& prefix);
  Prefix prefix() const { return prefix_of(id); }
  friend bool operator==(const LogName&, const LogName&) = default;
};

/// One row of heads: how far a log is held, as a hint.
struct HeadRow {
  LogName log;
  std::uint64_t sequence = 0;
  Prefix hash{};  ///< Of the entry there.
  friend bool operator==(const HeadRow&, const HeadRow&) = default;
};

struct Hello {
  std::uint16_t version_chosen = link_version_newest;
  std::uint16_t version_oldest = link_version_oldest;
  std::uint16_t version_newest = link_version_newest;
  bool agrees = false;  ///< Charter and digest are yours; charter_hash, digest and buckets are not sent.
  bool stated_is_yours = false;  ///< `stated` is your `own` and not sent.
  std::uint32_t charter_version = 0;
  std::uint32_t receive_credit_bytes = 0;
  std::uint32_t message_bytes_max = 0;
  std::uint32_t payloads_missing = 0;
  std::uint64_t epoch = 0;
  std::uint64_t entries_total = 0;
  std::uint64_t time_ms = 0;
  std::string software;
  Hash charter_hash{};
  std::optional<Head> own;     ///< Its current log; sequence 1 or more.
  std::optional<Head> stated;  ///< Of the receiver's log; sequence 0 with a zero hash: holds nothing of it.
  Signature signature;
  Hash digest{};
  BucketDigests buckets{};
  friend bool operator==(const Hello&, const Hello&) = default;
};

struct Statement {
  Head head;  ///< Sequence 0 with a zero hash: nothing held.
  Signature signature;
  friend bool operator==(const Statement&, const Statement&) = default;
};

struct Heads {
  std::uint32_t bucket_mask = 0;
  std::vector<HeadRow> rows;
  friend bool operator==(const Heads&, const Heads&) = default;
};

struct Announce {
  std::vector<HeadRow> rows;
  friend bool operator==(const Announce&, const Announce&) = default;
};

struct Pull {
  std::uint32_t ticket = 0;
  LogName log;
  std::uint64_t from = 0;
  std::uint32_t count = 0;
  std::optional<Prefix> previous;
  friend bool operator==(const Pull&, const Pull&) = default;
};

struct Batch {
  std::uint32_t ticket = 0;
  Bytes headers;  ///< Inflated: one after the other.
  friend bool operator==(const Batch&, const Batch&) = default;
};

struct PayloadRange {
  LogName log;
  std::uint64_t from = 0;
  std::uint64_t to = 0;  ///< Inclusive.
  friend bool operator==(const PayloadRange&, const PayloadRange&) = default;
};

struct PullPayloads {
  std::uint32_t ticket = 0;
  std::vector<PayloadRange> ranges;  ///< Prefixes first, whole ids behind them.
  friend bool operator==(const PullPayloads&, const PullPayloads&) = default;
};

struct PayloadItem {
  std::uint16_t range = 0;  ///< Index into the question's ranges.
  std::uint64_t sequence = 0;
  Salt salt;
  Bytes content;
  friend bool operator==(const PayloadItem&, const PayloadItem&) = default;
};

struct Payloads {
  std::uint32_t ticket = 0;
  bool last = false;
  std::vector<PayloadItem> items;
  friend bool operator==(const Payloads&, const Payloads&) = default;
};

struct Push {
  Bytes header;
  std::optional<Salt> salt;  ///< None: no payload.
  Bytes content;
  friend bool operator==(const Push&, const Push&) = default;
};

struct HeldRow {
  Prefix log{};
  std::uint64_t through = 0;
  friend bool operator==(const HeldRow&, const HeldRow&) = default;
};

struct Held {
  std::vector<HeldRow> rows;
  friend bool operator==(const Held&, const Held&) = default;
};

enum class DenyReason : std::uint16_t {
  unknown_log = 1,
  ambiguous = 2,
  differs = 3,
  not_yet = 4,
  nothing = 5
};

struct Deny {
  std::uint32_t ticket = 0;
  DenyReason reason = DenyReason::nothing;
  friend bool operator==(const Deny&, const Deny&) = default;
};

struct Credit {
  std::uint32_t bytes = 0;
  friend bool operator==(const Credit&, const Credit&) = default;
};

struct Ping {
  std::uint32_t number = 0;
  std::uint64_t time_ms = 0;
  friend bool operator==(const Ping&, const Ping&) = default;
};

struct Pong {
  std::uint32_t number = 0;
  std::uint64_t time_ms = 0;
  friend bool operator==(const Pong&, const Pong&) = default;
};

struct Close {
  std::string reason;
  friend bool operator==(const Close&, const Close&) = default;
};

/// Versions of the charter as they were signed, ascending. None: the sender holds none of what was asked.
struct Charters {
  std::vector<Bytes> list;
  friend bool operator==(const Charters&, const Charters&) = default;
};

struct PullCharters {
  std::uint32_t from = 0;  ///< First version.
  friend bool operator==(const PullCharters&, const PullCharters&) = default;
};

struct Proof {
  Bytes bytes;
  friend bool operator==(const Proof&, const Proof&) = default;
};

/// An arm of the union that this program does not know.
struct Unknown {
  std::uint16_t arm = 0;
  friend bool operator==(const Unknown&, const Unknown&) = default;
};

using Message = std::variant<Hello, Statement, Heads, Pull, Batch, PullPayloads, Payloads, Push, Announce,
                             Held, Deny, Credit, Ping, Pong, Close, Charters, PullCharters, Proof, Unknown>;

/// Asserts that every part is within the limits of the schema, and that it is not Unknown.
Bytes encode(const Message& message);

/// Refusals: too_large (the message, a text, a list), malformed (anything the schema does not allow),
/// inflated_too_large (a batch or payloads that would inflate, or say they would, beyond inflated_bytes_max).
Outcome<Message> decode(ByteView bytes);

/// The first protocol version of a link with this message.
std::uint16_t first_version(const Message& message);
/// Batch, payloads and push: they count towards the credit.
bool is_bulk(const Message& message);

/// What a hello's signature covers, for the peer it is sent to. `stated` as meant, also when it is not sent.
Bytes hello_statement(const Hash& federation, const PublicKey& to, const std::optional<Head>& own,
                      const std::optional<Head>& stated);
/// What a statement's signature covers.
Bytes head_statement(const Hash& federation, const PublicKey& to, const Head& head);

}  // namespace hansa::protocol::wire
