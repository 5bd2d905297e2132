#include "core/link_port.h"

#include <array>
#include <cassert>

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
    "accept_failed",
    "declined",
    "too_many_guests",
    "guest_timeout",
    "guest_answered",
    "malformed",
    "too_large",
    "bad_seal",
    "limit_exceeded",
    "bad_signature",
    "wrong_federation",
    "unknown_key",
    "unsupported_version",
    "not_permitted",
    "bad_chain",
    "bad_commitment",
    "unknown_log",
    "not_found",
    "not_signed",
    "inflated_too_large",
    "different_charter",
    "beyond_credit",
    "unsolicited",
    "out_of_order",
    "stalled",
    "withheld",
    "log_conflict",
    "refused_branch",
    "own_log_differs",
    "own_epoch_changed",
    "store_full",
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
    case Refusal::bad_seal:
      return LinkEnd::bad_seal;
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
    case Refusal::own_key:
      return LinkEnd::own_key;
    case Refusal::duplicate:
      return LinkEnd::duplicate;
    case Refusal::timeout:
      return LinkEnd::idle_timeout;
    case Refusal::closed:
      return LinkEnd::peer_closed;
    case Refusal::bad_chain:
      return LinkEnd::bad_chain;
    case Refusal::bad_commitment:
      return LinkEnd::bad_commitment;
    case Refusal::unknown_log:
      return LinkEnd::unknown_log;
    case Refusal::not_found:
      return LinkEnd::not_found;
    case Refusal::not_signed:
      return LinkEnd::not_signed;
    case Refusal::inflated_too_large:
      return LinkEnd::inflated_too_large;
    case Refusal::different_charter:
      return LinkEnd::different_charter;
    case Refusal::beyond_credit:
      return LinkEnd::beyond_credit;
    case Refusal::unsolicited:
      return LinkEnd::unsolicited;
    case Refusal::out_of_order:
      return LinkEnd::out_of_order;
    case Refusal::stalled:
      return LinkEnd::stalled;
    case Refusal::withheld:
      return LinkEnd::withheld;
    case Refusal::log_conflict:
      return LinkEnd::log_conflict;
    case Refusal::refused_branch:
      return LinkEnd::refused_branch;
    case Refusal::own_log_differs:
      return LinkEnd::own_log_differs;
    case Refusal::own_epoch_changed:
      return LinkEnd::own_epoch_changed;
    case Refusal::store_full:
      return LinkEnd::store_full;
  }
  assert(!"not a Refusal");
  return LinkEnd::malformed;
}

protocol::Refusal farewell(LinkEnd end) {
  using protocol::Refusal;
  switch (end) {
    case LinkEnd::duplicate:
      return Refusal::duplicate;
    case LinkEnd::bad_frame:
    case LinkEnd::malformed:
    case LinkEnd::beyond_credit:
    case LinkEnd::unsolicited:
    case LinkEnd::out_of_order:
    case LinkEnd::inflated_too_large:
      return Refusal::malformed;
    case LinkEnd::too_large:
      return Refusal::too_large;
    case LinkEnd::bad_seal:
      return Refusal::bad_seal;
    case LinkEnd::limit_exceeded:
      return Refusal::limit_exceeded;
    case LinkEnd::bad_signature:
      return Refusal::bad_signature;
    case LinkEnd::wrong_federation:
      return Refusal::wrong_federation;
    case LinkEnd::unknown_key:
      return Refusal::unknown_key;
    case LinkEnd::unsupported_version:
      return Refusal::unsupported_version;
    case LinkEnd::not_permitted:
      return Refusal::not_permitted;
    case LinkEnd::idle_timeout:
    case LinkEnd::guest_timeout:
      return Refusal::timeout;
    case LinkEnd::too_many_guests:
      return Refusal::limit_exceeded;
    default:
      return Refusal::closed;
  }
}

}  // namespace hansa::core
