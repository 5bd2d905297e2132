// Numbers and days as people type them into sheets.

#include <algorithm>
#include <array>
#include <cstdio>

#include "json/table_input.h"

namespace hansa::json {
namespace {

constexpr std::string_view digits = "0123456789";

/// Plain, no-break, narrow no-break and thin spaces.
std::string without_spaces(std::string_view text) {
  constexpr std::array<std::string_view, 4> spaces = {" ", "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89"};
  std::string out;
  while (!text.empty()) {
    const auto* space =
        std::find_if(spaces.begin(), spaces.end(), [&](auto one) { return text.starts_with(one); });
    if (space == spaces.end()) out += text.front();
    text.remove_prefix(space == spaces.end() ? 1 : space->size());
  }
  return out;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t") + 1 - first));
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of(digits) == std::string_view::npos;
}

/// "31.12.2009" or "12.2009"; empty if it is neither.
std::string iso_day(std::string_view text) {
  std::array<std::string_view, 3> parts;
  std::size_t count = 0;
  for (std::size_t from = 0; from <= text.size() && count < parts.size(); ++count) {
    const auto point = std::min(text.find('.', from), text.size());
    parts[count] = text.substr(from, point - from);
    from = point + 1;
    if (point == text.size()) {
      ++count;
      break;
    }
  }
  if (count < 2 ||
      !std::all_of(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(count), all_digits))
    return {};
  std::string out;
  for (std::size_t i = count; i-- > 0;) {
    const bool year = i + 1 == count;
    if (parts[i].size() > (year ? 4U : 2U) || (year && parts[i].size() != 4)) return {};
    if (!year) out += parts[i].size() == 1 ? "-0" : "-";
    out += parts[i];
  }
  return out.size() + 1 > text.size() ? out : std::string();  // nothing is left over behind the year
}

/// One day, with a time or without.
std::string iso_moment(const std::string& text) {
  const auto space = text.find_first_of(" T");
  auto day = text.substr(0, space);
  if (const auto iso = iso_day(day); !iso.empty()) day = iso;
  if (space == std::string::npos) return day;
  int hour = 0;
  int minute = 0;
  int end = 0;
  const std::string clock = trimmed(std::string_view(text).substr(space + 1));
  if (std::sscanf(clock.c_str(), "%2d:%2d%n", &hour, &minute, &end) != 2 || hour < 0 || minute < 0)
    return text;
  const auto rest = clock.substr(static_cast<std::size_t>(end));
  if (!rest.empty() && rest != ":00") return text;
  std::array<char, 16> out{};
  std::snprintf(out.data(), out.size(), "T%02d:%02d", hour % 100, minute % 100);
  return day + out.data();
}

}  // namespace

std::optional<std::string> plain_decimal(std::string_view text) {
  auto number = without_spaces(text);
  const auto last = number.find_last_of(".,");
  if (last != std::string::npos) {
    const char mark = number[last];
    const bool several = std::count(number.begin(), number.end(), mark) > 1;
    std::string out;
    for (std::size_t i = 0; i < number.size(); ++i)
      if (i == last && !several)
        out += '.';
      else if (number[i] != '.' && number[i] != ',')
        out += number[i];
    number = std::move(out);
  }
  const std::string_view unsigned_part = std::string_view(number).substr(number.starts_with('-') ? 1 : 0);
  const auto point = unsigned_part.find('.');
  if (!all_digits(unsigned_part.substr(0, point))) return std::nullopt;
  if (point != std::string_view::npos && !all_digits(unsigned_part.substr(point + 1))) return std::nullopt;
  return number;
}

std::string plain_dates(std::string_view text) {
  auto whole = trimmed(text);
  for (const std::string_view dash : {" - ", " \xE2\x80\x93 ", "\xE2\x80\x93"})
    if (const auto at = whole.find(dash); at != std::string::npos) {
      whole.replace(at, dash.size(), "/");
      break;
    }
  const auto slash = whole.find('/');
  if (slash == std::string::npos) return iso_moment(whole);
  return iso_moment(trimmed(whole.substr(0, slash))) + "/" + iso_moment(trimmed(whole.substr(slash + 1)));
}

}  // namespace hansa::json
