#pragma once
// The seam between the links and the core. Links authenticate peers and carry whole messages; what a message
// means is the core's business. Neither side knows the other's type.
//
// Threads: every LinkPort member runs on the core thread. LinkOut may be used from any thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/bytes.h"
#include "protocol/keys.h"
#include "protocol/refusal.h"

namespace hansa::core {

/// Names one link for as long as this process runs; never reused, never 0.
using LinkId = std::uint64_t;

/// Which end opened the connection.
enum class LinkRole : std::uint8_t { dialled, accepted };

/// Why a link ended, or why there was none. The names are stable: metrics, logs and the HTTP API show them.
enum class LinkEnd : std::uint8_t {
  stopped,                   ///< This node is stopping.
  peer_closed,               ///< The peer closed the WebSocket in good order.
  cut,                       ///< The connection broke without a close.
  duplicate,                 ///< Another link to the same node is kept instead.
  handshake_timeout,         ///< Connection, upgrade and handshake took longer than allowed together.
  idle_timeout,              ///< Nothing came, and pings were not answered.
  slow_peer,                 ///< More waited to be sent than a link may hold.
  resolve_failed,            ///< The address's host name has no address.
  connect_failed,            ///< Nobody accepts connections there.
  tls_failed,                ///< TLS: broken, or the certificate was not accepted.
  upgrade_refused,           ///< The other end is no link listener, or did not want us.
  bad_upgrade,               ///< Not an HTTP upgrade to a WebSocket.
  wrong_path,                ///< An upgrade on a path that is not the links'.
  origin_present,            ///< A browser's request: links carry no Origin header.
  no_subprotocol,            ///< The link sub-protocol was not offered, or not chosen.
  too_many_from_address,     ///< The address has as many connections as one may have.
  too_many_unauthenticated,  ///< As many strangers as there may be are already at the door.
  too_many_links,            ///< As many authenticated links as there may be are up.
  no_federation,             ///< This node holds no charter yet.
  own_key,                   ///< The node at the other end is this node.
  bad_frame,                 ///< A text message, or a message larger than the transport allows.
  accept_failed,             ///< The system could not give the listener a connection.
  declined,                  ///< Who dialled hung up on hearing which node and federation this is.
  too_many_guests,           ///< As many nodes that ask to join as there may be are being spoken to.
  guest_timeout,             ///< A node that asks to join took longer than it may.
  guest_answered,            ///< A node that asked to join has its answer.
  malformed,                 ///< From here on: the protocol's refusals, under their own names.
  too_large,
  bad_seal,
  limit_exceeded,
  bad_signature,
  wrong_federation,
  unknown_key,
  unsupported_version,
  not_permitted,
  bad_chain,
  bad_commitment,
  unknown_log,
  not_found,
  not_signed,
  inflated_too_large,
  different_charter,
  beyond_credit,
  unsolicited,
  out_of_order,
  stalled,
  withheld,
  log_conflict,
  refused_branch,
  own_log_differs,
  own_epoch_changed,  ///< This node continues in a new log: links start anew.
  store_full,         ///< The last one: link_end_count.
};

/// How many values LinkEnd has.
inline constexpr std::size_t link_end_count = static_cast<std::size_t>(LinkEnd::store_full) + 1;

/// The stable snake_case name, e.g. "slow_peer".
std::string_view name(LinkEnd end);

/// The end that says the same as a protocol refusal.
LinkEnd link_end(protocol::Refusal refusal);
/// What a peer is told when a link ends so. Refusal::closed for all that is not its business.
protocol::Refusal farewell(LinkEnd end);

/// What the core hears of its links, on the core thread and in order for each link: link_up, any number of
/// message, link_down. After link_down the id is heard of no more. At most one link to a node is up at a
/// time: when a better one replaces it, link_down of the old comes before link_up of the new.
///
/// A guest is a link for joining alone, and comes by guest_up in place of link_up: accepted, its peer is in
/// no charter of ours; dialled, we are the guest. Its messages are at most protocol::link_message_bytes_first
/// long if it was accepted, and it lives for guest_time at most.
struct LinkPort {
  virtual ~LinkPort() = default;
  /// The peer holds `peer`'s secret key, and the charter lists it. `address`: the URL dialled, or the address
  /// that the connection came from. `version`: of the link protocol, as the handshake chose it.
  virtual void link_up(LinkId link, const protocol::PublicKey& peer, LinkRole role, std::uint16_t version,
                       std::string address) = 0;
  virtual void link_down(LinkId link, LinkEnd reason) = 0;
  /// The peer holds `peer`'s secret key; if it was dialled, it is the one that was to be asked.
  virtual void guest_up(LinkId link, const protocol::PublicKey& peer, LinkRole role, std::string address) = 0;
  /// Who holds `peer`'s secret key was turned away, since no charter lists it. Rate-limited by address.
  virtual void knock(const protocol::PublicKey& peer, std::string address) = 0;
  /// One whole decrypted message; nothing about it was checked but its size: at most
  /// protocol::link_message_bytes_first for the first one of a link, link_message_bytes_max for the others.
  virtual void message(LinkId link, protocol::Bytes bytes) = 0;
};

/// What the core asks of its links. Any thread; never blocks. An id that is down (or never was) is ignored:
/// its link_down is on the way or was already heard.
struct LinkOut {
  virtual ~LinkOut() = default;
  /// Queues one message, neither empty nor larger than the limit that message() states. The order of one
  /// link's messages is kept. A link whose queue outgrows its limit goes down with slow_peer.
  virtual void send(LinkId link, protocol::Bytes message) = 0;
  /// Sends what is queued, then closes; the core still hears link_down, with `reason`.
  virtual void close(LinkId link, LinkEnd reason) = 0;
  /// Another charter is in force: links to nodes that may not link any more go down, and what waits before
  /// dialling again waits no more.
  virtual void charter_changed() {}
};

}  // namespace hansa::core
