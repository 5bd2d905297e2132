// Two or three nodes over real sockets on 127.0.0.1.
#include "links/links.h"

#include <doctest/doctest.h>

#include <random>
#include <set>

#include "test_node.h"

using namespace hansa;
using core::LinkEnd;
using core::LinkRole;
using links::PeerState;
using std::chrono::milliseconds;
using test::Federation;
using test::TestNode;

namespace {

protocol::Bytes random_bytes(std::size_t size) {
  protocol::Bytes bytes(size);
  protocol::system_entropy()(bytes);
  return bytes;
}

/// `from` dials `to`, which listens already.
void dial(TestNode& from, const TestNode& to) {
  from.settings.listen.reset();
  from.settings.peers = {to.address()};
  from.start();
}

/// Two nodes of one federation; `a` dials `b`.
struct LinkedPair {
  Federation federation{2};
  TestNode a{federation.keys[0], &federation};
  TestNode b{federation.keys[1], &federation};

  void link() {
    b.start();
    dial(a, b);
    REQUIRE(a.await_up(1));
    REQUIRE(b.await_up(1));
  }
};

bool await_status(TestNode& node, PeerState state) {
  return node.await([&](const auto&) {
    const auto status = node.links().status();
    return status.size() == 1 && status[0].state == state;
  });
}

}  // namespace

TEST_CASE("two nodes authenticate and exchange large messages both ways, in order") {
  LinkedPair pair;
  auto& [federation, a, b] = pair;
  pair.link();
  const auto at_a = a.only_link();
  const auto at_b = b.only_link();
  CHECK(a.heard()[at_a].peer == federation.keys[1].public_key());
  CHECK(a.heard()[at_a].role == LinkRole::dialled);
  CHECK(a.heard()[at_a].address == b.address().text());
  CHECK(b.heard()[at_b].peer == federation.keys[0].public_key());
  CHECK(b.heard()[at_b].role == LinkRole::accepted);
  CHECK(b.heard()[at_b].address == "127.0.0.1");

  std::vector<protocol::Bytes> sent = {random_bytes(4096)};  // The first may not be longer.
  for (const std::size_t size : {1u, 65535u, 65536u, 1u << 20, 1u << 20, 3u})
    sent.push_back(random_bytes(size));
  for (const auto& message : sent) {
    a.links().send(at_a, message);
    b.links().send(at_b, message);
  }
  REQUIRE(b.await([&](const auto& links) { return links.at(at_b).messages.size() == sent.size(); }));
  REQUIRE(a.await([&](const auto& links) { return links.at(at_a).messages.size() == sent.size(); }));
  CHECK(b.heard()[at_b].messages == sent);
  CHECK(a.heard()[at_a].messages == sent);
  CHECK(a.links().counters().messages_sent == sent.size());
  CHECK(b.links().counters().messages_received == sent.size());
  CHECK(b.links().counters().bytes_received > (2u << 20));
  CHECK(await_status(a, PeerState::up));
}

TEST_CASE("stop closes open links in good order, and both cores hear why") {
  LinkedPair pair;
  auto& a = pair.a;
  auto& b = pair.b;
  pair.link();
  const auto last_words = random_bytes(4000);
  b.links().send(b.only_link(), last_words);
  b.stop();
  CHECK(b.heard().begin()->second.down == LinkEnd::stopped);
  REQUIRE(a.await([](const auto& links) { return links.begin()->second.down.has_value(); }));
  CHECK(a.heard().begin()->second.down == LinkEnd::peer_closed);
  CHECK(a.heard().begin()->second.messages == std::vector<protocol::Bytes>{last_words});
  a.stop();
  CHECK(a.links().status()[0].state == PeerState::stopped);
}

TEST_CASE("the core closes a link with its reason, and the peer learns it") {
  LinkedPair pair;
  auto& a = pair.a;
  auto& b = pair.b;
  a.settings.times.retry_first = a.settings.times.retry_last = std::chrono::hours(1);
  pair.link();
  b.links().close(b.only_link(), LinkEnd::bad_signature);
  REQUIRE(a.await([](const auto& links) { return links.begin()->second.down.has_value(); }));
  REQUIRE(b.await([](const auto& links) { return links.begin()->second.down.has_value(); }));
  CHECK(b.heard().begin()->second.down == LinkEnd::bad_signature);
  CHECK(a.heard().begin()->second.down == LinkEnd::bad_signature);
  CHECK(await_status(a, PeerState::refused));
  CHECK(a.links().status()[0].last_error->reason == LinkEnd::bad_signature);
  a.links().retry_now();
  CHECK(a.await_up(1));
}

TEST_CASE("a key that the charter does not list is refused by its name on both sides") {
  const Federation federation(2);
  const auto stranger = protocol::SecretKey::generate(protocol::system_entropy());
  TestNode a(stranger, &federation);
  TestNode b(federation.keys[1], &federation);
  b.start();
  dial(a, b);
  CHECK(b.await_end(LinkEnd::unknown_key));
  CHECK(a.await_end(LinkEnd::unknown_key));
  CHECK(await_status(a, PeerState::refused));
  CHECK(a.links().status()[0].retry_at_ms.has_value());
  CHECK(b.heard().empty());
}

TEST_CASE("another federation is refused") {
  const Federation ours(2);
  const Federation theirs(2);
  TestNode a(theirs.keys[0], &theirs);
  TestNode b(ours.keys[1], &ours);
  b.start();
  dial(a, b);
  CHECK(a.await_end(LinkEnd::wrong_federation));
  CHECK(b.await_end(LinkEnd::declined));
  CHECK(b.links().counters().of(LinkEnd::peer_closed) == 0);
  CHECK(a.heard().empty());
  CHECK(b.heard().empty());
}

TEST_CASE("a node that dials itself notices") {
  const Federation federation(1);
  TestNode listening(federation.keys[0], &federation);
  TestNode dialling(federation.keys[0], &federation);
  listening.start();
  dial(dialling, listening);
  CHECK(dialling.await_end(LinkEnd::own_key));
  CHECK(dialling.heard().empty());
}

TEST_CASE("without a charter nobody is dialled or let in") {
  const Federation federation(2);
  TestNode a(federation.keys[0], &federation);
  TestNode b(federation.keys[1], nullptr);
  b.start();
  dial(a, b);
  CHECK(b.await_end(LinkEnd::no_federation));
  TestNode c(federation.keys[1], nullptr);
  dial(c, b);
  CHECK(await_status(c, PeerState::waiting_retry));
  CHECK(c.links().status()[0].last_error->reason == LinkEnd::no_federation);
}

TEST_CASE("of two links between two nodes the one dialled by the lower key stays") {
  const Federation federation(2);  // keys[0] is the lower
  TestNode lower(federation.keys[0], &federation);
  TestNode higher(federation.keys[1], &federation);
  lower.start();
  higher.start();
  lower.links().set_peers({higher.address()});
  higher.links().set_peers({lower.address(), lower.address()});
  const auto settled = [](LinkRole role) {
    return [role](const auto& heard) {
      std::size_t up = 0;
      for (const auto& [id, link] : heard) up += !link.down && link.role == role ? 1 : 0;
      return up == 1;
    };
  };
  REQUIRE(lower.await(settled(LinkRole::dialled)));
  REQUIRE(higher.await(settled(LinkRole::accepted)));
  CHECK(await_status(lower, PeerState::up));
  CHECK(await_status(higher, PeerState::up));
  const protocol::Bytes hello = {1, 2, 3};
  const auto link = higher.only_link();
  lower.links().send(lower.only_link(), hello);
  CHECK(higher.await(
      [&](const auto& heard) { return heard.at(link).messages == std::vector<protocol::Bytes>{hello}; }));
}

TEST_CASE("addresses that are no longer wanted are dialled no more, new ones are dialled at once") {
  const Federation federation(3);
  TestNode old(federation.keys[0], &federation);
  TestNode next(federation.keys[2], &federation);
  old.start();
  next.start();
  TestNode node(federation.keys[1], &federation);
  dial(node, old);
  REQUIRE(node.await_up(1));
  node.links().set_peers({next.address()});
  REQUIRE(next.await_up(1));
  CHECK(node.await_up(2));  // the link that was up stays
  const auto only_next = [&](const auto&) {
    const auto all = node.links().status();
    return all.size() == 1 && all[0].address == next.address().text() && all[0].state == PeerState::up;
  };
  old.stop();
  CHECK(node.await(only_next));
  CHECK(node.await_up(1));
  node.links().set_peers({});
  CHECK(node.await([&](const auto&) { return node.links().status().empty(); }));
  CHECK(node.await_up(1));
}

TEST_CASE("dialling again waits longer each time, up to the limit, and succeeds once the peer is there") {
  const Federation federation(2);
  std::uint16_t port = 0;
  {
    TestNode gone(federation.keys[1], &federation);
    gone.start();
    port = gone.address().port;
  }
  TestNode a(federation.keys[0], &federation);
  std::mutex mutex;
  std::vector<std::uint64_t> waits;
  a.settings.wall_clock = [] { return std::uint64_t{0}; };  // So retry_at_ms is the wait itself.
  a.settings.times.retry_first = milliseconds(4);
  a.settings.times.retry_last = milliseconds(30);
  a.settings.chance = [&] {
    const std::lock_guard lock(mutex);
    const auto status = a.links().status();
    if (status[0].retry_at_ms) waits.push_back(*status[0].retry_at_ms);
    return 0.5;
  };
  a.settings.listen.reset();
  a.settings.peers = {*links::parse_peer_address("ws://127.0.0.1:" + std::to_string(port) + "/link")};
  a.start();
  REQUIRE(a.await([&](const auto&) {
    const std::lock_guard lock(mutex);
    return waits.size() >= 5;
  }));
  {
    const std::lock_guard lock(mutex);
    CHECK(std::vector(waits.begin(), waits.begin() + 5) == std::vector<std::uint64_t>{3, 6, 12, 22, 22});
  }
  CHECK(a.links().status()[0].last_error->reason == LinkEnd::connect_failed);

  TestNode b(federation.keys[1], &federation);
  b.settings.listen->port = port;
  b.start();
  CHECK(a.await_up(1));
  CHECK(await_status(a, PeerState::up));
  b.stop();
  REQUIRE(a.await_up(0));
  TestNode again(federation.keys[1], &federation);
  again.settings.listen->port = port;
  again.start();
  CHECK(a.await_up(1));
}

TEST_CASE("a name that has no address is a named failure") {
  const Federation federation(1);
  TestNode a(federation.keys[0], &federation);
  a.settings.listen.reset();
  a.settings.peers = {*links::parse_peer_address("ws://no-such-host.invalid:1/link")};
  a.start();
  CHECK(a.await_end(LinkEnd::resolve_failed));
}

TEST_CASE("what cannot be listened on or read is said at the start") {
  const Federation federation(1);
  TestNode a(federation.keys[0], &federation);
  a.start();
  TestNode b(federation.keys[0], &federation);
  b.settings.listen->port = a.address().port;
  CHECK_THROWS_AS(b.start(), links::LinksBroken);
  TestNode c(federation.keys[0], &federation);
  c.settings.extra_ca_file = "/nonexistent/ca.pem";
  CHECK_THROWS_AS(c.start(), links::LinksBroken);
  TestNode d(federation.keys[0], &federation);
  d.settings.listen->trusted_proxies = {"10.0.0.0/33"};
  CHECK_THROWS_AS(d.start(), links::LinksBroken);
}
