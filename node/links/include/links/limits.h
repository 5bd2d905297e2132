#pragma once
// Every limit of the links, named once, with its unit. What an operator may change stands in LinkSettings.

#include <chrono>
#include <cstddef>
#include <string_view>

namespace hansa::links {

/// The WebSocket sub-protocol that both ends must name (docs/protocol.md, Link).
inline constexpr std::string_view subprotocol = "hansa.link.1";

/// A Noise transport message, and so a WebSocket message, is never longer.
inline constexpr std::size_t link_frame_bytes_max = 65535;
/// What a peer may send in one WebSocket message before it is authenticated.
inline constexpr std::size_t stranger_frame_bytes_max = 4096;
/// The HTTP request that asks for the upgrade.
inline constexpr std::size_t request_header_bytes_max = 8192;
/// Beast masks what a client sends in a buffer of this size: one system call a frame.
inline constexpr std::size_t write_buffer_bytes = link_frame_bytes_max + 1;

/// Messages of one link that wait to be sent; above it the link goes down with slow_peer. Must be more than
/// the credit a peer can grant us plus control messages.
inline constexpr std::size_t outgoing_bytes_max = 24u << 20;
/// Messages of one link that wait for the core; above it nothing is read from the link until half is done.
inline constexpr std::size_t incoming_bytes_max = 8u << 20;

/// Connections from one address (behind a trusted proxy: of one client), authenticated or not.
inline constexpr std::size_t connections_per_address_max = 16;
/// Accepted connections whose peer is not authenticated yet.
inline constexpr std::size_t unauthenticated_max = 64;
/// Authenticated links.
inline constexpr std::size_t links_max = 512;
/// Links of nodes that ask to join, at one time.
inline constexpr std::size_t guests_max = 8;
/// Of one address: a few strangers do not shut the door for everybody.
inline constexpr std::size_t guests_per_address_max = 2;
/// Client addresses (of IPv6: the first 64 bits) whose knocks are counted at one time, and how many of one
/// address in a minute are heard of, guests included. As many other refusals of one address are logged.
inline constexpr std::size_t knocking_addresses_max = 1024;
inline constexpr std::size_t knocks_per_minute_max = 30;
/// Peer addresses one node dials.
inline constexpr std::size_t peer_addresses_max = 256;
/// Length of one peer address.
inline constexpr std::size_t peer_address_chars_max = 512;

/// Connecting, TLS, upgrade and handshake together.
inline constexpr std::chrono::milliseconds handshake_time{10'000};
/// The whole life of a guest's link once it is authenticated.
inline constexpr std::chrono::milliseconds guest_time{30'000};
/// Silence after which a link is cut; a ping goes out after half of it. Below nginx's 60 s for idle links.
inline constexpr std::chrono::milliseconds idle_time{50'000};
/// From the wish to close to the closed socket: sending what is queued, and the closing handshake.
inline constexpr std::chrono::milliseconds close_time{2'000};
/// First wait before dialling again; doubled after each failure, with jitter, up to the last.
inline constexpr std::chrono::milliseconds retry_first{1'000};
inline constexpr std::chrono::milliseconds retry_last{60'000};
/// At most this long a node waits before it asks again whether it was let in: people wait for the answer.
inline constexpr std::chrono::milliseconds ask_again{15'000};
/// A link that was up this long counts as a success: the next wait is the first again.
inline constexpr std::chrono::milliseconds stable_time{20'000};

}  // namespace hansa::links
