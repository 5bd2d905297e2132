#pragma once
// What a node knows of another one, as the peers page shows it. Plain values; any thread.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes.h"
#include "protocol/keys.h"
#include "protocol/refusal.h"

namespace hansa::protocol {

/// SyncEngine gives unlinked, handshaking, catching_up and live; the others are for those who dial, in place
/// of unlinked.
enum class PeerState : std::uint8_t {
  unlinked,  ///< No link.
  connecting,
  handshaking,  ///< A link, but the hellos have not crossed yet.
  catching_up,  ///< The peer holds what we lack and it is on its way.
  live,         ///< We hold all that the peer claims (or wait before asking again: see last_error).
  waiting_retry,
  refused,
  stopped,
};
/// Stable snake_case name.
std::string_view name(PeerState state);

/// The last thing that went wrong with a peer. Parameters by name, for messages in any language: "log" (hex),
/// "sequence", "reason".
struct PeerError {
  Refusal code{};
  std::map<std::string, std::string> params;
  std::uint64_t at_ms = 0;
};

/// How far a peer says it holds the payloads of one log.
struct HeldLog {
  Hash log{};
  std::uint64_t through = 0;
  friend bool operator==(const HeldLog&, const HeldLog&) = default;
};

struct PeerView {
  PublicKey node;
  PeerState state = PeerState::unlinked;
  std::uint64_t state_since_ms = 0;
  std::optional<std::uint64_t> last_contact_ms;
  std::uint64_t outstanding_entries = 0;   ///< Headers the peer claims and we lack.
  std::uint64_t outstanding_payloads = 0;  ///< Payloads we lack of entries the peer claims.
  std::uint64_t done = 0;      ///< Of `total`, since this peer last was ahead of us; never falls in between.
  std::uint64_t total = 0;     ///< Headers and payloads together, counted apart.
  std::optional<bool> agrees;  ///< Its heads equal ours; none while unlinked or handshaking.
  std::optional<PeerError> last_error;
  std::optional<std::uint64_t> round_trip_ms;
  std::optional<std::int64_t> clock_offset_ms;  ///< Its clock minus ours.
  std::string software;
  std::vector<HeldLog> held;  ///< Ascending by log; kept when the link is lost.
};

}  // namespace hansa::protocol
