// Charters that come by links alone: whole nodes with different ones meet, and what a split needs to end.

#include <doctest/doctest.h>

#include "charter_bench.h"

using namespace hansa;
using namespace hansa::protocol;
using namespace hansa::test;

namespace {

/// Two versions, the one after the other, signed by two of the three signers.
struct TwoVersions {
  Bytes second;
  Bytes third;
  Hash second_hash;

  explicit TwoVersions(const CharterWorld& world) {
    const auto body = world.next_body();
    second_hash = charter_hash(2, CharterWorld::encode(body));
    auto next = body;
    next.version = 3;
    next.previous = second_hash;
    second = world.charter(body, {0, 1});
    third = world.charter(next, {1, 2});
  }
  void give(CoreNode& node) const {
    CHECK(node.node->take_charters(std::vector<Bytes>{second, third}).changed);
    node.node->after_batch();
  }
};

bool has_alarm(CoreNode& node, const std::string& code) {
  for (const auto& alarm : node.node->status().alarms)
    if (alarm.code == code) return true;
  return false;
}

std::optional<bool> agrees(CoreNode& node, CoreNode& with) {
  for (const auto& peer : node.node->status().peers)
    if (peer.node == with.key.public_key()) return peer.agrees;
  return std::nullopt;
}

}  // namespace

TEST_CASE("a charter that one node holds is in force on all that are linked with it") {
  CharterWorld world(61);
  const TwoVersions versions(world);
  world.settle();
  versions.give(world[0]);
  CHECK(world.version(0) == 3);
  CHECK(world.version(2) == 1);
  world.settle();
  for (const std::size_t i : {0, 1, 2}) {
    CHECK(world.version(i) == 3);
    CHECK(world[i].node->status().digest == world[0].node->status().digest);
  }
  CHECK(agrees(world[0], world[2]) == true);
  world.restart(2);
  CHECK(world.version(2) == 3);
}

TEST_CASE("a change of the charter lets nobody wait anew before its own entries go out") {
  CharterWorld world(64);
  const auto own_log = [&world](std::size_t node) { return world[node].node->status().own_log_state; };
  world.settle(0, 1);  // the third does not answer
  CHECK(own_log(0) == OwnLogState::awaiting_statements);
  world.clock += statements_wait_ms;
  world.settle(0, 1);
  for (const std::size_t i : {0, 1}) REQUIRE(own_log(i) == OwnLogState::ready);
  const TwoVersions versions(world);
  versions.give(world[0]);
  const auto changed_ms = world.clock;
  for (int round = 0; round < 2; ++round) world.settle(0, 1);
  REQUIRE(world.version(1) == 3);
  REQUIRE(world[0].publish("practice"));
  world.settle(0, 1);
  for (const std::size_t i : {0, 1}) CHECK(own_log(i) == OwnLogState::ready);
  CHECK(world[1].node->status().digest == world[0].node->status().digest);
  CHECK(world.clock < changed_ms + statements_wait_ms);
  // A lost link is another matter: what stands behind it may have been put back meanwhile.
  world.unlink_all();
  CHECK(own_log(0) == OwnLogState::awaiting_statements);
}

TEST_CASE("a node that was away for many versions catches up over the links") {
  CharterWorld world(62);
  std::vector<Bytes> all;
  auto body = world.next_body();
  for (int i = 0; i < 100; ++i) {
    all.push_back(world.charter(body, {0, 2}));
    body.previous = charter_hash(body.version, CharterWorld::encode(body));
    ++body.version;
  }
  for (const Bytes& charter : all) world[0].node->take_charters({&charter, 1});
  world[0].node->after_batch();
  world.settle();
  for (const std::size_t i : {1, 2}) CHECK(world.version(i) == 101);
}

TEST_CASE("a split federation: nobody moves, both sides have the evidence, and an operator ends it") {
  CharterWorld world(63);
  const TwoVersions one(world);
  const TwoVersions other(world);
  one.give(world[0]);
  other.give(world[1]);
  const Hash before[] = {world[0].charters.get()->hash(), world[1].charters.get()->hash()};
  world.settle(0, 1);
  for (const std::size_t i : {0, 1}) {
    CHECK(world[i].charters.get()->hash() == before[i]);
    CHECK(has_alarm(world[i], "charter_conflict"));
  }
  CHECK_FALSE(agrees(world[0], world[1]).has_value());
  REQUIRE(world[1].node->follow_charter(one.second_hash));
  world[1].node->after_batch();
  CHECK(world.version(1) == 2);
  world.settle();
  for (const std::size_t i : {0, 1, 2}) CHECK(world[i].charters.get()->hash() == before[0]);
  CHECK(agrees(world[0], world[1]) == true);
  CHECK_FALSE(has_alarm(world[1], "charter_conflict"));
}
