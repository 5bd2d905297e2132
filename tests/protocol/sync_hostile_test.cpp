// Peers that do not mean well, or are broken: each is cut off or left alone with a counted, named reason, and
// the honest links go on.

#include <doctest/doctest.h>

#include "sync_bench.h"

using namespace hansa::protocol;
using hansa::test::Bench;

namespace {

/// Three linked nodes; node 1 will be spoken for by the test.
struct Three {
  Bench bench{3};
  LinkId hostile = 0;
  LinkId honest = 0;

  Three() {
    bench.start();
    hostile = bench.link(1, 0);
    honest = bench.link(0, 2);
    bench.settle();
    bench.run_for(2000);
  }
  void say(const wire::Message& message) { bench.inject(hostile, 0, wire::encode(message)); }
  std::uint64_t refusals(Refusal why) {
    const auto& counted = bench.engine(0).counters().refusals;
    const auto at = counted.find(why);
    return at == counted.end() ? 0 : at->second;
  }
  std::optional<PeerError> error_of(std::size_t node) {
    for (const auto& view : bench.engine(0).peer_views(bench.now_ms))
      if (view.node == bench[node].key.public_key()) return view.last_error;
    return std::nullopt;
  }
  /// The link is gone for this reason, named and counted, and the other one works.
  void check_cut_off(Refusal why) {
    CAPTURE(name(why));
    bench.settle();
    CHECK(!bench.is_up(hostile));
    CHECK(refusals(why) == 1);
    REQUIRE(error_of(1));
    CHECK(error_of(1)->code == why);
    CHECK(bench.is_up(honest));
    bench[2].publish(1);
    bench.run_for(500);
    CHECK(bench[0].logs[*bench[2].own].headers.size() == bench[2].logs[*bench[2].own].headers.size());
    CHECK(bench[0].missing_payloads() == 0);
  }
};

Bytes valid_batch_of(Bench& bench, std::size_t node) {
  Bytes headers;
  for (const auto& header : bench[node].logs[*bench[node].own].headers)
    headers.insert(headers.end(), header.begin(), header.end());
  return headers;
}

}  // namespace

TEST_CASE("bytes that are no message") {
  Three three;
  three.bench.inject(three.hostile, 0, Bytes(64, 0xff));
  three.check_cut_off(Refusal::malformed);
}

TEST_CASE("an oversized message") {
  Three three;
  three.bench.inject(three.hostile, 0, Bytes(message_bytes_max + 8));
  three.check_cut_off(Refusal::too_large);
}

TEST_CASE("a large message before the hello") {
  Three three;
  three.bench.cut(three.hostile);
  three.hostile = three.bench.link(1, 0);
  three.bench.inject(three.hostile, 0, Bytes(hello_bytes_max + 8));
  three.check_cut_off(Refusal::too_large);
}

TEST_CASE("a compressed bomb") {
  Three three;
  Bytes bytes = wire::encode(wire::Batch{1, Bytes(1000)});
  const std::uint32_t said = inflated_bytes_max + 1;
  const std::uint64_t honest = std::uint64_t{1000} << 32 | 1;
  for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8)
    if (std::memcmp(bytes.data() + i, &honest, 8) == 0) std::memcpy(bytes.data() + i + 4, &said, 4);
  three.bench.inject(three.hostile, 0, bytes);
  three.check_cut_off(Refusal::inflated_too_large);
}

TEST_CASE("anything before the hello, and a second hello") {
  {
    Three three;
    three.bench.cut(three.hostile);
    three.hostile = three.bench.link(1, 0);
    three.say(wire::Ping{1, 1});
    three.check_cut_off(Refusal::out_of_order);
  }
  Three three;
  Bytes hello;
  three.bench.cut(three.hostile);
  three.bench.filter = [&](std::size_t from, std::size_t to, const wire::Message& message) {
    if (from == 1 && to == 0 && std::holds_alternative<wire::Hello>(message)) hello = wire::encode(message);
    return true;
  };
  three.hostile = three.bench.link(1, 0);
  three.bench.settle();
  REQUIRE(!hello.empty());
  three.bench.inject(three.hostile, 0, hello);
  three.check_cut_off(Refusal::out_of_order);
}

TEST_CASE("a hello whose signature is not the peer's") {
  Three three;
  three.bench.cut(three.hostile);
  three.bench.filter = [&](std::size_t from, std::size_t to, const wire::Message& message) {
    if (from != 1 || to != 0 || !std::holds_alternative<wire::Hello>(message)) return true;
    auto forged = std::get<wire::Hello>(message);
    ++forged.own->sequence;
    three.say(forged);
    return false;
  };
  three.hostile = three.bench.link(1, 0);
  three.check_cut_off(Refusal::bad_signature);
}

TEST_CASE("a peer that says nothing after the handshake") {
  Three three;
  three.bench.cut(three.hostile);
  three.bench.filter = [](std::size_t from, std::size_t, const wire::Message&) { return from != 1; };
  three.hostile = three.bench.link(1, 0);
  three.bench.run_for(hello_wait_ms + 100);
  three.check_cut_off(Refusal::timeout);
}

TEST_CASE("answers that nobody asked for") {
  const std::vector<wire::Message> unsolicited = {wire::Batch{77, Bytes(500)}, wire::Payloads{77, true, {}},
                                                  wire::Deny{77, wire::DenyReason::nothing}};
  for (const auto& message : unsolicited) {
    Three three;
    three.say(message);
    three.check_cut_off(Refusal::unsolicited);
  }
}

TEST_CASE("a batch that is replayed") {
  Three three;
  std::optional<wire::Batch> batch;
  three.bench.filter = [&](std::size_t from, std::size_t to, const wire::Message& message) {
    if (from == 1 && to == 0 && std::holds_alternative<wire::Batch>(message))
      batch = std::get<wire::Batch>(message);
    return true;
  };
  three.bench.cut(three.hostile);
  three.bench[1].publish(3);
  three.hostile = three.bench.link(1, 0);
  three.bench.settle();
  REQUIRE(batch);
  three.say(*batch);
  three.check_cut_off(Refusal::unsolicited);
}

TEST_CASE("a batch of another log than was asked") {
  Three three;
  three.bench.cut(three.hostile);
  three.bench[1].publish(3);
  three.bench.filter = [&](std::size_t from, std::size_t to, const wire::Message& message) {
    if (from != 1 || to != 0 || !std::holds_alternative<wire::Batch>(message)) return true;
    three.say(wire::Batch{std::get<wire::Batch>(message).ticket, valid_batch_of(three.bench, 2)});
    return false;
  };
  three.hostile = three.bench.link(1, 0);
  three.check_cut_off(Refusal::malformed);
}

TEST_CASE("a peer that ignores the credit is cut off") {
  Bench bench(2);
  bench.start();
  const auto link = bench.link(1, 0);
  bench.settle();
  auto& engine = bench.engine(0);
  // A run of live entries, each the next one, faster than the store answers.
  std::size_t sent = 0;
  bool closed = false;
  while (!closed) {
    const auto entry = bench[1].append(900'000);
    Bytes content = entry.content;
    const Bytes push = wire::encode(wire::Push{entry.header, entry.salt, content});
    engine.message(link, push, bench.now_ms);
    sent += push.size();
    REQUIRE(sent <= receive_credit_bytes_default + push.size());
    for (const auto& deed : engine.take_deeds())
      if (const auto* close = std::get_if<CloseLink>(&deed)) {
        CHECK(close->reason == Refusal::beyond_credit);
        closed = true;
      }
  }
  CHECK(sent > receive_credit_bytes_default);
}

TEST_CASE("credit beyond the window, and more questions than may wait") {
  {
    Three three;
    three.say(wire::Credit{credit_bytes_max});
    three.check_cut_off(Refusal::limit_exceeded);
  }
  Three three;
  auto& engine = three.bench.engine(0);
  const auto log = wire::LogName::of(*three.bench[2].own);
  for (std::uint32_t ticket = 1; ticket <= served_pulls_per_link + 1; ++ticket)
    engine.message(three.hostile, wire::encode(wire::Pull{ticket, log, 1, 1, std::nullopt}),
                   three.bench.now_ms);
  three.bench.inject(three.hostile, 0, wire::encode(wire::Ping{1, 1}));  // lets the bench collect the deeds
  three.check_cut_off(Refusal::limit_exceeded);
}

TEST_CASE("a push by someone who is not the author") {
  Three three;
  const auto entry = three.bench[2].append(100);
  three.say(wire::Push{entry.header, entry.salt, entry.content});
  three.bench.settle();
  CHECK(!three.bench.is_up(three.hostile));
  CHECK(three.refusals(Refusal::not_permitted) == 1);
}

TEST_CASE("another charter, where a peer cannot exchange them") {
  Bench bench(2);
  bench.adjust_terms = [](SyncTerms& terms, std::size_t node) {
    if (node == 1) terms.charter_hash[3] = 1;
  };
  bench.start();
  bench.link(0, 1, 1);
  bench.settle();
  REQUIRE(!bench.closed.empty());
  CHECK(bench.closed[0].second == Refusal::different_charter);
  CHECK(bench.engine(1).peer_views(bench.now_ms)[0].last_error->code == Refusal::different_charter);
  // The other side heard why.
  const auto told = bench.engine(0).peer_views(bench.now_ms)[0].last_error;
  REQUIRE(told);
  CHECK(told->code == Refusal::closed);
  CHECK(told->params.at("reason") == "different_charter");
}

TEST_CASE("a head that is claimed and not delivered is asked for less and less often") {
  Three three;
  std::size_t pulls = 0;
  three.bench.filter = [&](std::size_t from, std::size_t to, const wire::Message& message) {
    if (from == 0 && to == 1 && std::holds_alternative<wire::Pull>(message)) ++pulls;
    return true;
  };
  const Hash log = *three.bench[1].own;
  Hash unknown;
  unknown.fill(0xab);
  three.say(wire::Announce{{{wire::LogName::of(wire::prefix_of(log)), 1000, {}},
                            {wire::LogName::of(wire::prefix_of(unknown)), 5, {}}}});
  three.bench.run_for(60'000);
  MESSAGE("pulls in a minute: " << pulls);
  CHECK(pulls >= 4);
  CHECK(pulls <= 16);
  CHECK(three.error_of(1)->code == Refusal::withheld);
  CHECK(three.bench.is_up(three.hostile));
}

TEST_CASE("payloads that do not match are asked of someone else") {
  Bench bench(3);
  for (int i = 0; i < 50; ++i) bench[1].append(100);
  auto& copy = bench[2].logs[*bench[1].own] = bench[1].logs[*bench[1].own];
  for (auto& [sequence, payload] : copy.payloads) payload.content[0] ^= 1;
  bench.start();
  bench.link(0, 2);
  bench.settle();
  CHECK(bench[0].missing_payloads() == 50);
  CHECK(bench.engine(0).counters().refusals.at(Refusal::bad_commitment) == 50);
  bench.link(0, 1);
  bench.run_for(100);
  CHECK(bench[0].missing_payloads() == 0);
}

TEST_CASE("a message of a newer peer is counted and ignored") {
  Three three;
  Bytes bytes = wire::encode(wire::Ping{1, 2});
  bytes[16] = 200;
  three.bench.inject(three.hostile, 0, bytes);
  CHECK(three.bench.is_up(three.hostile));
  CHECK(three.bench.engine(0).counters().unknown_messages == 1);
}

TEST_CASE("an author that signs badly in the middle: retracted everywhere, and not pulled for ever") {
  Bench bench(4);
  for (int i = 0; i < 300; ++i) bench[0].append(50);
  bench[0].append(50, true);
  for (int i = 0; i < 300; ++i) bench[0].append(50);
  bench.start();
  bench.link(0, 1);
  bench.link(1, 2);
  bench.link(0, 3);
  bench.settle();
  // The last signature vouches for all.
  CHECK(bench[2].logs[*bench[0].own].headers.size() == 602);
  std::size_t pulls = 0;
  bench.filter = [&](std::size_t, std::size_t, const wire::Message& message) {
    if (std::holds_alternative<wire::Pull>(message)) ++pulls;
    return true;
  };
  bench[1].check_all();
  bench.run_for(1000);
  bench[2].check_all();
  bench[3].check_all();
  bench.run_for(120'000);
  MESSAGE("pulls in two minutes after the retraction: " << pulls);
  CHECK(pulls <= 24);
  for (const std::size_t i : {1, 2, 3}) {
    CHECK(bench[i].logs[*bench[0].own].headers.size() == 301);
    CHECK(bench.equal(1, i));
  }
  CHECK(bench.engine(1).counters().refusals.at(Refusal::refused_branch) >= 1);
}

TEST_CASE("a branch that differs waits for the check, then is named and left alone") {
  Bench bench(3);
  for (int i = 0; i < 10; ++i) bench[0].append(50);
  // Node 2 holds another branch of node 0's log: a fork by its author.
  auto& fork = bench[2].logs[*bench[0].own] = bench[0].logs[*bench[0].own];
  for (int i = 0; i < 5; ++i) bench[0].append(50);
  auto original = bench[0].logs[*bench[0].own];
  std::swap(bench[0].logs[*bench[0].own], fork);
  for (int i = 0; i < 7; ++i) bench[0].append(60);
  std::swap(bench[0].logs[*bench[0].own], fork);
  bench[1].logs[*bench[0].own] = original;
  bench[1].logs[*bench[0].own].checked = 1;
  bench.start();
  std::size_t pulls = 0;
  bench.filter = [&](std::size_t, std::size_t, const wire::Message& message) {
    if (std::holds_alternative<wire::Pull>(message)) ++pulls;
    return true;
  };
  bench.link(1, 2);
  bench.settle();
  const auto error = [&] { return bench.engine(1).peer_views(bench.now_ms)[1].last_error; };
  CHECK(!error());
  bench[1].check_all();
  bench.run_for(60'000);
  REQUIRE(error());
  CHECK(error()->code == Refusal::log_conflict);
  // Each side asks the other for single headers until it knows where the two part.
  CHECK(pulls <= 24);
}
