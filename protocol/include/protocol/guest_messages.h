#pragma once
// The two messages between a node that asks to join and the one that invited it, as plain values, to and from
// their bytes: arms of the same union as the messages of sync, which knows nothing of them. Layout and
// limits: protocol/schema/wire.capnp; order: docs/protocol.md, "Guests". Pure functions and values; any
// thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "protocol/bytes.h"
#include "protocol/invitation.h"
#include "protocol/outcome.h"

namespace hansa::protocol::wire {

inline constexpr std::uint16_t guest_version_min = 2;  ///< Version of the link's protocol that has these.
inline constexpr std::size_t join_reason_bytes_max = 64;
inline constexpr std::size_t join_charters_max = 64;  ///< Of one answer.
/// Bytes of the charters of one answer, so that it stays a message.
inline constexpr std::size_t join_charter_bytes_max = 1472 * 1024;

struct Join {
  InvitationId invitation{};
  InvitationSecret secret{};
  std::string card;            ///< As text; what it says is for read_card().
  std::uint32_t charters = 0;  ///< Versions held already, from the first on.
  JoinNonce nonce{};
  friend bool operator==(const Join&, const Join&) = default;
};

enum class JoinAnswer : std::uint16_t { pending = 1, approved = 2, refused = 3 };

struct JoinState {
  JoinAnswer state = JoinAnswer::pending;
  std::string reason;           ///< Only when refused, and never empty then: lowercase letters and '_'.
  std::uint32_t newest = 0;     ///< Only when approved.
  std::vector<Bytes> charters;  ///< Only when approved; none is empty.
  friend bool operator==(const JoinState&, const JoinState&) = default;
};

/// What is beyond the limits of the schema is written all the same, and refused by every reader.
Bytes encode(const Join& join);
Bytes encode(const JoinState& state);

using GuestMessage = std::variant<Join, JoinState>;
/// Refusals: too_large, malformed (anything that the schema does not allow), out_of_order (a message of
/// another kind, known or not).
Outcome<GuestMessage> decode_guest_message(ByteView bytes);

}  // namespace hansa::protocol::wire
