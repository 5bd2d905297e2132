// What strangers and peers that break the rules meet: a counted, named reason, while honest links go on.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>

#include "raw_peer.h"
#include "test_node.h"

using namespace hansa;
using core::LinkEnd;
using std::chrono::milliseconds;
using test::Federation;
using test::RawPeer;
using test::TestNode;

namespace {

/// A listening node with an honest peer linked to it; at the end of the test the link must still carry.
struct Town {
  Federation federation{3};
  TestNode node{federation.keys[1], &federation};
  TestNode honest{federation.keys[0], &federation};

  void open() {
    node.start();
    honest.settings.listen.reset();
    honest.settings.peers = {node.address()};
    honest.start();
    REQUIRE(honest.await_up(1));
    REQUIRE(node.await_up(1));
  }

  ~Town() {
    const protocol::Bytes word = {'o', 'k'};
    const auto& key = federation.keys[0].public_key();
    for (const auto& [id, heard] : node.heard()) {
      if (!heard.down && heard.peer == key) node.links().send(id, word);
    }
    CHECK(honest.await([](const auto& links) {
      return std::any_of(links.begin(), links.end(),
                         [](const auto& link) { return !link.second.messages.empty(); });
    }));
  }

  /// The reason was counted that often, and not more so far.
  bool counts(LinkEnd reason, std::uint64_t times) {
    const auto& counters = node.links().counters();
    return node.await([&](const auto&) { return counters.of(reason) >= times; }) &&
           counters.of(reason) == times;
  }

  std::uint16_t port() const { return node.address().port; }
  /// An authenticated raw peer.
  std::pair<std::unique_ptr<RawPeer>, protocol::SecureLink> insider() {
    auto peer = std::make_unique<RawPeer>(port());
    REQUIRE(peer->upgrade() == 101);
    auto secure = peer->authenticate(federation, federation.keys[2]);
    REQUIRE(node.await_up(2));
    return {std::move(peer), std::move(secure)};
  }
};

const protocol::Bytes greeting(64, 7);

}  // namespace

TEST_CASE("upgrades that are not ours are refused with a status and a counted reason") {
  Town town;
  town.open();
  CHECK(RawPeer(town.port()).upgrade("Origin: https://example.org\r\n") == 403);
  CHECK(town.counts(LinkEnd::origin_present, 1));
  CHECK(RawPeer(town.port()).upgrade("", "/link", "") == 400);
  CHECK(RawPeer(town.port()).upgrade("", "/link", "chat") == 400);
  CHECK(town.counts(LinkEnd::no_subprotocol, 2));
  CHECK(RawPeer(town.port()).upgrade("", "/admin") == 404);
  CHECK(town.counts(LinkEnd::wrong_path, 1));
  CHECK(RawPeer(town.port()).upgrade("", "/link?x=1", "chat, hansa.link.1") == 101);

  RawPeer plain(town.port());
  plain.write("GET /link HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(plain.read_head().starts_with("HTTP/1.1 400"));
  RawPeer garbage(town.port());
  garbage.write("\x16\x03\x01 this is no HTTP\r\n\r\n");
  CHECK(garbage.read_head().starts_with("HTTP/1.1 400"));
  RawPeer endless(town.port());
  endless.write("GET /link HTTP/1.1\r\nX-Long: " + std::string(links::request_header_bytes_max, 'a'));
  CHECK(endless.reads_end());
  RawPeer hasty(town.port());
  hasty.write(
      "GET /link HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nfirst bytes");
  CHECK(hasty.read_head().starts_with("HTTP/1.1 400"));
  CHECK(town.counts(LinkEnd::bad_upgrade, 4));
}

TEST_CASE("a connection that stalls is cut at the deadline, wherever it stalls") {
  Town town;
  town.node.settings.times.handshake = milliseconds(100);
  town.open();
  RawPeer silent(town.port());
  CHECK(silent.reads_end());
  RawPeer half(town.port());
  half.write("GET /link HTTP/1.1\r\nHost: lo");
  CHECK(half.reads_end());
  RawPeer upgraded(town.port());
  CHECK(upgraded.upgrade() == 101);
  CHECK(upgraded.reads_end());
  CHECK(town.counts(LinkEnd::handshake_timeout, 3));
}

TEST_CASE("an authenticated peer that falls silent is cut, and pings keep a quiet honest one") {
  Town town;
  town.node.settings.times.idle = milliseconds(400);
  town.open();
  const auto [silent, secure] = town.insider();  // Answers no ping.
  CHECK(town.node.await_end(LinkEnd::idle_timeout));
}

TEST_CASE("strangers' frames: text, too large, or not the handshake") {
  Town town;
  town.open();
  RawPeer text(town.port());
  REQUIRE(text.upgrade() == 101);
  text.send_frame(greeting, RawPeer::text);
  CHECK(text.reads_end());
  CHECK(town.counts(LinkEnd::bad_frame, 1));
  RawPeer large(town.port());
  REQUIRE(large.upgrade() == 101);
  large.send_frame(protocol::Bytes(links::stranger_frame_bytes_max + 1, 1));
  CHECK(large.reads_end());
  CHECK(town.counts(LinkEnd::bad_frame, 2));
  RawPeer pieces(town.port());  // The same in fragments, without an end.
  REQUIRE(pieces.upgrade() == 101);
  for (int i = 0; i < 10; ++i) {
    pieces.send_frame(protocol::Bytes(1000, 1), i == 0 ? RawPeer::binary : std::uint8_t{0}, false);
  }
  CHECK(pieces.reads_end());
  CHECK(town.counts(LinkEnd::bad_frame, 3));
  RawPeer noise(town.port());
  REQUIRE(noise.upgrade() == 101);
  noise.send_frame(greeting);
  CHECK(noise.reads_end());
  CHECK(town.counts(LinkEnd::malformed, 1));
}

TEST_CASE("a flipped byte on the wire ends the link") {
  Town town;
  town.open();
  auto [peer, secure] = town.insider();
  peer->send_frame(secure.encrypt(greeting).front());
  auto frame = secure.encrypt(greeting).front();
  frame[frame.size() / 2] ^= 0x10;
  peer->send_frame(frame);
  CHECK(town.node.await_end(LinkEnd::bad_seal));
  CHECK(peer->reads_end());
  REQUIRE(town.node.await_up(1));
  for (const auto& [id, heard] : town.node.heard()) {
    if (!heard.down) continue;
    CHECK(heard.down == LinkEnd::bad_seal);
    CHECK(heard.messages == std::vector<protocol::Bytes>{greeting});
  }
}

TEST_CASE("a replayed message ends the link") {
  Town town;
  town.open();
  auto [peer, secure] = town.insider();
  const auto frame = secure.encrypt(greeting).front();
  peer->send_frame(frame);
  peer->send_frame(frame);
  CHECK(town.node.await_end(LinkEnd::bad_seal));
}

TEST_CASE("a replayed handshake does not authenticate") {
  Town town;
  town.open();
  RawPeer honest(town.port());
  REQUIRE(honest.upgrade() == 101);
  honest.authenticate(town.federation, town.federation.keys[2]);
  REQUIRE(town.node.await_up(2));

  RawPeer replay(town.port());
  REQUIRE(replay.upgrade() == 101);
  REQUIRE(honest.sent_messages().size() == 2);
  replay.send_frame(honest.sent_messages()[0]);
  REQUIRE(replay.read_message().has_value());
  replay.send_frame(honest.sent_messages()[1]);
  CHECK(replay.reads_end());
  CHECK(town.counts(LinkEnd::bad_seal, 1));
  CHECK(town.node.await_up(2));
}

TEST_CASE("frames and messages above the limits end an authenticated link") {
  Town town;
  town.open();
  {
    auto [peer, secure] = town.insider();
    peer->send_frame(protocol::Bytes(links::link_frame_bytes_max + 1, 1));
    CHECK(town.node.await_end(LinkEnd::bad_frame));
    REQUIRE(town.node.await_up(1));
  }
  auto [peer, secure] = town.insider();
  // The first message may have 4 KiB; this one claims more.
  for (const auto& frame : secure.encrypt(protocol::Bytes(protocol::link_message_bytes_first + 1, 1))) {
    peer->send_frame(frame);
  }
  CHECK(town.node.await_end(LinkEnd::too_large));
}

TEST_CASE("a peer that does not read is dropped once too much waits for it") {
  Town town;
  town.node.settings.caps.outgoing_bytes = 4u << 20;
  town.open();
  auto [peer, secure] = town.insider();
  core::LinkId link = 0;
  for (const auto& [id, heard] : town.node.heard()) {
    if (heard.peer == town.federation.keys[2].public_key()) link = id;
  }
  // More than the limit and what the system's buffers take together.
  for (int i = 0; i < 64; ++i) town.node.links().send(link, protocol::Bytes(1u << 20, 1));
  CHECK(town.node.await_end(LinkEnd::slow_peer));
  REQUIRE(town.node.await_up(1));
  CHECK(town.node.heard()[link].down == LinkEnd::slow_peer);
}

TEST_CASE("a peer that sends faster than the core works is slowed down, and nothing is lost") {
  const Federation federation(2);
  TestNode a(federation.keys[0], &federation);
  TestNode b(federation.keys[1], &federation);
  b.settings.caps.incoming_bytes = 64 * 1024;
  std::promise<void> go_on;
  auto gate = go_on.get_future().share();
  b.on_message = [gate](core::LinkId, const protocol::Bytes&) { gate.wait(); };  // The core is stuck.
  b.start();
  a.settings.listen.reset();
  a.settings.peers = {b.address()};
  a.start();
  REQUIRE(a.await_up(1));
  const auto link = a.only_link();
  constexpr std::size_t count = 1000;
  for (std::size_t i = 0; i < count; ++i) a.links().send(link, protocol::Bytes(4000, 1));
  REQUIRE(b.await([&](const auto&) { return b.links().counters().bytes_received > 64 * 1024; }));
  go_on.set_value();
  REQUIRE(b.await(
      [&](const auto& links) { return !links.empty() && links.begin()->second.messages.size() == count; }));
}

TEST_CASE("too many strangers, and too many from one address, are turned away") {
  Town town;
  town.node.settings.caps.unauthenticated = 2;
  town.open();
  {
    RawPeer one(town.port());
    RawPeer two(town.port());
    RawPeer three(town.port());
    CHECK(three.reads_end());
    CHECK(town.counts(LinkEnd::too_many_unauthenticated, 1));
  }
  Town crowded;
  crowded.node.settings.caps.connections_per_address = 2;  // The honest peer has one of them.
  crowded.open();
  RawPeer one(crowded.port());
  RawPeer two(crowded.port());
  CHECK(two.reads_end());
  CHECK(crowded.counts(LinkEnd::too_many_from_address, 1));
}

TEST_CASE("X-Forwarded-For is believed from trusted proxies only") {
  Town town;
  town.node.settings.listen->trusted_proxies = {"127.0.0.0/8", "10.1.2.3"};
  town.open();
  RawPeer proxied(town.port());
  REQUIRE(proxied.upgrade("X-Forwarded-For: 203.0.113.9, 198.51.100.7, 10.1.2.3\r\n") == 101);
  proxied.authenticate(town.federation, town.federation.keys[2]);
  REQUIRE(town.node.await_up(2));
  std::string address;
  for (const auto& [id, heard] : town.node.heard()) {
    if (heard.peer == town.federation.keys[2].public_key()) address = heard.address;
  }
  CHECK(address == "198.51.100.7");  // What stands left of it is only the client's word.

  Town wary;
  wary.open();
  RawPeer liar(wary.port());
  REQUIRE(liar.upgrade("X-Forwarded-For: 203.0.113.9\r\n") == 101);
  liar.authenticate(wary.federation, wary.federation.keys[2]);
  REQUIRE(wary.node.await_up(2));
  for (const auto& [id, heard] : wary.node.heard()) CHECK(heard.address == "127.0.0.1");
}

TEST_CASE("of IPv6 a whole network of one subscriber is counted as one client") {
  Town town;
  town.node.settings.listen->trusted_proxies = {"127.0.0.0/8"};
  town.node.settings.caps.connections_per_address = 2;
  town.open();
  const auto comes_from = [&](const char* client) {
    auto peer = std::make_unique<RawPeer>(town.port());
    const auto status = peer->upgrade(std::string("X-Forwarded-For: ") + client + "\r\n");
    return std::pair(std::move(peer), status);
  };
  const auto [first, first_status] = comes_from("2001:db8:0:1::1");
  const auto [second, second_status] = comes_from("2001:db8:0:1::2");
  CHECK(first_status == 101);
  CHECK(second_status == 101);
  CHECK(comes_from("2001:db8:0:1:ffff::3").second == 429);
  CHECK(comes_from("2001:db8:0:2::1").second == 101);
}

TEST_CASE("who is refused again and again is counted each time, and told of so often only") {
  std::atomic<std::size_t> told = 0;  // Outlives the node that counts.
  Town town;
  town.node.settings.observe = [&told, tell = town.node.settings.observe](const links::LinkEvent& event) {
    if (event.kind == links::LinkEvent::Kind::refused) ++told;
    tell(event);
  };
  town.open();
  constexpr std::size_t attempts = links::knocks_per_minute_max + 10;
  for (std::size_t i = 0; i < attempts; ++i) CHECK(RawPeer(town.port()).upgrade("", "/admin") == 404);
  const auto after_all_of_them = town.insider();
  CHECK(town.counts(LinkEnd::wrong_path, attempts));
  CHECK(told > 0);
  CHECK(told <= links::knocks_per_minute_max);
}
