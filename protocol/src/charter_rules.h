#pragma once
// The parts a charter is read and judged by. Private to this room.

#include <optional>

#include "protocol/charter.h"

namespace hansa::protocol {

/// What a body's bytes say of themselves; another number is refused.
inline constexpr std::uint16_t charter_format_version = 1;

struct SignedParts {
  Bytes body;
  std::vector<SignedBy> signatures;
};
/// Sizes only: neither body nor signatures are looked into.
Outcome<SignedParts, CharterFault> decode_signed_charter(ByteView bytes);
/// Fields to a body, sizes and encodings checked; no rule about what they mean.
Outcome<CharterBody, CharterFault> decode_charter_body(ByteView bytes);

/// What one body must keep by itself. Nothing if it does.
std::optional<CharterFault> fault_within(const CharterBody& body);
/// What a body must keep towards the version before it.
std::optional<CharterFault> fault_after(const CharterBody& body, const Charter& previous);

}  // namespace hansa::protocol
