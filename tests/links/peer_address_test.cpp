#include "links/peer_address.h"

#include <doctest/doctest.h>

#include "links/limits.h"

using hansa::links::parse_peer_address;
using hansa::protocol::Refusal;

TEST_CASE("peer addresses parse and print back the same") {
  for (const char* text : {"ws://hansa.example.org/", "wss://hansa.example.org/federation/link",
                           "ws://127.0.0.1:8441/link", "ws://[::1]:8441/link", "wss://[2001:db8::1]/x"}) {
    const auto address = parse_peer_address(text);
    REQUIRE_MESSAGE(address.has_value(), text);
    CHECK(address->text() == text);
  }
  const auto plain = parse_peer_address("ws://example.org");
  REQUIRE(plain.has_value());
  CHECK(plain->port == 80);
  CHECK(plain->path == "/");
  CHECK(plain->host_and_port() == "example.org");
  const auto secure = parse_peer_address("wss://example.org:443/a");
  REQUIRE(secure.has_value());
  CHECK(secure->tls);
  CHECK(secure->host_and_port() == "example.org");
  CHECK(parse_peer_address("ws://[::1]:80/")->host == "::1");
}

TEST_CASE("what is no peer address is refused") {
  for (const char* text :
       {"", "ws://", "http://example.org/", "example.org:8441", "ws://user@example.org/",
        "ws://example.org:0/", "ws://example.org:70000/", "ws://example.org:/", "ws://example.org:80x/",
        "ws://exa mple.org/", "ws://example.org/a b", "ws://example.org/a?b", "ws://example.org/#x",
        "ws://[::1/", "ws://[]/", "ws://[::1]8/", "ws://example.org/\r\nX: y", "ws://ex\nample.org/"}) {
    const auto address = parse_peer_address(text);
    REQUIRE_MESSAGE(!address.has_value(), text);
    CHECK(address.error() == Refusal::malformed);
  }
  const auto at_limit = "ws://a/" + std::string(hansa::links::peer_address_chars_max - 7, 'x');
  CHECK(parse_peer_address(at_limit).has_value());
  CHECK(parse_peer_address(at_limit + "x").error() == Refusal::too_large);
}

TEST_CASE("an address that is too long once its path is written out is too long") {
  const std::string longest = "ws://" + std::string(hansa::links::peer_address_chars_max - 6, 'a');
  REQUIRE(parse_peer_address(longest));
  CHECK(parse_peer_address(parse_peer_address(longest)->text()));
  CHECK_FALSE(parse_peer_address(longest + "a"));
}
