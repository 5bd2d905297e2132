// Since when something is out of step: what the charter decided, since the version that did is in force; what
// a node sees of itself, since it sees it.

#include <doctest/doctest.h>

#include <algorithm>

#include "charter_bench.h"
#include "core/explain.h"

using namespace hansa;
using namespace hansa::test;
using Since = std::optional<std::uint64_t>;

namespace {

struct World : CharterWorld {
  using CharterWorld::CharterWorld;

  /// Of the finding with this code about `id`, as a node tells it; 1: there is none.
  Since since(std::size_t node, const std::string& id, const std::string& code) {
    const auto status = (*this)[node].node->status();
    const auto snapshot = (*this)[node].store->snapshot();
    const auto told = core::explain({status, *snapshot, {}}, id);
    REQUIRE(told);
    for (const auto& finding : told->findings)
      if (finding.what.code == code) return finding.since_ms;
    return 1;
  }
  std::string key(std::size_t node) { return protocol::to_text((*this)[node].key.public_key()); }
  protocol::PartnerId partner_of(std::size_t node) {
    return (*this)[0].charters.get()->node((*this)[node].key.public_key())->partner;
  }
  std::string partner(std::size_t node) { return protocol::to_text(partner_of(node)); }
  protocol::CharterNode& node_of(protocol::CharterBody& body, std::size_t node) {
    return *std::ranges::find(body.nodes, (*this)[node].key.public_key(), &protocol::CharterNode::key);
  }
  protocol::CharterPartner& partner_in(protocol::CharterBody& body, std::size_t node) {
    return *std::ranges::find(body.partners, partner_of(node), &protocol::CharterPartner::id);
  }
  /// Proposed there, and approved by two signers, the second a second later and last. The body's bytes.
  auto decide_at_node_0(const protocol::CharterBody& body) {
    auto bytes = encode(body);
    REQUIRE(propose(0, bytes));
    REQUIRE(approve(0, bytes, 2));
    clock += 1000;
    REQUIRE(approve(0, bytes, 0));
    return bytes;
  }
  void tick(std::size_t node) {
    (*this)[node].node->tick();
    (*this)[node].node->after_batch();
  }
};

}  // namespace

TEST_CASE("what the charter decided is told since its last approval, on every node, and stays so") {
  World world(91);
  world.settle();
  const auto log = protocol::to_hex(world[1].node->status().own_log->id);
  auto body = world.next_body();
  world.node_of(body, 1).status = protocol::NodeStatus::retired;
  const auto bytes = World::encode(body);
  REQUIRE(world.propose(0, bytes));
  REQUIRE(world.approve(0, bytes, 0));
  world.settle();
  world.clock += 3'600'000;
  const auto approved = world.clock;
  REQUIRE(world.approve(2, bytes, 1));
  world.clock += 60'000;
  world.settle();
  for (int times = 0; times < 2; ++times) {
    for (const std::size_t i : {0, 2}) {
      REQUIRE(world.version(i) == 2);
      CHECK(world.since(i, world.key(1), "key_retired") == approved);
      CHECK(world.since(i, world.partner(1), "no_active_node") == approved);
      CHECK(world.since(i, log, "log_aside") == approved);
      CHECK(world.since(i, log, "log_cut") == approved);
      world.restart(i);
    }
  }
  // A version that came without its approvals: since this node took it. What was so before stays so.
  auto next = world.next_body();
  world.partner_in(next, 2).role = protocol::PartnerRole::observer;
  world.partner_in(next, 1).status = protocol::PartnerStatus::left;
  world.clock += 5000;
  const auto taken = world.clock;
  const auto third = world.charter(next, {0, 1});
  REQUIRE(world[2].node->take_charters({&third, 1}).changed);
  world[2].node->after_batch();
  CHECK(world.since(2, "this", "observer") == taken);
  CHECK(world.since(2, world.partner(1), "partner_left") == taken);
  CHECK(world.since(2, world.key(1), "key_retired") == approved);
}

TEST_CASE("a node that was away learns when a version was approved, though it takes it later") {
  World world(92);
  world.settle();
  world.unlink_all();
  auto body = world.next_body();
  world.node_of(body, 1).status = protocol::NodeStatus::revoked;
  world.decide_at_node_0(body);
  const auto approved = world.clock;
  world.clock += 24 * 3'600'000;
  world.settle(0, 2);
  world.settle(0, 2);
  REQUIRE(world.version(2) == 2);
  CHECK(world.since(2, world.key(1), "key_revoked") == approved);
}

TEST_CASE("an approval that somebody says again changes nothing, and nothing is made anew for it") {
  World world(95);
  world.settle();
  world.unlink_all();
  auto body = world.next_body();
  body.erasures_per_day = 7;
  const auto bytes = world.decide_at_node_0(body);
  const auto approved = world.clock;
  for (int times = 0; times < 3; ++times) {
    world.clock += 1000;
    REQUIRE(world.approve(1, bytes, 0));
  }
  // Node 2 takes the version later than all of this, and hears of the repetitions last.
  world.clock += 3'600'000;
  world.settle(0, 2);
  world.settle(0, 2);
  REQUIRE(world.version(2) == 2);
  const auto life = world.keeper(2).life();
  CHECK(life->versions.at(1).since_ms == approved);
  world.settle(1, 2);
  world.settle(1, 2);
  REQUIRE(world[2].store->snapshot()->log(world[1].node->status().own_log->id)->sequence == 4);
  CHECK(world.keeper(2).life() == life);
  world.restart(2);
  CHECK(world.keeper(2).life()->versions.at(1).since_ms == approved);
}

TEST_CASE("a full disk, payloads that lack and signatures to check are told since they were seen") {
  World world(93, 2);
  world.settle();
  world.unlink_all();
  for (int i = 0; i < 3; ++i) REQUIRE(world[0].publish("while nobody listens"));
  world.tick(1);
  CHECK(world.since(1, "this", "disk_low") == 1);
  world.clock += 500;
  const auto full = world.clock;
  world[1].node->set_disk_low(true);
  world.tick(1);
  world.clock += 5000;
  world.tick(1);
  CHECK(world.since(1, "this", "disk_low") == full);

  const auto linked = world.clock;
  world.settle(0, 1);
  const auto log = protocol::to_hex(world[0].node->status().own_log->id);
  const auto lacks = world.since(1, "this", "payloads_missing");
  REQUIRE(lacks);
  CHECK(*lacks >= linked);
  CHECK(*lacks < world.clock);
  const auto of_log = world.since(1, log, "payloads_missing");
  REQUIRE(of_log);
  CHECK(*of_log >= *lacks);
  CHECK(*of_log <= *lacks + 2000);
  world.clock += 60'000;
  world.tick(1);
  CHECK(world.since(1, "this", "payloads_missing") == lacks);
  CHECK(world.since(1, log, "payloads_missing") == of_log);

  world[1].node->set_disk_low(false);
  const auto in_time = world.clock + 10'000;
  while (world.since(1, "this", "payloads_missing") != 1 && world.clock < in_time) world.settle(0, 1);
  CHECK(world.since(1, "this", "payloads_missing") == 1);
  CHECK(world.since(1, log, "payloads_missing") == 1);
  CHECK(world.since(1, "this", "disk_low") == 1);
}

TEST_CASE("signatures that are not checked yet, and a log of which a peer has more") {
  World world(94, 2);
  world.settle();
  world.unlink_all();
  for (int i = 0; i < 3; ++i) REQUIRE(world[0].publish("while nobody listens"));
  constexpr core::LinkId link = 900;
  const auto linked = world.clock;
  link_up(world[0], world[1], link);
  carry({&world[0], &world[1]}, &world.clock);  // nobody checks
  const auto log = protocol::to_hex(world[0].node->status().own_log->id);
  REQUIRE(world[1].node->status().totals.unchecked_entries > 0);
  for (const auto& id : {std::string("this"), log}) {
    const auto unchecked = world.since(1, id, "unchecked");
    REQUIRE(unchecked);
    CHECK(*unchecked >= linked);
    CHECK(*unchecked <= world.clock);
  }
  world[1].check_everything();
  world.clock += 2000;
  world.tick(1);
  CHECK(world.since(1, "this", "unchecked") == 1);
  CHECK(world.since(1, log, "unchecked") == 1);
}

TEST_CASE("logs are looked at, too, after the clock was set back") {
  World world(96, 2);
  world.settle();
  world.tick(1);
  world.clock -= 3'600'000;
  world.tick(1);
  world.unlink_all();
  for (int i = 0; i < 3; ++i) REQUIRE(world[0].publish("while nobody listens"));
  constexpr core::LinkId link = 900;
  link_up(world[0], world[1], link);
  carry({&world[0], &world[1]}, &world.clock);  // nobody checks
  REQUIRE(world[1].node->status().totals.unchecked_entries > 0);
  world.clock += 2000;
  world.tick(1);
  const auto log = protocol::to_hex(world[0].node->status().own_log->id);
  CHECK(world.since(1, log, "unchecked").has_value());
}

TEST_CASE("when a node was last heard of outlives the process, and since then it is not linked") {
  constexpr std::uint64_t minute = 60'000;
  World world(96, 2);
  const auto heard = [&] { return world[1].node->status().peers.front().last_contact_ms; };
  CHECK(heard() == std::nullopt);
  world.settle();
  const auto last = heard();
  REQUIRE(last);
  world.unlink_all();
  world.clock += 24 * 60 * minute;
  world.restart(1);
  const auto known = heard();
  REQUIRE(known);
  CHECK(*known <= *last);
  CHECK(*known + minute > *last);
  CHECK(world.since(1, world.key(0), "no_address") == known);
  // A crash while they are linked forgets minutes.
  world.settle();
  const auto later = heard();
  REQUIRE(later);
  CHECK(*later > *last + minute);
  world.clock += 11 * minute;
  world.tick(1);
  world[1].restart();
  REQUIRE(heard());
  CHECK(*heard() <= *later);
  CHECK(*heard() + minute > *later);
}
