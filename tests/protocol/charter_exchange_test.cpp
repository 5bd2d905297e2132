// Nodes with different charters meet on a link: which of them moves, and what becomes of a split.

#include <doctest/doctest.h>

#include "charters.h"
#include "sync_bench.h"

using namespace hansa::protocol;
using hansa::test::Bench;

namespace {

/// Two nodes that hold the same founding version; what they hold beyond it is for the test.
struct TwoCharters : testing::Federation {
  Bench bench{2};

  explicit TwoCharters(std::uint64_t seed) : testing::Federation(seed) {
    for (const std::size_t i : {0, 1}) bench[i].charters = *CharterChain::start(charter->bytes());
  }
  /// One more version at this node, or at both.
  void extend(std::size_t node) { give(node, after(bench[node].charters->newest())); }
  void extend_both() {
    const Charter next = after(bench[0].charters->newest());
    for (const std::size_t i : {0, 1}) give(i, next);
  }
  void give(std::size_t node, const Charter& version) {
    CHECK_FALSE(bench[node].charters->take(version.bytes()).fault);
  }
  Charter after(const Charter& before) {
    auto made = read_charter(signed_by(next_body(before, dice.entropy()), pointers(2)), &before);
    REQUIRE(made);
    return *made;
  }
  void start() {
    bench.start();
    for (const std::size_t i : {0, 1}) bench[i].follow_charters();
  }
  LinkId link() {
    const auto link = bench.link(0, 1);
    bench.settle();
    return link;
  }
  /// Links again and again, as diallers do; how often it took until one stood.
  std::size_t links_until_one_stands(std::size_t most) {
    for (std::size_t links = 1; links <= most; ++links)
      if (bench.is_up(link())) return links;
    FAIL("no link stands");
    return 0;
  }
  const Charter& newest(std::size_t node) { return bench[node].charters->newest(); }
  void check_equal() {
    CHECK(newest(0).hash() == newest(1).hash());
    CHECK(bench.equal(0, 1));
    CHECK(bench.engine(0).peer_views(bench.now_ms)[0].agrees == true);
  }
  std::optional<PeerError> error(std::size_t node) {
    return bench.engine(node).peer_views(bench.now_ms)[0].last_error;
  }
};

}  // namespace

TEST_CASE("who holds an older charter takes the newer ones, whoever dialled") {
  for (const std::size_t ahead : {0, 1}) {
    TwoCharters f(401);
    for (int i = 0; i < 3; ++i) f.extend(ahead);
    f.start();
    CHECK(f.links_until_one_stands(2) == 2);
    CHECK(f.newest(0).version() == 4);
    f.check_equal();
  }
}

TEST_CASE("more versions than one message holds") {
  TwoCharters f(402);
  for (int i = 0; i < 150; ++i) f.extend(0);
  f.start();
  CHECK(f.links_until_one_stands(5) <= 4);
  CHECK(f.newest(1).version() == 151);
  f.check_equal();
}

TEST_CASE("of two siblings the lower hash wins on both sides") {
  for (const std::uint64_t seed : {403, 404, 405, 406}) {
    TwoCharters f(seed);
    f.extend_both();
    f.extend(0);
    f.extend(1);
    const Hash lower = std::min(f.newest(0).hash(), f.newest(1).hash());
    f.start();
    CHECK(f.links_until_one_stands(2) == 2);
    CHECK(f.newest(0).hash() == lower);
    f.check_equal();
  }
}

TEST_CASE("a sibling with a successor wins over one without") {
  TwoCharters f(407);
  f.extend_both();
  f.extend(0);
  f.extend(0);
  f.extend(1);
  f.start();
  CHECK(f.links_until_one_stands(2) == 2);
  CHECK(f.newest(1).version() == 4);
  f.check_equal();
}

TEST_CASE("a split where both sides are final stays, and both have the evidence") {
  // Where they part is shown by the first message, or lies before all that it holds.
  for (const auto& [behind_the_split_0, behind_the_split_1] :
       std::vector<std::pair<int, int>>{{1, 1}, {1, 3}, {3, 1}, {4, 4}}) {
    TwoCharters f(408);
    f.extend_both();
    for (int i = 0; i <= behind_the_split_0; ++i) f.extend(0);
    for (int i = 0; i <= behind_the_split_1; ++i) f.extend(1);
    const Hash before[] = {f.newest(0).hash(), f.newest(1).hash()};
    f.start();
    CHECK_FALSE(f.bench.is_up(f.link()));
    for (const std::size_t i : {0, 1}) {
      CHECK(f.newest(i).hash() == before[i]);
      CHECK(f.bench[i].charter_conflicts >= 1);
      REQUIRE(f.error(i));
      const bool named_here = f.error(i)->code == Refusal::different_charter;
      const bool told =
          f.error(i)->code == Refusal::closed && f.error(i)->params.at("reason") == "different_charter";
      CHECK((named_here || told));
    }
    for (const auto& [node, why] : f.bench.closed)
      CHECK((why == Refusal::different_charter || why == Refusal::closed));
  }
}

TEST_CASE("a peer that says it has a newer charter and sends none is left after a while") {
  TwoCharters f(409);
  f.extend(1);
  f.start();
  f.bench[1].charters = *CharterChain::start(f.charter->bytes());
  const auto link = f.link();
  CHECK(f.bench.is_up(link));
  f.bench.run_for(answer_wait_ms + 100);
  CHECK_FALSE(f.bench.is_up(link));
  CHECK(f.error(0)->code == Refusal::different_charter);
  CHECK(f.error(0)->params.at("version") == "2");
}

TEST_CASE("while charters are exchanged nothing else is, and no more than was asked for") {
  const std::vector<std::pair<wire::Message, Refusal>> hostile = {
      {wire::Announce{}, Refusal::out_of_order},
      {wire::Pull{1, wire::LogName::of(Hash{}), 1, 1, std::nullopt}, Refusal::out_of_order},
      {wire::Proof{Bytes(3, 1)}, Refusal::out_of_order},
      {wire::Hello{}, Refusal::out_of_order},
      {wire::Charters{{Bytes(7, 1)}}, Refusal::malformed},
  };
  for (const auto& [message, why] : hostile) {
    TwoCharters f(410);
    f.extend(1);
    f.start();
    f.bench.filter = [](std::size_t from, std::size_t, const wire::Message& sent) {
      return from == 0 || !std::holds_alternative<wire::Charters>(sent);
    };
    const auto link = f.link();
    wire::Message bytes = message;
    if (auto* hello = std::get_if<wire::Hello>(&bytes)) {
      hello->receive_credit_bytes = receive_credit_bytes_default;
      hello->message_bytes_max = message_bytes_max;
    }
    f.bench.inject(link, 0, wire::encode(bytes));
    f.bench.settle();
    CHECK_FALSE(f.bench.is_up(link));
    CHECK(f.error(0)->code == why);
  }
  // Known versions once more, without having been asked.
  TwoCharters f(411);
  f.extend(1);
  f.start();
  f.bench[1].charters = *CharterChain::start(f.charter->bytes());
  const auto link = f.link();
  const Bytes again =
      wire::encode(wire::Charters{{Bytes(f.charter->bytes().begin(), f.charter->bytes().end())}});
  for (int i = 0; i < 3 && f.bench.is_up(link); ++i) {
    f.bench.inject(link, 0, again);
    f.bench.round();
  }
  CHECK_FALSE(f.bench.is_up(link));
  CHECK(f.error(0)->code == Refusal::unsolicited);
}

TEST_CASE("charters have no place on an open link, and questions for them a limit") {
  TwoCharters f(412);
  f.start();
  auto link = f.link();
  REQUIRE(f.bench.is_up(link));
  f.bench.inject(link, 0, wire::encode(wire::PullCharters{1}));
  f.bench.settle();
  CHECK_FALSE(f.bench.is_up(link));
  CHECK(f.error(0)->code == Refusal::out_of_order);

  TwoCharters asked(413);
  asked.extend(0);
  asked.start();
  asked.bench[1].charters.reset();
  link = asked.link();
  asked.bench.filter = [](std::size_t from, std::size_t, const wire::Message&) { return from == 1; };
  for (std::size_t i = 0; i <= charter_questions_per_link && asked.bench.is_up(link); ++i) {
    asked.bench.inject(link, 0, wire::encode(wire::PullCharters{1}));
    asked.bench.round();
  }
  asked.bench.settle();
  CHECK_FALSE(asked.bench.is_up(link));
  CHECK(asked.error(0)->code == Refusal::limit_exceeded);
}

TEST_CASE("on a link of version 1 what belongs to version 2 is unknown") {
  Bench bench(2);
  bench.start();
  const auto link = bench.link(0, 1, 1);
  bench.settle();
  bench.inject(link, 0, wire::encode(wire::PullCharters{1}));
  bench.inject(link, 0, wire::encode(wire::Proof{Bytes(3, 1)}));
  CHECK(bench.engine(0).counters().unknown_messages == 2);
  bench[0].publish(1);
  bench.run_for(500);
  CHECK(bench.is_up(link));
  CHECK(bench.equal(0, 1));
}
