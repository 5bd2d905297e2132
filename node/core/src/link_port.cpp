#include "core/link_port.h"

#include <array>

namespace hansa::core {
namespace {

constexpr std::array<std::string_view, link_end_count> names = {
    "stopped",
    "peer_closed",
    "cut",
    "duplicate",
    "handshake_timeout",
    "idle_timeout",
    "slow_peer",
    "resolve_failed",
    "connect_failed",
    "tls_failed",
    "upgrade_refused",
    "bad_upgrade",
    "wrong_path",
    "origin_present",
    "no_subprotocol",
    "too_many_from_address",
    "too_many_unauthenticated",
    "too_many_links",
    "no_federation",
    "own_key",
    "bad_frame",
    "bad_handshake",
    "bad_ciphertext",
    "accept_failed",
    "malformed",
    "too_large",
    "limit_exceeded",
    "bad_signature",
    "wrong_federation",
    "unknown_key",
    "unsupported_version",
    "not_permitted",
    "protocol_violation",
};
static_assert(!names.back().empty(), "every LinkEnd has a name");

}  // namespace

std::string_view name(LinkEnd end) { return names[static_cast<std::size_t>(end)]; }

LinkEnd link_end(protocol::Refusal refusal) {
  using protocol::Refusal;
  switch (refusal) {
    case Refusal::malformed:
      return LinkEnd::malformed;
    case Refusal::too_large:
      return LinkEnd::too_large;
    case Refusal::limit_exceeded:
      return LinkEnd::limit_exceeded;
    case Refusal::bad_signature:
      return LinkEnd::bad_signature;
    case Refusal::wrong_federation:
      return LinkEnd::wrong_federation;
    case Refusal::unknown_key:
      return LinkEnd::unknown_key;
    case Refusal::unsupported_version:
      return LinkEnd::unsupported_version;
    case Refusal::not_permitted:
      return LinkEnd::not_permitted;
    default:
      return LinkEnd::protocol_violation;
  }
}

}  // namespace hansa::core
