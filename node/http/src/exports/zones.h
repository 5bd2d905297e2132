#pragma once
// Time zones by their IANA names, as libical reads them from the system's tzdata. Any thread.

#include <libical/ical.h>

#include <memory>
#include <optional>
#include <string>

namespace hansa::http {

struct ComponentFree {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
using Component = std::unique_ptr<icalcomponent, ComponentFree>;

/// A day ("2026-02-12"), a local time ("2026-02-12T16:30") or an instant of which the seconds count
/// ("2026-02-12T16:30:00.000Z"), without a zone. None if it is nothing of these or not in the calendar.
std::optional<icaltimetype> time_of(const std::string& text);

/// The rules of a zone as a VTIMEZONE whose TZID is the plain name; null if the system does not know it.
Component zone_rules(const std::string& name);

/// How far local time was, or will be, from UTC: "+02:00". None for an unknown zone.
std::optional<std::string> utc_offset(const std::string& zone, const icaltimetype& local);

}  // namespace hansa::http
