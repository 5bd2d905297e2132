// Peers that are slow, or do not answer: what is asked of them goes elsewhere, and they are asked for no more
// than they can owe.

#include <doctest/doctest.h>

#include "sync_bench.h"

using namespace hansa::protocol;
using hansa::test::Bench;

TEST_CASE("a pull that stalls is given to another peer, and the one that stalled is named") {
  Bench bench(3);
  for (int i = 0; i < 4000; ++i) bench[1].append(100);
  bench[2].logs[*bench[1].own] = bench[1].logs[*bench[1].own];
  bench.start();
  bench.filter = [](std::size_t from, std::size_t, const wire::Message& message) {
    return from != 1 || !wire::is_bulk(message);
  };
  const auto stalling = bench.link(0, 1);
  bench.settle();
  bench.link(0, 2);
  bench.settle();
  CHECK(bench[0].entries() < 4000);
  bench.run_for(answer_wait_ms + 500);
  CHECK(bench.equal(0, 2));
  CHECK(bench[0].missing_payloads() == 0);
  CHECK(bench.engine(0).counters().pulls_reassigned > 0);
  CHECK(bench.is_up(stalling));
  for (const auto& view : bench.engine(0).peer_views(bench.now_ms))
    if (view.node == bench[1].key.public_key()) CHECK(view.last_error->code == Refusal::stalled);
}

TEST_CASE("a peer that answers late is not asked for more than it may owe, and goes on on the same link") {
  Bench bench(2);
  for (int i = 0; i < 12'000; ++i) bench[1].append(20);
  bench.start();
  bench[1].hold_reads(true);
  const auto link = bench.link(0, 1);
  bench.run_for(4 * answer_wait_ms);
  CHECK(bench.engine(0).counters().refusals.at(Refusal::stalled) >= 2);
  CHECK(bench[0].entries() == 1);
  bench[1].hold_reads(false);
  bench.run_for(60'000);
  CHECK(bench.is_up(link));
  CHECK(bench.closed.empty());
  CHECK(bench.equal(0, 1));
  CHECK(bench[0].missing_payloads() == 0);
}

TEST_CASE("a peer that never answers loses its link as the one that stalled") {
  Bench bench(2);
  for (int i = 0; i < 12'000; ++i) bench[1].append(20);
  bench.start();
  bench[1].hold_reads(true);
  std::size_t asked = 0;
  bench.filter = [&](std::size_t from, std::size_t, const wire::Message& message) {
    if (from == 0 && std::holds_alternative<wire::Pull>(message)) ++asked;
    return true;
  };
  const auto link = bench.link(0, 1);
  for (int minutes = 0; minutes < 10 && bench.is_up(link); ++minutes) bench.run_for(60'000);
  CHECK(!bench.is_up(link));
  REQUIRE(!bench.closed.empty());
  CHECK(bench.closed[0] == std::pair<std::size_t, Refusal>{0, Refusal::stalled});
  CHECK(asked > given_up_per_link);
  CHECK(asked <= served_pulls_per_link);
  CHECK(bench.engine(0).peer_views(bench.now_ms)[0].last_error->code == Refusal::stalled);
  const auto told = bench.engine(1).peer_views(bench.now_ms)[0].last_error;
  REQUIRE(told);
  CHECK(told->code == Refusal::closed);
  CHECK(told->params.at("reason") == "stalled");
}
