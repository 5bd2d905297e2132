#pragma once
// Offsets in an entry header, in bytes: docs/protocol.md, "Entries". Private to this room.

#include <cstddef>
#include <cstdint>

namespace hansa::protocol::layout {

// Every version.
inline constexpr std::size_t version = 0;
inline constexpr std::size_t length = 2;
inline constexpr std::size_t federation = 4;
inline constexpr std::size_t log = 36;
inline constexpr std::size_t sequence = 68;
inline constexpr std::size_t previous_hash = 76;
inline constexpr std::size_t common_end = 108;
inline constexpr std::size_t signature_bytes = 64;

// A declaration, every version.
inline constexpr std::size_t node_key = 108;
inline constexpr std::size_t epoch_number = 140;
inline constexpr std::size_t epoch_nonce = 148;
inline constexpr std::size_t before_log = 180;
inline constexpr std::size_t before_sequence = 212;
inline constexpr std::size_t before_hash = 220;
inline constexpr std::size_t declaration_time = 252;
inline constexpr std::size_t declaration_end = 260;

// Any other entry, version 1.
inline constexpr std::size_t author_time = 108;
inline constexpr std::size_t kind = 116;
inline constexpr std::size_t record_kind = 118;
inline constexpr std::size_t visibility = 119;
inline constexpr std::size_t flags = 120;
inline constexpr std::size_t parent_count = 121;
inline constexpr std::size_t payload_blocks = 122;
inline constexpr std::size_t retention_month = 124;
inline constexpr std::size_t subject_type = 126;
inline constexpr std::size_t zero = 127;
inline constexpr std::size_t record = 128;
inline constexpr std::size_t subject_id = 160;
inline constexpr std::size_t subject_sequence = 192;
inline constexpr std::size_t parents = 200;
inline constexpr std::size_t commitment = 328;
inline constexpr std::size_t entry_end = 360;

inline constexpr std::uint8_t flag_personal = 1;
inline constexpr std::uint8_t subject_none = 0;
inline constexpr std::uint8_t subject_record = 1;
inline constexpr std::uint8_t subject_entry = 2;

}  // namespace hansa::protocol::layout
