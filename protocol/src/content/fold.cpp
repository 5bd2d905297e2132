#include "protocol/fold.h"

#include <utf8proc.h>

#include <array>
#include <cstdlib>
#include <memory>

#include "protocol/unicode.h"

namespace hansa::protocol {
namespace {

using CodePoint = utf8proc_int32_t;

bool is_mark(CodePoint c) { return c >= 0x300 && c <= 0x36F; }

bool is_latin(CodePoint c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7) || (c >= 0x1E00 && c <= 0x1EFF);
}

/// Letters that decomposition leaves alone. Case folding has been here before: ß is ss already.
std::string_view replacement(CodePoint c) {
  switch (c) {
    case 0xF8:
      return "o";  // ø
    case 0xE6:
      return "ae";  // æ
    case 0x153:
      return "oe";  // œ
    case 0xF0:
      return "d";  // ð
    case 0xFE:
      return "th";  // þ
    case 0x111:
      return "d";  // đ
    case 0x142:
      return "l";  // ł
    case 0x14B:
      return "n";  // ŋ
    case 0x167:
      return "t";  // ŧ
    case 0x131:
      return "i";  // ı
    case 0x292:
      return "z";  // ʒ
    case 0x451:
      return "\u0435";  // ё
    case 0x2019:
      return "'";
    case 0x2BC:
      return "'";
    default:
      return {};
  }
}

bool is_space(CodePoint c) {
  if (c == '\n' || c == '\t' || c == '\r') return true;
  const auto category = utf8proc_category(c);
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
         category == UTF8PROC_CATEGORY_ZP;
}

void append(std::string& out, CodePoint c) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto size = utf8proc_encode_char(c, bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

/// The base letter of a Latin letter with diacritics: the first code point of its full decomposition.
CodePoint base_of(CodePoint c) {
  std::array<CodePoint, 8> parts{};
  int last_class = 0;
  const auto count = utf8proc_decompose_char(c, parts.data(), static_cast<utf8proc_ssize_t>(parts.size()),
                                             UTF8PROC_DECOMPOSE, &last_class);
  return count > 0 ? parts[0] : c;
}

std::string valid_part(std::string_view text) {
  std::string kept;
  CodePoint code = 0;
  while (!text.empty()) {
    const auto used = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &code);
    const std::size_t step = used > 0 ? static_cast<std::size_t>(used) : 1;
    if (used > 0) kept += text.substr(0, step);
    text.remove_prefix(step);
  }
  return kept;
}

}  // namespace

std::string fold(std::string_view text) {
  const std::string valid = is_utf8(text) ? std::string(text) : valid_part(text);
  utf8proc_uint8_t* mapped = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(valid.data()),
                                 static_cast<utf8proc_ssize_t>(valid.size()), &mapped, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  std::string out;
  if (size <= 0) return out;
  out.reserve(static_cast<std::size_t>(size));
  const utf8proc_uint8_t* at = mapped;
  const utf8proc_uint8_t* const end = mapped + size;
  bool after_latin = false;
  bool after_space = false;
  while (at < end) {
    CodePoint c = 0;
    const auto used = utf8proc_iterate(at, end - at, &c);
    if (used <= 0) break;
    at += used;
    if (is_mark(c) && after_latin) continue;
    const bool space = is_space(c);
    if (space) {
      if (!after_space) out += ' ';
    } else if (const auto mapped_to = replacement(c); !mapped_to.empty()) {
      out += mapped_to;
    } else {
      append(out, is_latin(c) ? base_of(c) : c);
    }
    after_latin = is_latin(c);
    after_space = space;
  }
  return out;
}

}  // namespace hansa::protocol
