#pragma once
// Percent-encoding of URLs, RFC 3986, 2.1. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

namespace hansa::http {

/// Decodes a path segment or (with `plus_is_space`) a query value; none if it is malformed, not UTF-8, or
/// holds NUL.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space);
/// All but the unreserved characters encoded: safe in a path segment and in a query value.
std::string percent_encoded(std::string_view text);

}  // namespace hansa::http
