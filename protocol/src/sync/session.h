#pragma once
// All that is remembered of one link while it is up. Plain data: the duties beside this file change it.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "protocol/sync.h"
#include "protocol/wire.h"
#include "sync/log_table.h"
#include "sync/ranges.h"

namespace hansa::protocol {

/// Growing patience with something that failed.
struct Backoff {
  std::uint64_t until_ms = 0;
  std::uint64_t delay_ms = 0;

  bool passed(std::uint64_t now_ms) const { return now_ms >= until_ms; }
  void fail(std::uint64_t now_ms) {
    delay_ms = delay_ms == 0 ? backoff_first_ms : std::min(delay_ms * 2, backoff_ms_max);
    until_ms = now_ms + delay_ms;
  }
  void clear() { *this = {}; }
};

/// So many of something at once, and as many again in each minute.
class MinuteBudget {
 public:
  explicit MinuteBudget(std::uint64_t per_minute, std::uint64_t now_ms)
      : per_minute_(per_minute), left_(per_minute * minute_ms), at_ms_(now_ms) {}
  /// Whether there is one left, which is spent then. `now_ms` never goes back.
  bool take(std::uint64_t now_ms) {
    const auto elapsed = std::min(now_ms - at_ms_, minute_ms);
    left_ = std::min(left_ + elapsed * per_minute_, per_minute_ * minute_ms);
    at_ms_ = now_ms;
    if (left_ < minute_ms) return false;
    left_ -= minute_ms;
    return true;
  }

 private:
  static constexpr std::uint64_t minute_ms = 60'000;
  std::uint64_t per_minute_;
  std::uint64_t left_;  ///< In parts of one: a millisecond brings `per_minute_` of `minute_ms` parts.
  std::uint64_t at_ms_;
};

/// What went and came of the proof set.
struct ProofTalk {
  std::set<Hash> held;                    ///< The peer holds them.
  std::map<Hash, std::uint64_t> told_ms;  ///< When it was last sent something of a subject.
  std::optional<std::uint64_t> again_ms;  ///< Something waits until then.
};

/// An entry that was pushed before those in front of it were here.
struct EarlyPush {
  wire::Push push;
  std::size_t bytes = 0;
};

/// What a peer says of one log: a hint, until a pull has verified it. The key is the log's id, or its prefix
/// and zeros as long as nobody has told the id.
struct Claim {
  std::uint64_t sequence = 0;
  std::optional<wire::Prefix> hash;  ///< Of its head; none when only `held` told us.
  std::uint64_t held_through = 0;    ///< Payloads.
  bool holds_all = false;  ///< It said in its hello that it lacks no payload; holds up to `sequence`.
  std::uint64_t not_before_ms = 0;  ///< Wait for the author's own push until then.
  bool blocked = false;             ///< Do not pull until the claim changes.
  bool not_yet = false;             ///< Its own entries wait at its gate; it will announce them.
  bool conflict = false;            ///< Another branch than ours; cleared when ours is retracted.
  Backoff headers;
  RangeSet absent;  ///< Payloads it did not deliver; asked again after `payloads`.
  Backoff payloads;
  std::map<std::uint64_t, EarlyPush> early;  ///< By sequence.
  /// What is to be pulled at most; what follows was pushed.
  std::uint64_t pull_through() const {
    return early.empty() ? sequence : std::min(sequence, early.begin()->first - 1);
  }
  // What we told this peer of the log.
  std::uint64_t told_sequence = 0;
  wire::Prefix told_hash{};
  std::uint64_t told_held = 0;
  // Of our own log only.
  std::uint64_t sent = 0;        ///< Through here it was pushed or sent in answers.
  bool declines_pushes = false;  ///< It did not take one: push only what continues what it says it holds.
};

struct HeaderPull {
  Hash key{};
  std::uint64_t from = 0;
  std::uint32_t count = 0;
  std::uint64_t asked_ms = 0;
};

struct PayloadPull {
  std::vector<EntryRange> ranges;  ///< In the order of the question.
  std::vector<RangeSet> left;      ///< For each range: what has not come yet.
  std::uint64_t asked_ms = 0;
};

/// What we serve to this peer.
struct ServedQuestions {
  std::deque<wire::Pull> headers;
  std::deque<wire::PullPayloads> payloads;
  std::optional<wire::Pull> headers_reading;  ///< The store was asked.
  std::optional<wire::PullPayloads> payloads_reading;
  std::vector<EntryRange> payload_ranges;      ///< Of payloads_reading, what is still to be read.
  std::vector<std::uint16_t> payload_indexes;  ///< For each of them, its place in the question.
  Bytes headers_ready;                         ///< Encoded, waiting for credit; empty: none.
  Bytes payloads_ready;
  bool payloads_ready_last = false;
  std::size_t count() const {
    return headers.size() + payloads.size() + (headers_reading ? 1 : 0) + (payloads_reading ? 1 : 0);
  }
};

/// Where a peer stands on our own log.
enum class OwnStanding : std::uint8_t {
  unstated,
  checking,  ///< Its head is behind ours: the store is asked whether it lies on our chain.
  on_chain,  ///< Own entries may be sent.
  ahead,     ///< It holds entries of our log that we lack.
  differs,   ///< Another branch, or it did not deliver what it stated.
};

/// Two nodes whose newest charters differ come to the same one, on a link that is for nothing else.
struct CharterTalk {
  bool under_way = false;
  std::uint32_t version = 0;  ///< The peer's newest.
  std::size_t lists_due = 0;  ///< Messages with charters that the peer may still send.
  std::size_t questions = 0;  ///< We asked.
  std::size_t answers = 0;    ///< We gave, or are about to.
  bool reading = false;       ///< The store is asked for one.
  bool offered = false;       ///< Ours were sent without being asked for.
  bool from_start = false;    ///< All were asked for.
  bool conflict = false;      ///< It holds another version than one that is final here.
  std::uint64_t since_ms = 0;
};

struct Session {
  LinkId id = 0;
  PublicKey peer;
  std::uint16_t version = link_version_newest;  ///< Of the protocol.
  LinkRole role = LinkRole::initiator;
  std::uint64_t up_ms = 0;
  bool open = false;       ///< Both hellos have crossed.
  bool holds_all = false;  ///< It said in its hello that it lacks no payload.

  std::set<Hash> early_logs;  ///< Whose claims hold early pushes.
  std::size_t early_bytes = 0;
  void drop_early(const Hash& log) {
    if (early_logs.erase(log) == 0) return;
    for (const auto& [sequence, kept] : claims[log].early) early_bytes -= kept.bytes;
    claims[log].early.clear();
  }

  CharterTalk charters;
  ProofTalk proofs;

  // The hello that was sent.
  std::shared_ptr<const HeadSnapshot> stated_heads;  ///< None: not sent yet.
  bool stated_complete = false;                      ///< That we lack no payload.
  std::optional<Head> stated_own;
  std::optional<Head> stated_peers;  ///< What we stated of the peer's log.

  // Credit. What we may send, and what the peer may.
  std::uint64_t send_window = 0;
  std::uint64_t send_credit = 0;
  std::uint64_t receive_granted = 0;
  std::uint64_t receive_processed = 0;  ///< Processed and not granted again yet.
  std::uint64_t receive_pending = 0;    ///< Received, the store still has it.

  std::unordered_map<Hash, Claim, HashBits> claims;
  std::uint32_t last_ticket = 0;
  std::map<std::uint32_t, HeaderPull> header_pulls;
  std::map<std::uint32_t, PayloadPull> payload_pulls;
  std::set<std::uint32_t> given_up;  ///< Tickets whose answers are dropped when they come.
  std::uint64_t progress_ms = 0;     ///< Last answer to any pull, given up or not.
  Backoff stalled;

  ServedQuestions serving;

  OwnStanding own = OwnStanding::unstated;
  std::optional<Head> own_stated;  ///< What the peer signed.
  bool own_denied = false;         ///< It asked for own entries too early: announce them later.

  /// Whether the peer's limit leaves room for a question: those given up wait there, too.
  bool may_ask() const {
    return header_pulls.size() + payload_pulls.size() + given_up.size() < served_pulls_per_link;
  }

  std::uint64_t heard_ms = 0;
  std::uint64_t pinged_ms = 0;
  std::uint32_t ping_number = 0;
  std::uint64_t held_sent_ms = 0;
};

}  // namespace hansa::protocol
