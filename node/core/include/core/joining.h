#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/card.h"
#include "protocol/invitation.h"
#include "protocol/keys.h"
#include "store/store.h"

/// Joining a federation, seen from both ends: what is kept, and what can be shown of it.
namespace hansa::core {

inline constexpr std::size_t invitations_max = 64;  ///< kept; dead ones make room
inline constexpr std::uint64_t invitation_days_max = 90;
inline constexpr std::uint64_t ms_per_day = 24ULL * 60 * 60 * 1000;
/// So long after its expiry an invitation is remembered, and who comes with it is told why it is too late.
inline constexpr std::uint64_t invitation_kept_ms = 30 * ms_per_day;
inline constexpr std::size_t knocks_max = 32;
inline constexpr std::size_t invited_by_bytes_max = 200;
/// More versions of the charter than an honest federation has in a lifetime.
inline constexpr std::uint32_t joining_charters_max = 4096;

/// Why something about joining was not done. Names are stable: HTTP API, commands and `joinState` messages
/// show them.
enum class JoinRefused : std::uint8_t {
  no_charter,            ///< this node belongs to no federation yet
  not_a_coordinator,     ///< only a coordinator's node invites
  no_address,            ///< the settings name no link address, so nobody could dial this node
  too_many_invitations,  ///< invitations_max are open
  bad_expiry,            ///< not in the future, or more than invitation_days_max away
  not_found,             ///< no such invitation or request
  already_member,        ///< the charter lists the node that asked: there is nothing to refuse

  unknown_invitation,      ///< the inviter made no such invitation: forged, or made by an earlier store
  wrong_secret,            ///< the id is right, the secret is not: forged
  expired,                 ///< by the clock of whoever says so
  withdrawn,               ///< the inviter took it back
  used,                    ///< another node asked with it before
  bad_card,                ///< not a card, or not of the key that asks
  key_not_active,          ///< the charter lists the key, but as retired, rotated or revoked
  refused_by_coordinator,  ///< somebody looked at the request and said no

  malformed_line,       ///< not an invitation, or not all of it
  tampered_line,        ///< its signature does not hold: something in it was changed
  unsupported_version,  ///< made by a newer program
  in_a_federation,      ///< this node belongs to one already
  not_joining,          ///< this node has not asked for anything
  charter_differs,      ///< the charter is not the one that the invitation was made under
  charter_invalid,      ///< what came is no valid chain of charters
  not_listed,           ///< the charter that came does not list this node
};
inline constexpr std::size_t join_refused_count = static_cast<std::size_t>(JoinRefused::not_listed) + 1;
std::string_view name(JoinRefused refusal);
/// None if no refusal has this name.
std::optional<JoinRefused> join_refused(std::string_view name);

/// Who asked with an invitation. One node for each.
struct JoinRequest {
  protocol::PublicKey key;
  std::string card_line;  ///< reads as a card of `key`
  std::string address;    ///< where the connection came from, last
  std::uint64_t asked_ms = 0;
  std::uint64_t seen_ms = 0;  ///< when it asked last
  bool refused = false;
  protocol::JoinNonce nonce{};  ///< in the words to compare
};

/// An invitation that this node made.
struct MadeInvitation {
  protocol::Invitation invitation;
  std::string line;
  std::string by;  ///< the user
  std::uint64_t made_ms = 0;
  bool withdrawn = false;
  std::optional<JoinRequest> request;
};
/// `open` (may be used), `used`, `withdrawn` or `expired`.
std::string_view state_of(const MadeInvitation& invitation, std::uint64_t now_ms);
/// All that are kept, the newest first. Any thread.
std::vector<MadeInvitation> made_invitations(const store::Snapshot& snapshot);

/// Somebody whose key is in no charter of ours was at the door, without an invitation.
struct Knock {
  protocol::PublicKey key;
  std::string address;  ///< the last one
  std::uint64_t first_ms = 0;
  std::uint64_t last_ms = 0;
  std::uint64_t count = 0;
};

/// How far this node is with asking for a place.
struct Application {
  enum class State : std::uint8_t {
    waiting = 1,  ///< the inviter was not reached yet
    pending = 2,  ///< it has the request; people decide
    refused = 3,
  };
  protocol::Invitation invitation;
  std::string line;
  State state = State::waiting;
  std::string reason;  ///< of a refusal: a name of JoinRefused, or what a newer inviter said
  std::uint64_t started_ms = 0;
  std::uint64_t since_ms = 0;   ///< of the state
  std::uint64_t heard_ms = 0;   ///< when the inviter answered last; 0: never
  protocol::JoinNonce nonce{};  ///< in the words to compare
};
std::string_view name(Application::State state);
/// None: this node has not asked, or is in. Any thread.
std::optional<Application> application(const store::Snapshot& snapshot);

}  // namespace hansa::core
