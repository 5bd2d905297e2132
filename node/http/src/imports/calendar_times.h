#pragma once
// When a calendar's event takes place: once, or, where it repeats, at each of its times as an event of its
// own (RFC 5545, 3.3.10 and 3.8.5). One thread.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "../exports/zones.h"
#include "protocol/field_error.h"

namespace hansa::http {

inline constexpr int event_times_max = 60;
inline constexpr int event_months_max = 12;  ///< from the first time to the last

/// The IANA name of a zone as calendars call it; empty for one that nobody here knows.
std::string iana_zone(std::string name);

/// Times of repeating events that stand in the calendar as events of their own: their RECURRENCE-ID.
class MovedTimes {
 public:
  void add(icalcomponent& event);
  bool contains(const std::string& uid, const std::string& time) const;

 private:
  std::map<std::string, std::set<std::string>> times_;  ///< by UID
};

/// An event once for each of its times, without what says that it repeats. The UID of each but of an event
/// that does not repeat is its own: the calendar's, "/" and the time ("20260212T143000Z").
struct EventTimes {
  std::vector<Component> each;
  std::string series;  ///< a slug that they share; empty for an event that does not repeat
  /// Then `each` is empty: recurring (in a way that is not read), recurring_too_long.
  std::optional<protocol::FieldError> refused;
};
EventTimes event_times(icalcomponent& event, const MovedTimes& moved);

}  // namespace hansa::http
