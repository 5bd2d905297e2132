// wss:// end to end, with an authority of the test's own.
#include <doctest/doctest.h>

#include "certificates.h"
#include "test_node.h"

using namespace hansa;
using core::LinkEnd;
using test::Authority;
using test::Federation;
using test::TestNode;

namespace {

struct Pair {
  Federation federation{2};
  Authority authority;
  TestNode server{federation.keys[0], &federation};
  TestNode client{federation.keys[1], &federation};

  void open(const Authority::Files& files, const std::string& host, const std::string& ca_file) {
    server.settings.listen->certificate_file = files.certificate;
    server.settings.listen->private_key_file = files.private_key;
    server.start();
    auto address = server.address();
    address.tls = true;
    address.host = host;
    client.settings.listen.reset();
    client.settings.peers = {address};
    client.settings.extra_ca_file = ca_file;
    client.start();
  }
};

}  // namespace

TEST_CASE("a link over TLS, with a certificate of an extra authority, carries messages both ways") {
  Pair pair;
  SUBCASE("by name") {
    pair.open(pair.authority.issue("server", "DNS:localhost"), "localhost", pair.authority.ca_file());
  }
  SUBCASE("by address") {
    pair.open(pair.authority.issue("server", "IP:127.0.0.1"), "127.0.0.1", pair.authority.ca_file());
  }
  REQUIRE(pair.client.await_up(1));
  REQUIRE(pair.server.await_up(1));
  const auto at_client = pair.client.only_link();
  const auto at_server = pair.server.only_link();
  const std::vector<protocol::Bytes> sent = {protocol::Bytes(100, 1), protocol::Bytes(1u << 20, 2)};
  for (const auto& message : sent) {
    pair.client.links().send(at_client, message);
    pair.server.links().send(at_server, message);
  }
  CHECK(pair.server.await([&](const auto& links) { return links.at(at_server).messages == sent; }));
  CHECK(pair.client.await([&](const auto& links) { return links.at(at_client).messages == sent; }));
  pair.server.stop();
  REQUIRE(pair.client.await([&](const auto& links) { return links.at(at_client).down.has_value(); }));
  CHECK(pair.client.heard()[at_client].down == LinkEnd::peer_closed);
}

TEST_CASE("a certificate that is not trusted, or of another name, is refused") {
  Pair pair;
  SUBCASE("unknown authority") {
    pair.open(pair.authority.issue("server", "DNS:localhost"), "localhost", "");
  }
  SUBCASE("other name") {
    pair.open(pair.authority.issue("server", "DNS:example.org"), "localhost", pair.authority.ca_file());
  }
  SUBCASE("name instead of address") {
    pair.open(pair.authority.issue("server", "DNS:localhost"), "127.0.0.1", pair.authority.ca_file());
  }
  CHECK(pair.client.await_end(LinkEnd::tls_failed));
  CHECK(pair.client.await(
      [&](const auto&) { return pair.client.links().status()[0].state == links::PeerState::refused; }));
  CHECK(pair.client.heard().empty());
}

TEST_CASE("a listener without TLS is no wss peer") {
  Federation federation(2);
  TestNode server(federation.keys[0], &federation);
  TestNode client(federation.keys[1], &federation);
  server.start();
  auto address = server.address();
  address.tls = true;
  client.settings.listen.reset();
  client.settings.peers = {address};
  client.start();
  CHECK(client.await_end(LinkEnd::tls_failed));
}
