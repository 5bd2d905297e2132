// A key that is used twice writes two branches of one log: nodes that hold different ones prove it.

#include <doctest/doctest.h>

#include <algorithm>

#include "core_bench.h"
#include "memory_store.h"
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

  static std::unique_ptr<store::Store> make(store::PartnerOf partner_of) {
    return std::make_unique<MemoryStore>(std::move(partner_of));
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
  link_up(world.one, world.other, 1);
  carry({&world.one, &world.other}, &world.clock);
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
  }
  CHECK(world.one.store->snapshot()->settings("proof/").front().second.size() ==
        world.other.store->snapshot()->settings("proof/").front().second.size());
}
