// Nodes that no charter lists: guests while somebody is invited, else a knock at the door.
#include <doctest/doctest.h>

#include <algorithm>

#include "test_node.h"

using namespace hansa;
using core::LinkEnd;
using core::LinkRole;
using std::chrono::milliseconds;
using test::Federation;
using test::TestNode;

namespace {

protocol::SecretKey new_key() { return protocol::SecretKey::generate(protocol::system_entropy()); }

/// A node of a federation that has invited somebody, and one that belongs to none.
struct Invited {
  Federation federation{2};
  TestNode inviter{federation.keys[0], &federation};
  protocol::SecretKey joiner_key = new_key();
  TestNode joiner{joiner_key, nullptr};

  explicit Invited(bool open = true) {
    inviter.doorway.set_open(open);
    joiner.settings.listen.reset();
  }
  void start_inviter() { inviter.start(); }
  void ask(TestNode& node) { ask_as(node, federation.keys[0].public_key()); }
  void ask_as(TestNode& node, const protocol::PublicKey& expected) {
    node.doorway.set_target(
        core::JoinTarget{federation.charter.front().federation(), expected, inviter.address().text()});
    node.settings.peers = {inviter.address()};
    node.start();
  }
};

std::optional<core::LinkId> guest_of(const TestNode::Links& heard, const protocol::PublicKey& peer) {
  for (const auto& [id, link] : heard)
    if (link.guest && link.peer == peer && !link.down) return id;
  return std::nullopt;
}

}  // namespace

TEST_CASE("who was invited is a guest, and both ends speak") {
  Invited test;
  test.start_inviter();
  test.ask(test.joiner);
  const auto joiner = test.joiner_key.public_key();
  const auto inviter = test.federation.keys[0].public_key();
  REQUIRE(test.inviter.await([&](const auto& heard) { return guest_of(heard, joiner).has_value(); }));
  REQUIRE(test.joiner.await([&](const auto& heard) { return guest_of(heard, inviter).has_value(); }));
  const auto there = *guest_of(test.inviter.heard(), joiner);
  const auto here = *guest_of(test.joiner.heard(), inviter);
  CHECK(test.inviter.heard().at(there).role == LinkRole::accepted);
  CHECK(test.joiner.heard().at(here).role == LinkRole::dialled);

  const protocol::Bytes question(4000, 1);
  const protocol::Bytes answer(500'000, 2);
  test.joiner.links().send(here, question);
  REQUIRE(test.inviter.await([&](const auto& heard) { return heard.at(there).messages.size() == 1; }));
  CHECK(test.inviter.heard().at(there).messages[0] == question);
  test.inviter.links().send(there, answer);
  REQUIRE(test.joiner.await([&](const auto& heard) { return heard.at(here).messages.size() == 1; }));
  CHECK(test.joiner.heard().at(here).messages[0] == answer);

  // A member may send more from its second message on; a guest may not.
  test.joiner.links().send(here, protocol::Bytes(4097, 3));
  REQUIRE(test.inviter.await([&](const auto& heard) { return heard.at(there).down.has_value(); }));
  CHECK(test.inviter.heard().at(there).down == LinkEnd::too_large);
  CHECK(test.inviter.knocks().empty());
}

TEST_CASE("a node that has invited nobody turns strangers away and hears who knocked") {
  Invited test(false);
  test.start_inviter();
  test.ask(test.joiner);
  CHECK(test.inviter.await_end(LinkEnd::unknown_key));
  CHECK(test.joiner.await_end(LinkEnd::unknown_key));
  REQUIRE(test.inviter.await_knock());
  CHECK(test.inviter.knocks().front() == test.joiner_key.public_key());
  CHECK(test.inviter.heard().empty());
}

TEST_CASE("however often one address knocks, it is heard of so often and no more") {
  Invited test(false);
  test.start_inviter();
  test.joiner.settings.times.retry_last = milliseconds(1);
  test.ask(test.joiner);
  const auto& counters = test.inviter.links().counters();
  REQUIRE(test.inviter.await(
      [&](const auto&) { return counters.of(LinkEnd::unknown_key) > links::knocks_per_minute_max + 5; }));
  CHECK(test.inviter.knocks().size() == links::knocks_per_minute_max);
}

TEST_CASE("a guest asks nobody but the one who invited it") {
  Invited test;
  test.start_inviter();
  test.ask_as(test.joiner, test.federation.keys[1].public_key());
  CHECK(test.joiner.await_end(LinkEnd::unknown_key));
  CHECK(test.joiner.heard().empty());
}

TEST_CASE("a node without a federation dials no address but the one of its invitation") {
  Invited test;
  test.start_inviter();
  test.joiner.doorway.set_target(core::JoinTarget{test.federation.charter.front().federation(),
                                                  test.federation.keys[0].public_key(),
                                                  "ws://127.0.0.1:1/link"});
  test.joiner.settings.peers = {test.inviter.address()};
  test.joiner.start();
  CHECK(test.joiner.await([&](const auto&) {
    const auto all = test.joiner.links().status();
    return !all.empty() && all[0].last_error && all[0].last_error->reason == LinkEnd::no_federation;
  }));
}

TEST_CASE("so many guests and no more, and a place is free again when one is gone") {
  Invited test;
  test.inviter.settings.caps.guests = 1;
  test.start_inviter();
  test.ask(test.joiner);
  REQUIRE(test.inviter.await(
      [&](const auto& heard) { return guest_of(heard, test.joiner_key.public_key()).has_value(); }));
  const auto second_key = new_key();
  TestNode second(second_key, nullptr);
  second.settings.listen.reset();
  test.ask(second);
  CHECK(test.inviter.await_end(LinkEnd::too_many_guests));
  CHECK(second.await_end(LinkEnd::limit_exceeded));
  test.joiner.stop();
  CHECK(test.inviter.await(
      [&](const auto& heard) { return guest_of(heard, second_key.public_key()).has_value(); }));
}

TEST_CASE("who waits to be let in asks again soon") {
  Invited test;
  test.start_inviter();
  auto& times = test.joiner.settings.times;
  times.retry_first = times.retry_last = std::chrono::hours(1);
  times.ask_again = milliseconds(1);
  test.ask(test.joiner);
  const auto inviter = test.federation.keys[0].public_key();
  REQUIRE(test.joiner.await([&](const auto& heard) { return guest_of(heard, inviter).has_value(); }));
  const auto first = *guest_of(test.joiner.heard(), inviter);
  test.joiner.links().close(first, LinkEnd::guest_answered);
  CHECK(test.joiner.await([&](const auto& heard) {
    const auto second = guest_of(heard, inviter);
    return second && *second != first;
  }));
}

TEST_CASE("a guest's time is short") {
  Invited test;
  test.inviter.settings.times.guest = milliseconds(30);
  test.start_inviter();
  test.ask(test.joiner);
  CHECK(test.inviter.await_end(LinkEnd::guest_timeout));
}

TEST_CASE("guests take no place from those whom the charter lists") {
  Invited test;
  test.inviter.settings.caps.links = 1;
  test.start_inviter();
  test.ask(test.joiner);
  REQUIRE(test.inviter.await(
      [&](const auto& heard) { return guest_of(heard, test.joiner_key.public_key()).has_value(); }));
  TestNode member(test.federation.keys[1], &test.federation);
  member.settings.listen.reset();
  member.settings.peers = {test.inviter.address()};
  member.start();
  CHECK(member.await_up(1));
}
