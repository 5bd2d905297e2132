// Two nodes that hold different branches of one log find the place where they part.

#include <doctest/doctest.h>

#include "protocol/fork.h"
#include "sync_bench.h"

using namespace hansa::protocol;
using hansa::test::Bench;
using hansa::test::BenchLog;

namespace {

/// Cuts the node's own log back behind `length` entries.
void put_back(Bench& bench, std::size_t node, std::uint64_t length) {
  BenchLog& log = bench[node].logs[*bench[node].own];
  log.headers.resize(length);
  log.payloads.erase(log.payloads.upper_bound(length), log.payloads.end());
  log.tip->sequence = log.checked = length;
  log.tip->hash = entry_hash(log.headers.back());
}

/// Nodes 0 and 1 hold the log of node 2 with `common` entries and then these many of their own branch.
Hash part(Bench& bench, std::uint64_t common, std::size_t of_0, std::size_t of_1) {
  const Hash log = *bench[2].own;
  while (bench[2].logs[log].headers.size() < common) bench[2].append(40);
  for (std::size_t i = 0; i < of_0; ++i) bench[2].append(40);
  bench[0].logs[log] = bench[2].logs[log];
  put_back(bench, 2, common);
  for (std::size_t i = 0; i < of_1; ++i) bench[2].append(41);
  bench[1].logs[log] = bench[2].logs[log];
  return log;
}

}  // namespace

TEST_CASE("both find the lowest place where two signed branches part") {
  struct Case {
    std::uint64_t common;
    std::size_t of_0, of_1;
  };
  for (const auto& one :
       {Case{1, 1, 1}, Case{5, 3, 3}, Case{5, 1, 40}, Case{300, 200, 7}, Case{40, 90, 90}}) {
    INFO(one.common << " common entries, then " << one.of_0 << " and " << one.of_1);
    Bench bench(3);
    const Hash log = part(bench, one.common, one.of_0, one.of_1);
    bench.start();
    bench.link(0, 1);
    bench.run_for(500);
    for (const std::size_t node : {0, 1}) {
      REQUIRE(bench[node].forks.size() == 1);
      const auto& fork = bench[node].forks.front();
      CHECK(fork.log == log);
      CHECK(fork.sequence == one.common + 1);
      const auto evidence =
          make_fork(bench.federation, bench[node].logs[log].headers.front(), fork.ours, fork.theirs);
      REQUIRE(evidence);
      CHECK(evidence->sequence() == one.common + 1);
    }
    CHECK(make_fork(bench.federation, bench[0].logs[log].headers.front(), bench[0].forks[0].ours,
                    bench[0].forks[0].theirs)
              ->bytes() == make_fork(bench.federation, bench[0].logs[log].headers.front(),
                                     bench[1].forks[0].ours, bench[1].forks[0].theirs)
                               ->bytes());
    CHECK(bench.traffic.messages < 120);
  }
}

TEST_CASE("a branch that parts with a bad signature is no fork, and is not taken") {
  Bench bench(3);
  const Hash log = *bench[2].own;
  for (int i = 0; i < 5; ++i) bench[2].append(40);
  bench[0].logs[log] = bench[2].logs[log];
  for (int i = 0; i < 3; ++i) {
    bench[0].logs[log] = bench[2].logs[log];
    bench[2].append(40);
  }
  const auto good = bench[2].logs[log];
  put_back(bench, 2, 5);
  bench[2].append(41, true);
  for (int i = 0; i < 5; ++i) bench[2].append(41);
  bench[0].logs[log] = good;
  bench[1].logs[log] = bench[2].logs[log];
  bench.start();
  bench.link(0, 1);
  bench.run_for(1000);
  CHECK(bench[0].forks.empty());
  CHECK(bench.engine(0).counters().refusals.contains(Refusal::refused_branch));
  CHECK(bench[0].logs[log].headers.size() == good.headers.size());
}

TEST_CASE("a node finds where a peer's branch of its own log parts from its own") {
  for (const bool peer_is_ahead : {false, true}) {
    INFO("the peer is ahead: " << peer_is_ahead);
    Bench bench(2);
    for (int i = 0; i < 9; ++i) bench[0].append(40);
    bench[1].logs[*bench[0].own] = bench[0].logs[*bench[0].own];
    put_back(bench, 0, 6);
    for (int i = 0; i < (peer_is_ahead ? 2 : 7); ++i) bench[0].append(41);
    bench.start();
    bench.link(0, 1);
    bench.run_for(500);
    CHECK(bench.engine(0).own_log_state() == OwnLogState::parted);
    CHECK(bench.engine(0).own_log_parted_at() == 7);
    CHECK(bench[0].forks.empty());
    bench[0].publish(1);
    bench.run_for(500);
    CHECK(bench[1].logs[*bench[0].own].headers.size() == 10);
  }
}

TEST_CASE("who does not answer while a fork is searched is asked again later, and nothing is concluded") {
  Bench bench(3);
  part(bench, 30, 9, 9);
  bool deaf = true;
  bench.filter = [&](std::size_t, std::size_t, const wire::Message& message) {
    return !deaf || !std::holds_alternative<wire::Batch>(message);
  };
  bench.start();
  bench.link(0, 1);
  bench.run_for(15'000);
  CHECK(bench[0].forks.empty());
  deaf = false;
  bench.run_for(15'000);
  CHECK(bench[0].forks.size() == 1);
  CHECK(bench[1].forks.size() == 1);
}
