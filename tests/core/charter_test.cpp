// The charter's life on nodes: proposed on one, approved on others, taken by all.

#include <doctest/doctest.h>

#include <algorithm>

#include "charter_bench.h"
#include "core/charter_keeper.h"
#include "protocol/control_body.h"

using namespace hansa;
using namespace hansa::test;
using namespace hansa::protocol;
using core::CharterProposal;

namespace {

std::shared_ptr<const CharterProposal> proposal(CharterWorld& world, std::size_t node, const Bytes& body) {
  for (const auto& one : world.keeper(node).life()->proposals)
    if (one.proposal->body_bytes == body) return one.proposal;
  return nullptr;
}

}  // namespace

TEST_CASE("proposed on one node, approved on two others, in force on all three") {
  CharterWorld world(31);
  world.settle();
  auto body = world.next_body();
  body.erasures_per_day = 7;
  const auto bytes = world.encode(body);
  REQUIRE(world.propose(0, bytes));
  world.settle();
  for (std::size_t node = 0; node < 3; ++node) {
    REQUIRE(proposal(world, node, bytes));
    CHECK(proposal(world, node, bytes)->proposed_by == world[0].key.public_key());
    CHECK(proposal(world, node, bytes)->approvals.empty());
  }
  REQUIRE(world.approve(1, bytes, 0));
  world.settle();
  CHECK(world.version(0) == 1);
  CHECK(proposal(world, 2, bytes)->approvals.size() == 1);
  const auto open = core::quorum(*proposal(world, 2, bytes), *world[2].charters.get());
  CHECK(open.of_current == 1);
  CHECK(open.current_needed == 2);
  CHECK_FALSE(open.complete());
  REQUIRE(world.approve(2, bytes, 1));
  world.settle();
  for (std::size_t node = 0; node < 3; ++node) {
    CHECK(world.version(node) == 2);
    CHECK(world[node].charters.get()->hash() == charter_hash(2, bytes));
    CHECK(world[node].charters.get()->body().erasures_per_day == 7);
    CHECK(proposal(world, node, bytes)->state == CharterProposal::State::adopted);
  }
  CHECK(world[0].node->status().digest == world[2].node->status().digest);
  CHECK(world[0].node->status().alarms.empty());
}

TEST_CASE("approvals that come before their proposal, and a start in between, lose nothing") {
  CharterWorld world(32);
  const auto bytes = world.encode(world.next_body());
  REQUIRE(world.approve(1, bytes, 0));
  REQUIRE(world.approve(2, bytes, 2));
  world.settle();
  CHECK(world.version(0) == 1);
  for (std::size_t node = 0; node < 3; ++node) world.restart(node);
  world.settle();
  REQUIRE(world.propose(0, bytes));
  world.settle();
  for (std::size_t node = 0; node < 3; ++node) CHECK(world.version(node) == 2);
  for (std::size_t node = 0; node < 3; ++node) world.restart(node);
  for (std::size_t node = 0; node < 3; ++node) {
    CHECK(world.version(node) == 2);
    REQUIRE(proposal(world, node, bytes));
    CHECK(proposal(world, node, bytes)->state == CharterProposal::State::adopted);
  }
}

TEST_CASE("an open proposal and its approvals outlive the process") {
  CharterWorld world(33);
  const auto bytes = world.encode(world.next_body());
  REQUIRE(world.propose(0, bytes));
  REQUIRE(world.approve(0, bytes, 0));
  world.restart(0);
  REQUIRE(proposal(world, 0, bytes));
  CHECK(proposal(world, 0, bytes)->approvals.size() == 1);
  REQUIRE(world.approve(0, bytes, 1));
  CHECK(world.version(0) == 2);
}

TEST_CASE("a minority of signers, strangers and forged signatures move nothing") {
  CharterWorld world(34);
  const auto bytes = world.encode(world.next_body());
  REQUIRE(world.propose(0, bytes));
  REQUIRE(world.approve(0, bytes, 0));
  REQUIRE(world.approve(1, bytes, 0));
  const auto hash = charter_hash(2, bytes);
  const auto stranger = SecretKey::generate(world.entropy);
  REQUIRE(world.publish(0, EntryKind::charter_approval,
                        write_approval({hash, {{stranger.public_key(), sign_charter(hash, stranger)}}})));
  const auto& victim = world.signers[1].public_key();
  REQUIRE(world.publish(0, EntryKind::charter_approval,
                        write_approval({hash, {{victim, sign_charter(hash, stranger)}}})));
  REQUIRE(world.publish(0, EntryKind::charter_approval, Bytes{1, 2, 3}));
  world.settle();
  for (std::size_t node = 0; node < 3; ++node) {
    CHECK(world.version(node) == 1);
    CHECK(proposal(world, node, bytes)->approvals.size() == 1);
  }
  CHECK(said(world[0].node->take_charters(std::vector<Bytes>{world.charter(world.next_body(), {1})})) ==
        "not_signed signatures");
}

TEST_CASE("what can never follow the newest version is no proposal") {
  CharterWorld world(35);
  auto body = world.next_body();
  body.nodes.pop_back();
  REQUIRE(world.propose(0, world.encode(body)));
  body = world.next_body();
  body.previous.fill(9);
  REQUIRE(world.propose(0, world.encode(body)));
  REQUIRE(world.propose(0, Bytes(64)));
  CHECK(world.keeper(0).life()->proposals.empty());
}

TEST_CASE("a proposal of the version after the next waits for it") {
  CharterWorld world(36);
  const auto second_body = world.next_body();
  const auto second = world.encode(second_body);
  auto third_body = second_body;
  third_body.version = 3;
  third_body.previous = charter_hash(2, second);
  const auto third = world.encode(third_body);
  REQUIRE(world.propose(1, third));
  REQUIRE(world.approve(1, third, 0));
  REQUIRE(world.approve(1, third, 1));
  world.settle();
  CHECK(world.version(0) == 1);
  CHECK(world.keeper(0).life()->proposals.empty());
  world[0].node->take_charters(std::vector<Bytes>{world.charter(second_body, {0, 1})});
  world[0].node->after_batch();
  CHECK(world.version(0) == 3);
}

TEST_CASE("a node that proposes without end pushes out its own proposals only") {
  CharterWorld world(37);
  const auto honest = world.encode(world.next_body());
  REQUIRE(world.propose(1, honest));
  world.settle();
  Bytes last;
  for (std::size_t i = 0; i < 2 * core::open_proposals_of_node_max; ++i) {
    last = world.encode(world.next_body());
    REQUIRE(world.propose(0, last));
  }
  world.settle();
  for (std::size_t node = 0; node < 3; ++node) {
    CHECK(proposal(world, node, honest));
    CHECK(proposal(world, node, last));
    CHECK(world.keeper(node).life()->proposals.size() == 1 + core::open_proposals_of_node_max);
  }
}

TEST_CASE("two proposals for one version: one is adopted, the other superseded") {
  CharterWorld world(38);
  const auto one = world.encode(world.next_body());
  const auto other = world.encode(world.next_body());
  REQUIRE(world.propose(0, one));
  REQUIRE(world.propose(1, other));
  world.settle();
  REQUIRE(world.approve(0, one, 0));
  REQUIRE(world.approve(0, one, 1));
  world.settle();
  CHECK(proposal(world, 2, one)->state == CharterProposal::State::adopted);
  CHECK(proposal(world, 2, other)->state == CharterProposal::State::superseded);
  CHECK(world.keeper(2).life()->proposals.size() == 2);
}

TEST_CASE(
    "charters from a link: a gap is refused, what is held already is known, an old one is nothing new") {
  CharterWorld world(39);
  const auto second = world.next_body();
  auto third = second;
  third.version = 3;
  third.previous = charter_hash(2, world.encode(second));
  const auto two = world.charter(second, {0, 1});
  const auto three = world.charter(third, {1, 2});
  auto& node = *world[0].node;
  CHECK(said(node.take_charters(std::vector<Bytes>{three})) == "bad_chain version");
  const auto taken = node.take_charters(std::vector<Bytes>{two, three});
  CHECK(taken.changed);
  CHECK(said(taken) == "extended");
  node.after_batch();
  CHECK(world.version(0) == 3);
  const Bytes founding(world.keeper(0).chain()->at(1)->bytes().begin(),
                       world.keeper(0).chain()->at(1)->bytes().end());
  const auto again = node.take_charters(std::vector<Bytes>{founding, two});
  CHECK(said(again) == "known");
  CHECK_FALSE(again.changed);
  CHECK(world.keeper(0).from(2, 64, 1 << 20) == std::vector<Bytes>{two, three});
  CHECK(world.keeper(0).from(2, 64, 1) == std::vector<Bytes>{two});
  CHECK(world.keeper(0).from(4, 64, 1 << 20).empty());
  world.restart(0);
  CHECK(world.version(0) == 3);
}

namespace {

Bytes third(const CharterWorld& world, const CharterBody& second) {
  return world.charter(next_of(second), {0, 1});
}

/// Node 0 is on the side of `one`, has evidence of `other`, and changes sides, twice.
void follow_other_side(CharterWorld& world, const CharterBody& one, const CharterBody& other) {
  const auto hash = charter_hash(2, world.encode(other));
  REQUIRE(world[0].node->follow_charter(hash));
  world[0].node->after_batch();
  CHECK(world.version(0) == 2);
  CHECK(world[0].charters.get()->hash() == hash);
  CHECK(said(world[0].node->take_charters(std::vector<Bytes>{world.charter(one, {0, 1})})) ==
        "sibling_final");
  CHECK(world[0].node->status().alarms.empty());
  CHECK(said(world[0].node->take_charters(std::vector<Bytes>{third(world, other)})) == "extended");
  world.restart(0);
  CHECK(world.version(0) == 3);
  // What was decided can be decided again, if the others did so at the same time.
  REQUIRE(world[0].node->follow_charter(charter_hash(2, world.encode(one))));
  world[0].node->after_batch();
  CHECK(world.version(0) == 2);
  CHECK(said(world[0].node->take_charters(std::vector<Bytes>{third(world, one)})) == "extended");
  REQUIRE(world.keeper(0).life()->siblings.size() == 1);
  CHECK(world.keeper(0).life()->siblings[0].hash == hash);
}

}  // namespace

TEST_CASE("two sides of a federation: evidence, an alarm, and the operator's decision") {
  CharterWorld world(40);
  const auto one = world.next_body();
  const auto other = world.next_body();
  auto& node = *world[0].node;
  node.take_charters(std::vector<Bytes>{world.charter(one, {0, 1}), third(world, one)});
  CHECK(said(node.take_charters(std::vector<Bytes>{world.charter(other, {0, 1}), third(world, other)})) ==
        "bad_chain previous");
  node.after_batch();
  const auto hash = charter_hash(2, world.encode(other));
  const auto alarms = node.status().alarms;
  REQUIRE(alarms.size() == 1);
  CHECK(alarms[0].code == "charter_conflict");
  CHECK(alarms[0].params.at("hash") == to_hex(hash));
  world.restart(0);
  REQUIRE(world.keeper(0).life()->siblings.size() == 1);
  auto& again = *world[0].node;
  // The operator stays with this side: that is decided, and remembered, and can be decided anew.
  const auto own = charter_hash(2, world.encode(one));
  CHECK(alarms[0].params.at("own") == to_hex(own));
  CHECK(again.follow_charter(again.status().charter->federation()).error().refusal == Refusal::not_found);
  REQUIRE(again.follow_charter(own));
  CHECK(again.status().alarms.empty());
  CHECK(world.version(0) == 3);
  CHECK(said(again.take_charters(std::vector<Bytes>{world.charter(other, {0, 1})})) == "sibling_final");
  CHECK(again.status().alarms.empty());
  world.restart(0);
  REQUIRE(world.keeper(0).life()->siblings.size() == 1);
  CHECK(world.keeper(0).life()->siblings[0].decided());
  follow_other_side(world, one, other);
}

TEST_CASE("two sides of a federation: who followed the other can follow this one again") {
  CharterWorld world(42);
  const auto one = world.next_body();
  const auto other = world.next_body();
  world[0].node->take_charters(std::vector<Bytes>{world.charter(one, {0, 1}), third(world, one)});
  world[0].node->take_charters(std::vector<Bytes>{world.charter(other, {0, 1})});
  follow_other_side(world, one, other);
}
