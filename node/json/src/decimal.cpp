#include "decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace hansa::json {
namespace {

constexpr std::size_t exact_digits = 15;

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<std::string> decimal_text(const boost::json::value& value) {
  if (const auto* text = value.if_string()) return std::string(text->data(), text->size());
  if (const auto* number = value.if_int64()) return std::to_string(*number);
  if (const auto* number = value.if_uint64()) return std::to_string(*number);
  const auto* number = value.if_double();
  if (number == nullptr || !std::isfinite(*number)) return std::nullopt;
  std::array<char, 400> digits{};  // the longest double in plain notation has 309 digits before the point
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), *number, std::chars_format::fixed);
  if (end.ec != std::errc{}) return std::nullopt;
  return std::string(digits.data(), end.ptr);
}

boost::json::value decimal_json(std::string_view text) {
  const std::string_view unsigned_text = text.starts_with('-') ? text.substr(1) : text;
  const auto point = unsigned_text.find('.');
  const auto whole = unsigned_text.substr(0, point);
  const auto fraction =
      point == std::string_view::npos ? std::string_view{} : unsigned_text.substr(point + 1);
  const bool plain = is_digits(whole) && (point == std::string_view::npos || is_digits(fraction));
  if (!plain || whole.size() + fraction.size() > exact_digits) return boost::json::string(text);
  if (fraction.empty()) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
  }
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace hansa::json
