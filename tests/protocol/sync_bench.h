#pragma once
// A few engines in one process with the plainest of stores, links that keep the order of messages, and a
// clock that tests move. What is delivered happens in rounds: a round is the time of one way.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocol/chain.h"
#include "protocol/charter_chain.h"
#include "protocol/entry.h"
#include "protocol/payload.h"
#include "protocol/sync.h"
#include "protocol/wire.h"

namespace hansa::test {

using protocol::Bytes;
using protocol::ByteView;
using protocol::Hash;
using protocol::LinkId;

/// The same bytes on every run.
protocol::Entropy repeatable_entropy(std::uint64_t seed);

struct BenchLog {
  std::optional<protocol::LogTip> tip;
  std::uint64_t checked = 0;
  std::vector<Bytes> headers;
  std::map<std::uint64_t, protocol::CarriedPayload> payloads;
  std::set<std::uint64_t> missing;

  protocol::HeldHead head(const Hash& log) const;
};

class BenchNode {
 public:
  BenchNode(std::uint64_t seed, const Hash& federation, std::uint64_t now_ms);

  protocol::SecretKey key;
  Hash federation;
  std::map<Hash, BenchLog> logs;
  std::optional<Hash> own;
  std::unique_ptr<protocol::SyncEngine> engine;
  std::uint64_t* clock = nullptr;
  /// None: it can neither show nor take charters.
  std::optional<protocol::CharterChain> charters;
  std::size_t charter_conflicts = 0;
  /// A proof holds if its first byte is not 0.
  std::set<Bytes> proofs;
  std::vector<protocol::ForkFound> forks;  ///< What the engine found.

  /// An own log with its declaration.
  void declare();
  /// Appends to the own log; `size` bytes of content, 0: no payload. `bad`: with a signature that does not
  /// verify.
  protocol::OwnEntry append(std::size_t size, bool bad = false);
  /// Appends an entry whose header is of a version that does not exist yet, and so long.
  protocol::OwnEntry append_newer(std::size_t header_bytes);
  /// From now on questions for headers and payloads wait, as in a store that is far behind; false: those that
  /// wait are answered.
  void hold_reads(bool hold) { reads_held_ = hold; }
  /// append() and tells the engine.
  void publish(std::size_t count, std::size_t size = 1000);
  void start(protocol::SyncTerms terms, std::uint64_t now_ms);
  /// Does the deeds that concern the store; gives the others back.
  std::vector<protocol::Deed> perform(std::vector<protocol::Deed> deeds);
  /// Verifies everything unchecked, as the background check does; retracts at the first bad entry.
  void check_all();
  /// The terms follow the newest charter.
  void follow_charters();
  void add_proof(const Bytes& proof);
  std::uint64_t entries() const;
  std::size_t missing_payloads() const;

 private:
  protocol::HeadersAdmitted admit(const Hash& log, Bytes headers);
  protocol::HeadersAdmitted admit(const protocol::AdmitLive& deed);
  protocol::PayloadsAdmitted admit(const protocol::AdmitPayloads& deed);
  void answer(const protocol::ReadHeaders& deed);
  void answer(const protocol::ReadPayloads& deed);
  void take(const protocol::ChainedRun& run, protocol::HeadersAdmitted& outcome);

  void answer(const protocol::ReadCharters& deed);
  void take(const protocol::TakeCharters& deed);
  void take(const protocol::AdmitProof& deed);

  protocol::SyncTerms terms_;
  bool reads_held_ = false;
  std::vector<protocol::Deed> held_reads_;
  protocol::Entropy entropy_;
};

class Bench {
 public:
  explicit Bench(std::size_t nodes, std::uint64_t seed = 1);

  std::uint64_t now_ms = 1'700'000'000'000;
  Hash federation{};
  std::vector<std::unique_ptr<BenchNode>> nodes;
  /// Changed by tests before start().
  std::function<void(protocol::SyncTerms&, std::size_t node)> adjust_terms;

  BenchNode& operator[](std::size_t i) { return *nodes[i]; }
  protocol::SyncEngine& engine(std::size_t i) { return *nodes[i]->engine; }
  void start();
  /// `a` dials. The ids of both ends are the same.
  LinkId link(std::size_t a, std::size_t b, std::uint16_t version = protocol::link_version_newest);
  void cut(LinkId link);
  bool is_up(LinkId link) const { return wires_.contains(link); }
  /// Delivers what is in flight; what that causes is for the next round. How many messages there were.
  std::size_t round();
  /// Rounds until nothing is in flight; no time passes.
  std::size_t settle(std::size_t rounds_max = 10'000);
  /// Moves the clock in steps of 50 ms, ticking and settling.
  void run_for(std::uint64_t ms);
  /// The node publishes one entry, and what it says of it is in flight.
  void publish(std::size_t node, std::size_t size = 1000);
  /// A message from outside as if the other end had sent it.
  void inject(LinkId link, std::size_t to, ByteView bytes);
  /// Sees every message; false drops it. (A link never does: to make a peer that does not answer.)
  std::function<bool(std::size_t from, std::size_t to, const protocol::wire::Message&)> filter;

  struct Traffic {
    std::size_t messages = 0;
    std::size_t bytes = 0;
  };
  Traffic traffic;
  /// Why engines closed links, in order.
  std::vector<std::pair<std::size_t, protocol::Refusal>> closed;
  bool equal(std::size_t a, std::size_t b) { return engine(a).digest() == engine(b).digest(); }

 private:
  struct Wire {
    std::size_t ends[2];
    std::deque<Bytes> to[2];
  };
  void carry_out(std::size_t node);

  std::map<LinkId, Wire> wires_;
  LinkId last_link_ = 0;
  std::vector<LinkId> cuts_;
};

}  // namespace hansa::test
