#pragma once
// How documents of the index are laid out; docs/storage.md says it in words. Whoever changes anything here,
// or which terms a text gives, raises index_format: older indexes are then built anew.

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/bytes.h"
#include "protocol/ids.h"

namespace hansa::search {

inline constexpr std::string_view index_format = "5";

/// First letters of terms.
namespace prefix {
inline constexpr char exact = 'X';       ///< a word with its diacritics, if it has any
inline constexpr char folded = 'F';      ///< every word, folded
inline constexpr char stem = 'S';        ///< language, colon, stem
inline constexpr char identifier = 'I';  ///< whole, folded
inline constexpr char code = '#';        ///< facet, colon, code
inline constexpr char record = 'Q';      ///< 32 bytes: the document of this record
inline constexpr char about = 'A';       ///< 32 bytes: a response to this record
inline constexpr char by = 'B';      ///< 32 bytes: a facet of this record is the country of that organisation
inline constexpr char refers = 'R';  ///< 32 bytes: a record that this one refers to
}  // namespace prefix

inline constexpr std::string_view waiting_term = "!waiting";
inline constexpr std::size_t code_bytes_max = 100;

/// Values of a document.
namespace slot {
inline constexpr unsigned updated = 0;    ///< order by time: updated_key()
inline constexpr unsigned responses = 1;  ///< what responses say of it: "adoption 2;endorsement 1;"
inline constexpr unsigned codes = 2;      ///< code_hash() of each facet and code, 8 bytes each
inline constexpr unsigned record = 3;     ///< 32 bytes
inline constexpr unsigned titles =
    16;  ///< and the next ones: order by title, for each alphabet of collation.h
}  // namespace slot

inline std::string bytes_of(const protocol::RecordId& id) {
  const auto bytes = protocol::to_bytes(id);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline std::string record_term(const protocol::RecordId& id) { return prefix::record + bytes_of(id); }
inline std::string about_term(const protocol::RecordId& id) { return prefix::about + bytes_of(id); }
inline std::string refers_term(const protocol::RecordId& id) { return prefix::refers + bytes_of(id); }
inline std::string by_term(const protocol::RecordId& id) { return prefix::by + bytes_of(id); }
inline std::string code_term(std::string_view facet, std::string_view code) {
  std::string term(1, prefix::code);
  return term.append(facet).append(":").append(code.substr(0, code_bytes_max));
}

/// The complement of the time, big-endian, so that the newest comes first.
inline std::string time_key(std::uint64_t time_ms) {
  std::string key;
  for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>((~time_ms >> shift) & 0xFF);
  return key;
}
/// The record makes the order total, so that pages never repeat or skip one.
inline std::string updated_key(std::uint64_t time_ms, const protocol::RecordId& id) {
  return time_key(time_ms) + bytes_of(id);
}

/// FNV-1a of a code's term: a document names its codes by it, and the terms of the index say which is which.
inline std::uint64_t code_hash(std::string_view term) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : term) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace hansa::search
