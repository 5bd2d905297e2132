#include "protocol/unicode.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

namespace hansa::protocol {
namespace {

// utf8proc takes signed sizes and pointers to unsigned bytes.
const utf8proc_uint8_t* raw(std::string_view text) {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}
utf8proc_ssize_t length(std::string_view text) { return static_cast<utf8proc_ssize_t>(text.size()); }

/// Whether `holds` is true of every code point of valid UTF-8.
template <class Predicate>
bool all_of(std::string_view text, Predicate holds) {
  utf8proc_int32_t code = 0;
  while (!text.empty()) {
    const auto used = utf8proc_iterate(raw(text), length(text), &code);
    if (used <= 0 || !holds(code)) return false;
    text.remove_prefix(static_cast<std::size_t>(used));
  }
  return true;
}

bool is_misleading(utf8proc_int32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE;
}

bool shows_nothing(utf8proc_int32_t c) {
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool is_utf8(std::string_view text) {
  return all_of(text, [](utf8proc_int32_t) { return true; });
}

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

Outcome<std::string> to_nfc(std::string_view text) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto size = utf8proc_map(raw(text), length(text), &mapped,
                                 static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  if (size < 0) return Refusal::malformed;
  return std::string(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
}

bool has_control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n') || byte == 0x7F) return true;
    // U+0080 to U+009F are C2 80 to C2 9F.
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

bool has_misleading_character(std::string_view text) {
  return !all_of(text, [](utf8proc_int32_t c) { return !is_misleading(c); });
}

bool is_blank(std::string_view text) { return all_of(text, shows_nothing); }

std::string_view first_code_points(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  while (at < text.size()) {
    const bool starts = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (starts && count-- == 0) break;
    ++at;
  }
  return text.substr(0, at);
}

}  // namespace hansa::protocol
