// What an author publishes while its peers are behind: it is pushed all the same, comes once, and costs
// nobody its link.

#include <doctest/doctest.h>

#include "sync_bench.h"

using namespace hansa::protocol;
using hansa::test::Bench;

namespace {

/// Counts what crosses from node 0 to node 1 and back.
struct Crossed {
  std::size_t pushes = 0;
  std::size_t pulls = 0;

  explicit Crossed(Bench& bench) {
    bench.filter = [this](std::size_t from, std::size_t, const wire::Message& message) {
      if (from == 0 && std::holds_alternative<wire::Push>(message)) ++pushes;
      if (from == 1 && std::holds_alternative<wire::Pull>(message)) ++pulls;
      return true;
    };
  }
};

void check_whole(Bench& bench, std::size_t node) {
  CHECK(bench[node].logs[*bench[0].own].headers.size() == bench[0].logs[*bench[0].own].headers.size());
  CHECK(bench[node].missing_payloads() == 0);
  CHECK(bench.closed.empty());
}

}  // namespace

TEST_CASE("who has just pulled is pushed the next entry without having said that it arrived") {
  for (const int backlog : {1, 3, 30, 500}) {
    CAPTURE(backlog);
    Bench bench(2);
    for (int i = 0; i < backlog; ++i) bench[0].append(100);
    bench.start();
    bench.link(1, 0);
    bench.settle();
    Crossed crossed(bench);
    for (std::size_t i = 1; i <= 100; ++i) {
      bench.publish(0);
      bench.round();
      CHECK(crossed.pushes == i);
      CHECK(bench[1].logs[*bench[0].own].headers.size() == bench[0].logs[*bench[0].own].headers.size());
    }
    CHECK(crossed.pulls == 0);
    check_whole(bench, 1);
  }
}

TEST_CASE("a publisher that does not pause while a peer catches up: every entry comes once") {
  Bench bench(2);
  for (int i = 0; i < 3000; ++i) bench[0].append(100);
  bench.start();
  bench.link(1, 0);
  bench.round();
  bench.round();
  Crossed crossed(bench);
  // Faster than the gap closes: each round is one way.
  for (int i = 0; i < 200; ++i) {
    bench.publish(0);
    bench.round();
  }
  CHECK(crossed.pushes > 100);
  const auto pulls = crossed.pulls;
  const auto pushes = crossed.pushes;
  for (int i = 0; i < 50; ++i) {
    bench.publish(0);
    bench.round();
  }
  CHECK(crossed.pulls == pulls);
  CHECK(crossed.pushes == pushes + 50);
  bench.settle();
  check_whole(bench, 1);
  CHECK(bench.engine(1).counters().entries_received == bench[0].logs[*bench[0].own].headers.size());
}

TEST_CASE("pushes beyond what is held: a little is kept, the rest is pulled") {
  Bench bench(2);
  bench.start();
  const auto link = bench.link(1, 0);
  bench.settle();
  std::size_t pushes = 0;
  bench.filter = [&](std::size_t, std::size_t, const wire::Message& message) {
    // The first gets lost, and the question for it waits: all others come too early.
    return !std::holds_alternative<wire::Push>(message) || ++pushes > 1;
  };
  bench[0].hold_reads(true);
  for (int i = 0; i < 30; ++i) {
    bench.publish(0, 100'000);
    bench.round();
  }
  bench.settle();
  CHECK(pushes == 30);
  const auto of_author = [&] { return bench[1].logs[*bench[0].own].headers.size(); };
  CHECK(of_author() == 1);
  std::size_t payloads = 0;
  bench.filter = [&](std::size_t, std::size_t, const wire::Message& message) {
    if (const auto* answer = std::get_if<wire::Payloads>(&message)) payloads += answer->items.size();
    return true;
  };
  bench[0].hold_reads(false);
  bench.run_for(2000);
  CHECK(bench.is_up(link));
  check_whole(bench, 1);
  const std::size_t kept = 30 - payloads;
  MESSAGE("kept " << kept << " of 30");
  CHECK(kept >= 5);
  CHECK(kept <= early_pushes_bytes_max / 100'000);
}

TEST_CASE("what was pushed early and belongs to another branch is dropped") {
  Bench bench(2);
  for (int i = 0; i < 5; ++i) bench[0].append(100);
  bench.start();
  const auto link = bench.link(1, 0);
  bench.settle();
  const auto before = bench[0].logs[*bench[0].own];
  for (int i = 0; i < 2; ++i) bench[0].append(100);
  const auto other = bench[0].append(100);
  // The author's real log goes on otherwise.
  bench[0].logs[*bench[0].own] = before;
  bench.inject(link, 1, wire::encode(wire::Push{other.header, other.salt, other.content}));
  bench.publish(0);
  bench.publish(0);
  bench.publish(0);
  bench.publish(0);
  bench.run_for(5000);
  CHECK(bench.is_up(link));
  check_whole(bench, 1);
}

TEST_CASE(
    "a log that both ends drop is not believed to be with the other, though only its payloads were told") {
  Bench bench(3);
  for (int i = 0; i < 4; ++i) bench[2].append(30);
  const auto log = *bench[2].own;
  bench[0].logs[log] = bench[2].logs[log];
  bench.start();
  bench.link(0, 1);
  bench.settle();
  bench.run_for(3000);
  REQUIRE(bench[1].logs[log].headers.size() == 5);
  // As if it had to make room for another one.
  for (const std::size_t node : {0, 1}) {
    bench[node].logs.erase(log);
    bench.engine(node).head_changed({log, bench[2].key.public_key(), 1, 0, {}, 0, 0}, std::nullopt,
                                    bench.now_ms);
  }
  bench.run_for(5000);
  for (const std::size_t node : {0, 1})
    for (const auto& view : bench.engine(node).peer_views(bench.now_ms))
      if (view.node == bench[1 - node].key.public_key()) CHECK(view.agrees == true);
}
