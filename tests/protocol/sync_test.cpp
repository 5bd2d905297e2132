// Two and three engines that mean well: what they agree on, in how many messages and round trips.

#include <doctest/doctest.h>

#include "sync_bench.h"

using namespace hansa::protocol;
using hansa::test::Bench;

namespace {

/// Both hold what `from` holds.
void copy_logs(Bench& bench, std::size_t from, std::size_t to) {
  for (const auto& [id, log] : bench[from].logs)
    if (id != bench[to].own) bench[to].logs[id] = log;
}

/// A and B hold the same `records`, of A and of B.
Bench equal_pair(std::size_t records) {
  Bench bench(2);
  for (std::size_t i = 0; i < records; ++i) {
    bench[0].append(500);
    bench[1].append(500);
  }
  copy_logs(bench, 0, 1);
  copy_logs(bench, 1, 0);
  return bench;
}

}  // namespace

TEST_CASE("equal nodes agree in three messages and one kilobyte") {
  auto bench = equal_pair(200);
  bench.start();
  bench.link(0, 1);
  bench.settle();
  MESSAGE("messages " << bench.traffic.messages << ", bytes " << bench.traffic.bytes);
  CHECK(bench.traffic.messages <= 3);
  CHECK(bench.traffic.bytes <= 1000);
  CHECK(bench.closed.empty());
  for (const std::size_t i : {0, 1}) {
    const auto views = bench.engine(i).peer_views(bench.now_ms);
    REQUIRE(views.size() == 1);
    CHECK(views[0].state == PeerState::live);
    CHECK(views[0].agrees == true);
    CHECK(views[0].held.size() == 2);
    CHECK(bench.engine(i).own_log_state() == OwnLogState::ready);
    CHECK(bench.engine(i).holders(*bench[0].own, 201) == 1);
  }
}

TEST_CASE("missing records are there two round trips after the handshake, whatever else is held") {
  for (const std::size_t held : {10, 3000})
    for (const std::size_t differences : {1, 10, 1000}) {
      auto bench = equal_pair(held);
      std::size_t bytes_of_records = 0;
      for (std::size_t i = 0; i < differences; ++i) {
        const auto entry = bench[1].append(300);
        bytes_of_records += entry.header.size() + entry.content.size() + 32;
      }
      bench.start();
      bench.link(0, 1);
      // One round has the initiator's third handshake message and its hello under way.
      std::size_t ways = 0;
      while (bench[0].missing_payloads() > 0 || bench[0].entries() < bench[1].entries()) {
        REQUIRE(bench.round() > 0);
        ++ways;
      }
      bench.settle();
      MESSAGE("held " << held << ", missing " << differences << ": " << ways << " one-way trips, "
                      << bench.traffic.messages << " messages, " << bench.traffic.bytes << " bytes for "
                      << bytes_of_records << " of records");
      CHECK(ways <= 4);
      CHECK(bench.traffic.bytes <= bytes_of_records + 1900);
      CHECK(bench.equal(0, 1));
    }
}

TEST_CASE("an empty node catches up with honest progress") {
  Bench bench(2);
  for (std::size_t i = 0; i < 5000; ++i) bench[0].append(200);
  bench.start();
  bench.link(0, 1);
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  bool caught_up_seen = false;
  while (bench.round() > 0) {
    const auto view = bench.engine(1).peer_views(bench.now_ms)[0];
    CHECK(view.done >= done);
    CHECK(view.done <= view.total);
    if (view.outstanding_entries + view.outstanding_payloads > 0 && total > 0)
      CHECK(view.state == PeerState::catching_up);
    if (total == 0 && view.total > 0) CHECK(view.total >= 10'000);
    caught_up_seen = caught_up_seen || (view.state == PeerState::live && view.done > 0);
    done = view.done;
    total = view.total;
  }
  CHECK(caught_up_seen);
  CHECK(done == total);
  CHECK(total <= 10'010);
  CHECK(bench[1].missing_payloads() == 0);
  CHECK(bench.equal(0, 1));
  CHECK(bench.engine(0).counters().refusals.empty());
  CHECK(bench.engine(1).counters().refusals.empty());
}

TEST_CASE("an interrupted node goes on where it was") {
  Bench bench(2);
  for (std::size_t i = 0; i < 9000; ++i) bench[0].append(1);
  bench.start();
  const auto link = bench.link(0, 1);
  while (bench[1].entries() < 2000) REQUIRE(bench.round() > 0);
  const auto entries = bench[1].entries();
  CHECK(entries < 9000);
  bench.cut(link);
  bench.settle();
  const auto received = bench.engine(1).counters().entries_received;
  bench.link(1, 0);
  bench.settle();
  CHECK(bench.equal(0, 1));
  CHECK(bench.engine(1).counters().entries_received - received == 9002 - entries);
}

TEST_CASE("a published entry is pushed with its payload in one message") {
  auto bench = equal_pair(3);
  bench.start();
  bench.link(0, 1);
  bench.settle();
  bench.traffic = {};
  bench[0].publish(1);
  bench.run_for(50);
  CHECK(bench[1].entries() == bench[0].entries());
  CHECK(bench[1].missing_payloads() == 0);
  bench.run_for(2000);
  CHECK(bench.equal(0, 1));
  CHECK(bench.engine(0).peer_views(bench.now_ms)[0].agrees == true);
  CHECK(bench.engine(1).peer_views(bench.now_ms)[0].agrees == true);
  CHECK(bench.engine(0).holders(*bench[0].own, 5) == 1);
}

TEST_CASE("in a line the middle node relays") {
  Bench bench(3);
  bench.start();
  bench.link(0, 1);
  bench.link(1, 2);
  bench.settle();
  for (int i = 0; i < 5; ++i) {
    bench[0].publish(2);
    bench[2].publish(1);
    bench.run_for(200);
  }
  bench.run_for(3000);
  CHECK(bench[2].entries() == 3 + 15);
  CHECK(bench.equal(0, 1));
  CHECK(bench.equal(1, 2));
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(bench[i].missing_payloads() == 0);
    CHECK(bench.engine(i).counters().refusals.empty());
    for (const auto& view : bench.engine(i).peer_views(bench.now_ms))
      if (view.state != PeerState::unlinked) CHECK(view.agrees == true);
  }
}

TEST_CASE("in a full mesh every entry comes once") {
  Bench bench(8);
  bench.start();
  for (std::size_t a = 0; a < 8; ++a)
    for (std::size_t b = a + 1; b < 8; ++b) bench.link(a, b);
  bench.settle();
  bench.run_for(2000);
  std::vector<std::uint64_t> before;
  for (std::size_t i = 0; i < 8; ++i) before.push_back(bench.engine(i).counters().entries_received);
  for (int turn = 0; turn < 20; ++turn) {
    for (std::size_t i = 0; i < 8; ++i) bench[i].publish(1);
    bench.run_for(100);
  }
  bench.run_for(3000);
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK(bench.equal(0, i));
    CHECK(bench.engine(i).counters().entries_received - before[i] == 7 * 20);
  }
}

TEST_CASE("several peers share the work, and what a peer that goes away was asked is asked of others") {
  Bench bench(4);
  for (std::size_t n = 0; n < 3; ++n)
    for (std::size_t i = 0; i < 3000; ++i) bench[n].append(100);
  for (std::size_t n = 0; n < 3; ++n)
    for (std::size_t m = 0; m < 3; ++m)
      if (n != m) copy_logs(bench, n, m);
  bench.start();
  LinkId first = 0;
  for (std::size_t n = 0; n < 3; ++n) {
    const auto link = bench.link(3, n);
    if (n == 0) first = link;
  }
  std::set<std::size_t> answered;
  bench.filter = [&](std::size_t from, std::size_t to, const wire::Message& message) {
    if (to == 3 && wire::is_bulk(message)) answered.insert(from);
    return true;
  };
  while (bench[3].entries() < 3000) REQUIRE(bench.round() > 0);
  bench.cut(first);
  bench.settle();
  CHECK(answered.size() == 3);
  CHECK(bench[3].missing_payloads() == 0);
  CHECK(bench.equal(1, 3));
  // Every log of the dead link's node came from the two others, without a header coming twice.
  CHECK(bench.engine(3).counters().entries_received <= 9003 + header_pulls_per_link * pull_headers_max);
}
