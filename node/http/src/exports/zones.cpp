#include "zones.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "protocol/code_lists.h"

namespace hansa::http {
namespace {

/// libical fills the one table of zones that a process has as they are asked for.
std::mutex& zones_mutex() {
  static std::mutex mutex;
  return mutex;
}

/// libical looks for a name that it does not know among the system's files, so that one from another node
/// must be a name and no path.
icaltimezone* zone_named(const std::string& name) {
  return protocol::is_timezone(name) ? icaltimezone_get_builtin_timezone(name.c_str()) : nullptr;
}

}  // namespace

std::optional<icaltimetype> time_of(const std::string& text) {
  constexpr std::size_t day_length = 10, minute_length = 16, second_length = 19;
  auto time = icaltime_null_time();
  int end = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &time.year, &time.month, &time.day, &end) != 3 ||
      end != static_cast<int>(day_length))
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(time.year),
                                         std::chrono::month(static_cast<unsigned>(time.month)),
                                         std::chrono::day(static_cast<unsigned>(time.day))};
  if (time.year < 1 || time.month < 0 || time.day < 0 || !date.ok()) return std::nullopt;
  time.is_date = text.size() == day_length ? 1 : 0;
  if (time.is_date != 0) return time;
  const std::string clock = text.substr(day_length);
  const bool has_seconds = text.size() >= second_length;
  const int parts = has_seconds
                        ? std::sscanf(clock.c_str(), "T%2d:%2d:%2d", &time.hour, &time.minute, &time.second)
                        : std::sscanf(clock.c_str(), "T%2d:%2d%n", &time.hour, &time.minute, &end);
  if (parts != (has_seconds ? 3 : 2) || (!has_seconds && text.size() != minute_length)) return std::nullopt;
  const auto within = [](int value, int most) { return value >= 0 && value <= most; };
  if (!within(time.hour, 23) || !within(time.minute, 59) || !within(time.second, 59)) return std::nullopt;
  return time;
}

Component zone_rules(const std::string& name) {
  const std::lock_guard lock(zones_mutex());
  auto* zone = zone_named(name);
  auto* rules = zone != nullptr ? icaltimezone_get_component(zone) : nullptr;
  if (rules == nullptr) return nullptr;
  Component copy(icalcomponent_new_clone(rules));
  if (auto* id = icalcomponent_get_first_property(copy.get(), ICAL_TZID_PROPERTY))
    icalproperty_set_tzid(id, name.c_str());
  return copy;
}

std::optional<std::string> utc_offset(const std::string& zone_name, const icaltimetype& local) {
  const std::lock_guard lock(zones_mutex());
  auto* zone = zone_named(zone_name);
  if (zone == nullptr) return std::nullopt;
  auto asked = local;
  int daylight = 0;
  const int seconds = icaltimezone_get_utc_offset(zone, &asked, &daylight);
  char text[16];
  std::snprintf(text, sizeof text, "%c%02d:%02d", seconds < 0 ? '-' : '+', std::abs(seconds) / 3600 % 24,
                std::abs(seconds) / 60 % 60);
  return text;
}

}  // namespace hansa::http
