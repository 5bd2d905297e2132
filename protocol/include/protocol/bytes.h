#pragma once
// Byte sequences and their lowercase hexadecimal text. Pure values; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/outcome.h"

namespace hansa::protocol {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
/// BLAKE2b-256, also the size of every public key.
using Hash = std::array<std::uint8_t, 32>;

/// Two lowercase digits a byte.
std::string to_hex(ByteView bytes);
/// Accepts lowercase only, so that one value has one text. Error: malformed.
Outcome<Bytes> from_hex(std::string_view text);
/// Exactly 64 lowercase digits. Error: malformed.
Outcome<Hash> hash_from_hex(std::string_view text);

/// The bytes of a string, in place.
inline ByteView view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
/// The characters of bytes, in place.
inline std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace hansa::protocol
