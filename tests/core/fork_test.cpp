// A key that is used twice writes two branches of one log: nodes that hold different ones prove it.

#include "protocol/fork.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "core_bench.h"
#include "memory_store.h"
#include "protocol/wire.h"
#include "sync_bench.h"

using namespace hansa;
using namespace hansa::test;

namespace {

/// Two nodes, and a third key that only writes.
struct TwoBranches {
  std::uint64_t clock = 1'800'000'000'000;
  protocol::Entropy entropy = repeatable_entropy(17);
  protocol::SecretKey one_key = protocol::SecretKey::generate(entropy);
  protocol::SecretKey other_key = protocol::SecretKey::generate(entropy);
  BenchNode thief{41, {}, 1'800'000'000'000};
  protocol::Charter charter =
      charter_of({one_key.public_key(), other_key.public_key(), thief.key.public_key()});
  CoreNode one{std::move(one_key), charter, make, &clock};
  CoreNode other{std::move(other_key), charter, make, &clock};
  protocol::Hash log{};

  static std::unique_ptr<store::Store> make(store::PartnersOf partners_of) {
    return std::make_unique<MemoryStore>(std::move(partners_of));
  }

  void give(CoreNode& node, const BenchLog& branch) {
    protocol::Bytes bytes;
    for (const auto& header : branch.headers) bytes.insert(bytes.end(), header.begin(), header.end());
    auto run = protocol::chain(charter.federation(), std::nullopt, std::move(bytes));
    REQUIRE(run);
    store::Batch batch;
    batch.runs.push_back(std::move(*run));
    node.store->commit(batch, clock, store::Durability::synced);
    node.store->mark_checked(log, branch.headers.size(), clock);
    node.restart();
  }
  /// Both hold `common` entries, and then each a branch of its own.
  void part(std::size_t common, std::size_t of_one, std::size_t of_other) {
    thief.federation = charter.federation();
    thief.declare();
    log = *thief.own;
    for (std::size_t count = 1; count < common; ++count) thief.append(30);
    const auto before = thief.logs[log];
    for (std::size_t count = 0; count < of_one; ++count) thief.append(30);
    give(one, thief.logs[log]);
    thief.logs[log] = before;
    for (std::size_t count = 0; count < of_other; ++count) thief.append(31);
    give(other, thief.logs[log]);
  }
  /// They meet until neither has anything more to say.
  void meet(core::LinkId times = 4) {
    for (core::LinkId link = 1; link <= times; ++link) {
      link_up(one, other, link);
      carry({&one, &other}, &clock);
      // The third node never says where it stands on our logs.
      clock += protocol::statements_wait_ms;
      carry({&one, &other}, &clock);
      for (auto* node : {&one, &other}) {
        node->node->link_down(link, core::LinkEnd::cut);
        node->node->after_batch();
        node->sent.clear();
      }
    }
  }
  std::optional<core::Alarm> alarm(const CoreNode& node) const {
    for (const auto& alarm : node.node->status().alarms)
      if (alarm.code == "log_forked") return alarm;
    return std::nullopt;
  }
};

}  // namespace

TEST_CASE("nodes that hold two branches of a log both prove the fork, and remember it") {
  TwoBranches world;
  world.part(4, 3, 5);
  world.meet();
  CHECK(world.one.node->status().digest == world.other.node->status().digest);
  for (auto* node : {&world.one, &world.other}) {
    for (int times = 0; times < 2; ++times) {
      const auto alarm = world.alarm(*node);
      REQUIRE(alarm);
      CHECK(alarm->params.at("log") == protocol::to_hex(world.log));
      CHECK(alarm->params.at("node") == protocol::to_text(world.thief.key.public_key()));
      CHECK(alarm->params.at("sequence") == "5");
      node->restart();
    }
    CHECK(node->store->snapshot()->settings("proof/").size() == 1);
    // The log ends before the fork; what lies behind it is kept.
    CHECK(node->store->snapshot()->log(world.log)->sequence == 4);
    CHECK(node->store->snapshot()->aside(world.log, 1, 100).size() >= 3);
  }
  CHECK(world.one.store->snapshot()->settings("proof/").front().second.size() ==
        world.other.store->snapshot()->settings("proof/").front().second.size());
}

namespace {

/// Evidence that the thief's log parts at `sequence`, of which `one` holds the first branch. Each `variant`
/// has other bytes.
protocol::ForkEvidence proof(TwoBranches& world, const std::vector<protocol::Bytes>& branch,
                             std::uint64_t sequence, std::uint64_t variant) {
  const protocol::LogTip tip{world.charter.federation(), world.log, world.thief.key.public_key(),
                             sequence - 1, protocol::entry_hash(branch[sequence - 2])};
  protocol::EntryFields fields;
  fields.kind = protocol::EntryKind::announcement;
  fields.author_time_ms = variant;
  const auto other = protocol::seal_entry(fields, tip, world.thief.key);
  REQUIRE(other);
  const auto evidence =
      protocol::make_fork(world.charter.federation(), branch[0], branch[sequence - 1], *other);
  REQUIRE(evidence);
  return *evidence;
}

}  // namespace

TEST_CASE("proofs of forks that change nothing close no link, and others only once a minute") {
  TwoBranches world;
  world.part(6, 2, 0);
  const auto branch = world.one.store->snapshot()->headers(world.log, 1, 100, 100'000);
  world.meet();
  const core::LinkId link = 100;
  link_up(world.one, world.other, link);
  carry({&world.one, &world.other}, &world.clock);
  world.one.closed.clear();
  const auto held = [&] { return world.one.store->snapshot()->log(world.log)->sequence; };
  const auto send = [&](const protocol::ForkEvidence& evidence) {
    world.one.node->message(link, protocol::wire::encode(protocol::wire::Proof{evidence.bytes()}));
    world.one.node->after_batch();
  };
  // The other one lacks nothing of the log, but is not told before this one is asked.
  REQUIRE(held() == 8);
  auto at_seven = proof(world, branch, 7, 1);
  send(at_seven);
  CHECK(held() == 6);
  CHECK(std::exchange(world.one.closed, {}).size() == 1);
  for (auto* node : {&world.one, &world.other}) {
    node->node->link_down(link, core::LinkEnd::cut);
    node->node->after_batch();
    node->sent.clear();
  }
  world.meet(1);  // the other one is told, and judges as well
  link_up(world.one, world.other, link + 1);
  carry({&world.one, &world.other}, &world.clock);
  world.one.closed.clear();

  const auto tell = [&](const protocol::ForkEvidence& evidence) {
    world.one.node->message(link + 1, protocol::wire::encode(protocol::wire::Proof{evidence.bytes()}));
    world.one.node->after_batch();
  };
  const auto kept = [&] {
    auto value = world.one.store->snapshot()->settings("proof/").front().second;
    return protocol::Bytes(value.begin() + 8, value.end());
  };
  // The same place, other bytes.
  std::uint64_t variant = 2;
  auto better = proof(world, branch, 7, variant);
  while (!protocol::outranks(better, at_seven)) better = proof(world, branch, 7, ++variant);
  tell(better);
  CHECK(kept() == better.bytes());
  CHECK(world.one.closed.empty());
  // One place before: within the minute it is only known.
  tell(proof(world, branch, 6, 1));
  CHECK(held() == 6);
  CHECK(world.one.closed.empty());
  world.clock += 60'000;
  world.one.node->after_batch();
  CHECK(held() == 5);
  CHECK(world.one.closed.size() == 1);
}

TEST_CASE("a key that forks log after log writes nothing more that counts, whichever forks are kept") {
  TwoBranches world;
  world.part(6, 2, 0);  // a whole log, of which no fork is known
  const auto innocent = world.log;
  REQUIRE(world.one.store->snapshot()->log(innocent));
  // One more than are kept, as after a crash that came before the last one was taken away.
  for (std::uint8_t number = 0; number < 17; ++number) {
    protocol::DeclarationFields fields;
    fields.federation = world.charter.federation();
    fields.epoch_nonce.fill(number);
    const auto first = *protocol::seal_declaration(fields, world.thief.key);
    fields.author_time_ms = 1;
    const auto second = *protocol::seal_declaration(fields, world.thief.key);
    const auto evidence = protocol::make_fork(world.charter.federation(), first, first, second);
    REQUIRE(evidence);
    protocol::Bytes kept(8, 0);
    kept.insert(kept.end(), evidence->bytes().begin(), evidence->bytes().end());
    world.one.store->put_setting("proof/" + protocol::to_hex(evidence->log()), kept);
  }
  world.one.restart();
  CHECK(world.one.store->snapshot()->settings("proof/").size() == 16);
  CHECK_FALSE(world.one.store->snapshot()->log(innocent));
  CHECK(world.one.store->snapshot()->aside(innocent, 1, 100).size() == 8);
}

TEST_CASE("the alarm of a fork names where its branches end") {
  TwoBranches world;
  world.part(4, 3, 0);
  auto branch = world.one.store->snapshot()->headers(world.log, 1, 100, 100'000);
  const auto evidence = proof(world, branch, 5, 1);
  protocol::Bytes kept(8, 0);
  kept.insert(kept.end(), evidence.bytes().begin(), evidence.bytes().end());
  world.one.store->put_setting("proof/" + protocol::to_hex(world.log), kept);
  world.one.restart();
  REQUIRE(world.alarm(world.one));
  CHECK(world.alarm(world.one)->params.at("branches") ==
        "8:" + protocol::to_hex(protocol::entry_hash(branch.back())));
}

TEST_CASE("a log that forks at its first entry counts for nothing, on both sides") {
  TwoBranches world;
  world.thief.federation = world.charter.federation();
  protocol::DeclarationFields fields;
  fields.federation = world.charter.federation();
  fields.epoch_nonce.fill(5);
  for (auto* node : {&world.one, &world.other}) {
    fields.author_time_ms += 1000;
    const auto declaration = protocol::seal_declaration(fields, world.thief.key);
    REQUIRE(declaration);
    BenchLog branch;
    branch.headers.push_back(*declaration);
    world.log = protocol::HeaderView::parse(*declaration)->log();
    world.give(*node, branch);
  }
  world.meet();
  for (auto* node : {&world.one, &world.other}) {
    REQUIRE(world.alarm(*node));
    CHECK(world.alarm(*node)->params.at("sequence") == "1");
    CHECK_FALSE(node->store->snapshot()->log(world.log));
  }
  CHECK(world.one.node->status().digest == world.other.node->status().digest);
}
