// Which protocol version a link gets, with peers that run other programs than this one.

#include <doctest/doctest.h>

#include "protocol/sync_limits.h"
#include "raw_peer.h"
#include "test_node.h"

using namespace hansa;
using core::LinkEnd;
using test::Federation;
using test::RawPeer;
using test::TestNode;

namespace {

/// The version that a listening node agrees on with a peer that offers these.
std::uint16_t version_with(const std::vector<std::uint16_t>& offered) {
  const Federation federation{3};
  TestNode node{federation.keys[1], &federation};
  node.start();
  RawPeer peer(node.address().port);
  REQUIRE(peer.upgrade() == 101);
  auto link = peer.authenticate(federation, federation.keys[2], offered);
  REQUIRE(node.await_up(1));
  const protocol::Bytes word = {'o', 'k'};
  for (const auto& frame : link.encrypt(word)) peer.send_frame(frame);
  CHECK(node.await([](const auto& links) { return links.begin()->second.messages.size() == 1; }));
  return node.heard().begin()->second.version;
}

}  // namespace

TEST_CASE("two nodes of this program take the newest version") {
  const Federation federation{3};
  TestNode node{federation.keys[1], &federation};
  TestNode other{federation.keys[0], &federation};
  node.start();
  other.settings.listen.reset();
  other.settings.peers = {node.address()};
  other.start();
  REQUIRE(other.await_up(1));
  REQUIRE(node.await_up(1));
  CHECK(node.heard().begin()->second.version == protocol::link_version_newest);
  CHECK(other.heard().begin()->second.version == protocol::link_version_newest);
}

TEST_CASE("an older program is spoken to in its version, a newer one in ours") {
  CHECK(version_with({1}) == 1);
  CHECK(version_with({2, 1}) == 2);
  CHECK(version_with({9, 3, 2}) == 2);
}

TEST_CASE("without a common version both sides are told so, by name") {
  const Federation federation{3};
  TestNode node{federation.keys[1], &federation};
  node.start();
  RawPeer peer(node.address().port);
  REQUIRE(peer.upgrade() == 101);
  peer.offer({4, 3});
  const auto answer = peer.read_message();
  REQUIRE(answer);
  CHECK(*answer == protocol::Bytes{0, 0});
  CHECK(peer.reads_end());
  const auto& counters = node.links().counters();
  CHECK(node.await([&](const auto&) { return counters.of(LinkEnd::unsupported_version) == 1; }));
}
