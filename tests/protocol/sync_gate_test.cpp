// Own entries go only to peers that stated where they stand on our log (docs/protocol.md, "Own entries").

#include <doctest/doctest.h>

#include "sync_bench.h"

using namespace hansa::protocol;
using hansa::test::Bench;

namespace {

std::size_t held_of(Bench& bench, std::size_t at, std::size_t of) {
  return bench[at].logs[*bench[of].own].headers.size();
}

}  // namespace

TEST_CASE("after a start own entries wait until all expected peers have spoken") {
  Bench bench(3);
  bench[0].append(10);
  bench.adjust_terms = [](SyncTerms& terms, std::size_t node) {
    if (node == 0) terms.expected.reset();  // all nodes of the charter
  };
  bench.start();
  bench.link(0, 1);
  bench.settle();
  bench.run_for(5000);
  CHECK(bench.engine(0).own_log_state() == OwnLogState::awaiting_statements);
  CHECK(held_of(bench, 1, 0) == 0);
  CHECK(bench[0].logs.size() == 2);  // others' entries need no gate
  bench.link(2, 0);
  bench.settle();
  bench.run_for(200);
  CHECK(bench.engine(0).own_log_state() == OwnLogState::ready);
  CHECK(held_of(bench, 1, 0) == 2);
  CHECK(held_of(bench, 2, 0) == 2);
  CHECK(bench.engine(1).counters().refusals.empty());
}

TEST_CASE("the wait ends after thirty seconds") {
  Bench bench(3);
  bench.adjust_terms = [](SyncTerms& terms, std::size_t node) {
    if (node == 0) terms.expected.reset();
  };
  bench.start();
  bench.link(0, 1);
  bench.run_for(statements_wait_ms - 1000);
  CHECK(held_of(bench, 1, 0) == 0);
  bench.run_for(2000);
  CHECK(bench.engine(0).own_log_state() == OwnLogState::ready);
  CHECK(held_of(bench, 1, 0) == 1);
}

TEST_CASE("entries of our own log that a peer holds are fetched back first") {
  for (const bool peer_dials : {false, true}) {
    Bench bench(2);
    for (int i = 0; i < 20; ++i) bench[0].append(40);
    bench[1].logs[*bench[0].own] = bench[0].logs[*bench[0].own];
    // The store was restored from a backup.
    auto& own = bench[0].logs[*bench[0].own];
    own.headers.resize(5);
    own.payloads.erase(own.payloads.upper_bound(5), own.payloads.end());
    own.tip->sequence = own.checked = 5;
    own.tip->hash = entry_hash(own.headers.back());
    bench.start();
    bool behind = false;
    bench.link(peer_dials ? 1 : 0, peer_dials ? 0 : 1);
    while (bench.round() > 0)
      behind = behind || bench.engine(0).own_log_state() == OwnLogState::fetching_back;
    CHECK(behind);
    CHECK(held_of(bench, 0, 0) == 21);
    CHECK(bench[0].missing_payloads() == 0);
    // Others may hold still more of it, so nothing is added to it; another log is another matter.
    CHECK(bench.engine(0).own_log_state() == OwnLogState::overtaken);
    CHECK(bench.engine(0).own_log_doubters().empty());
    bench[0].declare();
    const auto own_now = bench[0].logs[*bench[0].own].head(*bench[0].own);
    bench.engine(0).head_changed(own_now, std::nullopt, bench.now_ms);
    bench.engine(0).set_own_log(own_now, bench.now_ms);
    bench.run_for(50);
    bench.link(0, 1);
    bench.settle();
    bench[0].publish(1);
    bench.run_for(200);
    CHECK(bench.engine(0).own_log_state() == OwnLogState::ready);
    CHECK(held_of(bench, 1, 0) == 2);
    CHECK(bench.equal(0, 1));
  }
}

TEST_CASE("a peer with another branch of our log gets nothing of ours, with the reason") {
  Bench bench(3);
  for (int i = 0; i < 5; ++i) bench[0].append(40);
  bench[1].logs[*bench[0].own] = bench[0].logs[*bench[0].own];
  auto& own = bench[0].logs[*bench[0].own];
  own.headers.resize(4);
  own.payloads.erase(own.payloads.upper_bound(4), own.payloads.end());
  own.tip->sequence = own.checked = 4;
  own.tip->hash = entry_hash(own.headers.back());
  for (int i = 0; i < 3; ++i) bench[0].append(41);
  bench.start();
  bench.link(0, 1);
  bench.link(0, 2);
  bench.settle();
  bench[0].publish(1);
  bench.run_for(1000);
  CHECK(held_of(bench, 1, 0) == 6);
  // Ours may go on elsewhere, but not in this log.
  CHECK(bench.engine(0).own_log_state() == OwnLogState::parted);
  CHECK(held_of(bench, 2, 0) == held_of(bench, 0, 0) - 1);
  const auto views = bench.engine(0).peer_views(bench.now_ms);
  bool named = false;
  for (const auto& view : views)
    if (view.node == bench[1].key.public_key())
      named = view.last_error && view.last_error->code == Refusal::own_log_differs;
  CHECK(named);
}

TEST_CASE("a peer that states more of our log and goes away stops us for a while only") {
  Bench bench(3);
  for (int i = 0; i < 5; ++i) bench[0].append(40);
  bench[1].logs[*bench[0].own] = bench[0].logs[*bench[0].own];
  auto& own = bench[0].logs[*bench[0].own];
  own.headers.resize(3);
  own.payloads.erase(own.payloads.upper_bound(3), own.payloads.end());
  own.tip->sequence = own.checked = 3;
  own.tip->hash = entry_hash(own.headers.back());
  bench.filter = [](std::size_t, std::size_t, const wire::Message& message) {
    return !std::holds_alternative<wire::Batch>(message);
  };
  bench.start();
  auto link = bench.link(0, 1);
  bench.settle();
  CHECK(bench.engine(0).own_log_state() == OwnLogState::fetching_back);
  // It comes and goes; that does not begin the wait again.
  for (int times = 0; times < 3; ++times) {
    bench.cut(link);
    bench.run_for(8000);
    CHECK(bench.engine(0).own_log_state() == OwnLogState::fetching_back);
    CHECK(bench.engine(0).own_log_doubters().empty());
    link = bench.link(0, 1);
    bench.settle();
  }
  bench.run_for(statements_wait_ms - 3 * 8000 + 500);
  CHECK(bench.engine(0).own_log_doubters().size() == 1);
  CHECK(bench.engine(0).own_log_state() != OwnLogState::fetching_back);
  bench.cut(link);
  link = bench.link(0, 1);
  bench.settle();
  CHECK(bench.engine(0).own_log_state() != OwnLogState::fetching_back);
  CHECK(held_of(bench, 1, 0) == 6);
}

TEST_CASE("a peer that states a head of our log it cannot show does not stop us for ever") {
  Bench bench(3);
  for (int i = 0; i < 5; ++i) bench[0].append(40);
  bench[1].logs[*bench[0].own] = bench[0].logs[*bench[0].own];
  auto& claimed = bench[1].logs[*bench[0].own];
  claimed.tip->sequence = 400;
  claimed.headers.clear();
  bench.start();
  bench.link(0, 1);
  bench.settle();
  CHECK(bench.engine(0).own_log_state() == OwnLogState::ready);
  CHECK(bench.engine(0).counters().refusals.at(Refusal::own_log_differs) == 1);
  CHECK(bench.engine(0).own_log_doubters().size() == 1);
  bench.link(0, 2);
  bench.settle();
  CHECK(held_of(bench, 2, 0) == 6);
}

TEST_CASE("another log of ours closes the links") {
  Bench bench(2);
  bench.start();
  bench.link(0, 1);
  bench.settle();
  bench[0].declare();
  bench.engine(0).head_changed(bench[0].logs[*bench[0].own].head(*bench[0].own), std::nullopt, bench.now_ms);
  bench.engine(0).set_own_log(bench[0].logs[*bench[0].own].head(*bench[0].own), bench.now_ms);
  bench.run_for(50);
  REQUIRE(!bench.closed.empty());
  CHECK(bench.closed[0].second == Refusal::own_epoch_changed);
  bench.link(0, 1);
  bench.settle();
  CHECK(bench.equal(0, 1));
}

TEST_CASE("of two links with one peer both sides keep the same") {
  Bench bench(2);
  bench.start();
  const auto first = bench.link(0, 1);
  const auto second = bench.link(1, 0);
  bench.settle();
  const bool lower = bench[0].key.public_key() < bench[1].key.public_key();
  CHECK(bench.is_up(first) == lower);
  CHECK(bench.is_up(second) != lower);
  CHECK(bench.equal(0, 1));
}
