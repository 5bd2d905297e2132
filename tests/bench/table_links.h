#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "catalogue.h"
#include "core/node.h"
#include "dice.h"
#include "protocol/wire.h"

namespace hansa::bench {

/// What crossed the links.
struct Traffic {
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;         ///< of messages, before framing and encryption
  std::uint64_t record_bytes = 0;  ///< of these, in batches, payloads and pushes
};

/// Real nodes on real stores, joined by links that are mere queues: what is delivered happens in rounds, one
/// round is the time of one way, so that messages and round trips are exact. One thread.
class TableNodes {
 public:
  /// Opens one node for each measuring key of the federation, in directories that may hold a store already.
  TableNodes(const Federation& federation, const test::TemporaryDirectory& scratch, const std::string& prefix,
             std::uint64_t seed);
  ~TableNodes();

  /// `a` dials; the hello rides with the third message of the handshake, so the other end hears of the link
  /// with it.
  void link(std::size_t a, std::size_t b);
  /// Delivers what is in flight; what that causes is for the next round. False if nothing was.
  bool round();
  /// Rounds, and time if nothing is in flight, until `done` says so. Throws if it does not within a minute of
  /// the nodes' time.
  template <class Done>
  void run_until(Done done) {
    for (const auto end = now_ms_ + 60'000; !done();) {
      if (!round()) pass(10);
      if (now_ms_ > end) fail_waiting();
    }
  }
  /// Moves the nodes' clock without delivering.
  void pass(std::uint64_t ms);
  /// How long nothing was in flight while run_until waited, ms.
  std::uint64_t waited_ms() const { return waited_ms_; }

  std::size_t size() const { return members_.size(); }
  core::Node& node(std::size_t i);
  store::Totals totals(std::size_t i) const;
  Traffic traffic;
  /// For each node: entries that came in over its links, also if it had them.
  std::vector<std::uint64_t> entries_received;

 private:
  struct Member;
  struct Wire {
    std::size_t ends[2];
    std::deque<protocol::Bytes> to[2];
    bool accepted = false;
    bool open = true;
  };
  [[noreturn]] static void fail_waiting();
  void deliver(core::LinkId link, Wire& wire, std::size_t end, std::deque<protocol::Bytes> inbox);
  void count(std::size_t receiver, const protocol::Bytes& message);
  void work(std::size_t node);

  Dice dice_;
  std::uint64_t now_ms_ = written_ms;
  std::uint64_t waited_ms_ = 0;
  std::vector<std::unique_ptr<Member>> members_;
  std::vector<Wire> wires_;
};

}  // namespace hansa::bench
