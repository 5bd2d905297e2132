#pragma once
// Where a peer's link listener is: ws://host[:port][/path] or wss://… Pure value; any thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/outcome.h"

namespace hansa::links {

struct PeerAddress {
  bool tls = false;        ///< wss
  std::string host;        ///< A name or an IP address, without the brackets of an IPv6 address.
  std::uint16_t port = 0;  ///< 80 or 443 unless the text says otherwise.
  std::string path = "/";  ///< Begins with a slash.

  /// The Host header's value: brackets around IPv6, the port unless it is the scheme's own.
  std::string host_and_port() const;
  /// The address as text; parses back to the same value.
  std::string text() const;
  friend bool operator==(const PeerAddress&, const PeerAddress&) = default;
};

/// Errors: too_large (above peer_address_chars_max), malformed (anything else: other schemes, user names,
/// queries, fragments, characters that do not belong in a URL).
protocol::Outcome<PeerAddress> parse_peer_address(std::string_view text);

/// An IP address, or a network such as "10.0.0.0/8": what ListenSettings::trusted_proxies takes.
bool is_network(std::string_view text);

}  // namespace hansa::links
