#pragma once
// ASCII text as HTTP compares it. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hansa::http {

std::string lowercase(std::string_view text);
bool equal_in_any_case(std::string_view one, std::string_view other);
/// Without spaces and tabs at both ends.
std::string_view trimmed(std::string_view text);
/// The parts between separators, trimmed; empty ones left out.
std::vector<std::string_view> split(std::string_view text, char separator);
/// The path of a request target, without its query.
std::string_view path_of(std::string_view target);

}  // namespace hansa::http
