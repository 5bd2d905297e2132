#pragma once
// What the content checks need to know of Unicode. Pure; any thread.

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/outcome.h"

namespace hansa::protocol {

/// Strict UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

/// Code points of valid UTF-8.
std::size_t code_points(std::string_view text);

/// Normalisation form C. Error: malformed if the text is not UTF-8.
Outcome<std::string> to_nfc(std::string_view text);

/// Whether valid UTF-8 holds a control character (C0 but LF, DEL, C1).
bool has_control_character(std::string_view text);

/// Whether valid UTF-8 holds what no text needs and some misuse: an embedding or override of the writing
/// direction (U+202A to U+202E), or a code point that is no character.
bool has_misleading_character(std::string_view text);

/// Whether valid UTF-8 shows nothing: spaces of any width, line ends and invisible formatting only.
bool is_blank(std::string_view text);

/// At most the first `count` code points of valid UTF-8.
std::string_view first_code_points(std::string_view text, std::size_t count);

}  // namespace hansa::protocol
