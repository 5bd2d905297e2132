#pragma once
// What cards and charters hold to be a name, a language and a country. Private to this room.

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "protocol/unicode.h"

namespace hansa::protocol {

inline constexpr std::size_t language_bytes_max =
    35;  // the longest tag RFC 5646 asks implementations to take

/// One line of UTF-8, not empty, nothing invisible at its ends.
inline bool is_name(std::string_view text, std::size_t bytes_max) {
  if (text.empty() || text.size() > bytes_max || !is_utf8(text)) return false;
  if (text.front() == ' ' || text.back() == ' ') return false;
  return !has_control_character(text) && text.find('\n') == std::string_view::npos;
}

/// The shape of a BCP 47 tag: letters and digits in parts of one to eight, the first two or three lowercase
/// letters.
inline bool is_language_tag(std::string_view tag) {
  if (tag.size() > language_bytes_max) return false;
  for (bool first = true; first || !tag.empty(); first = false) {
    const auto part = tag.substr(0, tag.find('-'));
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto plain = [&](char c) { return lower(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    if (part.empty() || part.size() > 8 || !std::ranges::all_of(part, plain)) return false;
    if (first && (part.size() < 2 || part.size() > 3 || !std::ranges::all_of(part, lower))) return false;
    if (part.size() == tag.size()) return true;
    tag.remove_prefix(part.size() + 1);
  }
  return false;  // ends in a hyphen
}

/// Two uppercase letters, as ISO 3166-1 has them.
inline bool is_country(std::string_view code) {
  return code.size() == 2 && std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace hansa::protocol
