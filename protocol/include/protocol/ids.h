#pragma once
// The names of partners and records, and their one text form each. Pure values; any thread.
//
// A partner id is 16 random bytes and is not a key. A record id is the partner that owns the record and 16
// random bytes. Text: 26 characters of lowercase RFC 4648 base32 without padding for 16 bytes; a record id is
// `urn:hansa:<partner>:<record>`. Exactly one text is accepted for each value.

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/bytes.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

inline constexpr std::size_t id_bytes = 16;
inline constexpr std::size_t id_text_chars = 26;
inline constexpr std::size_t record_id_bytes = 2 * id_bytes;
inline constexpr std::size_t record_id_text_chars = 10 + id_text_chars + 1 + id_text_chars;

struct PartnerId {
  std::array<std::uint8_t, id_bytes> bytes{};
  friend auto operator<=>(const PartnerId&, const PartnerId&) = default;
};

struct RecordId {
  PartnerId owner;
  std::array<std::uint8_t, id_bytes> local{};
  friend auto operator<=>(const RecordId&, const RecordId&) = default;
};

/// 26 characters of base32.
std::string to_text(const PartnerId& id);
/// `urn:hansa:<partner26>:<record26>`.
std::string to_text(const RecordId& id);

/// Decimal digits alone, no sign and no white space, that make a number that fits.
std::optional<std::uint64_t> parse_number(std::string_view text);
/// Error of all parsers: malformed.
Outcome<PartnerId> parse_partner_id(std::string_view text);
Outcome<RecordId> parse_record_id(std::string_view text);

/// Owner, then record: 32 bytes, as they stand in headers, references and keys.
std::array<std::uint8_t, record_id_bytes> to_bytes(const RecordId& id);
/// Error: malformed unless exactly 32 bytes.
Outcome<RecordId> record_id_from_bytes(ByteView bytes);
/// Error: malformed unless exactly 16 bytes.
Outcome<PartnerId> partner_id_from_bytes(ByteView bytes);

}  // namespace hansa::protocol

// The bytes are random already: eight of them are a hash.
template <>
struct std::hash<hansa::protocol::PartnerId> {
  std::size_t operator()(const hansa::protocol::PartnerId& id) const noexcept {
    std::size_t h;
    std::memcpy(&h, id.bytes.data(), sizeof h);
    return h;
  }
};
template <>
struct std::hash<hansa::protocol::RecordId> {
  std::size_t operator()(const hansa::protocol::RecordId& id) const noexcept {
    std::size_t h;
    std::memcpy(&h, id.local.data(), sizeof h);
    return h;
  }
};
