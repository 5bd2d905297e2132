#include "calendar_times.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

namespace hansa::http {
namespace {

constexpr std::size_t series_length_max = 60;
struct Zone {
  std::string_view windows, iana;
};
/// What programs of Microsoft call the zones of the region; CLDR, windowsZones.
constexpr std::array<Zone, 9> windows_zones{{{"FLE Standard Time", "Europe/Helsinki"},
                                             {"W. Europe Standard Time", "Europe/Berlin"},
                                             {"Central European Standard Time", "Europe/Warsaw"},
                                             {"Central Europe Standard Time", "Europe/Budapest"},
                                             {"Romance Standard Time", "Europe/Paris"},
                                             {"GMT Standard Time", "Europe/London"},
                                             {"Greenwich Standard Time", "Atlantic/Reykjavik"},
                                             {"Greenland Standard Time", "America/Nuuk"},
                                             {"Russian Standard Time", "Europe/Moscow"}}};

using Iterator = std::unique_ptr<icalrecur_iterator, decltype(&icalrecur_iterator_free)>;

icalproperty* first(icalcomponent& event, icalproperty_kind kind) {
  return icalcomponent_get_first_property(&event, kind);
}

std::string tzid_of(icalproperty* property) {
  auto* parameter = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
  const auto* name = parameter == nullptr ? nullptr : icalparameter_get_tzid(parameter);
  return name == nullptr ? std::string() : iana_zone(name);
}

std::string uid_of(icalcomponent& event) {
  auto* property = first(event, ICAL_UID_PROPERTY);
  const auto* uid = property == nullptr ? nullptr : icalproperty_get_uid(property);
  return uid == nullptr ? std::string() : std::string(uid);
}

std::string text_of(const icaltimetype& time) {
  std::array<char, 48> text{};
  if (time.is_date != 0)
    std::snprintf(text.data(), text.size(), "%04d%02d%02d", time.year, time.month, time.day);
  else
    std::snprintf(text.data(), text.size(), "%04d%02d%02dT%02d%02d%02d", time.year, time.month, time.day,
                  time.hour, time.minute, time.second);
  return text.data();
}

/// The time as an instant, if it is one: "20260212T143000Z". A day, or a time without a zone, as it is.
std::string instant_of(icaltimetype time, const std::string& zone) {
  if (time.is_date != 0) return text_of(time);
  if (icaltime_is_utc(time) || zone == "UTC") return text_of(time) + "Z";
  const auto offset = zone.empty() ? std::nullopt : utc_offset(zone, time);
  if (!offset) return text_of(time);
  const int hours = std::atoi(offset->substr(1, 2).c_str()),
            minutes = std::atoi(offset->substr(4, 2).c_str());
  const int sign = offset->front() == '-' ? 1 : -1;
  icaltime_adjust(&time, 0, sign * hours, sign * minutes, 0);
  return text_of(time) + "Z";
}

bool has_any(const short* list) { return list[0] != ICAL_RECURRENCE_ARRAY_MAX; }

/// Days, weeks, months and years; a rule that counts hours could keep libical busy for long.
bool is_read(const icalrecurrencetype& rule) {
  return rule.freq >= ICAL_DAILY_RECURRENCE && rule.freq <= ICAL_YEARLY_RECURRENCE &&
         rule.rscale == nullptr && rule.interval > 0 && !has_any(rule.by_hour) && !has_any(rule.by_minute) &&
         !has_any(rule.by_second);
}

/// Whether a time comes behind UNTIL: a day, an instant, or a local time.
bool is_behind(const icaltimetype& until, const icaltimetype& time, const std::string& zone) {
  if (icaltime_is_null_time(until)) return false;
  if (until.is_date != 0) return text_of(time).substr(0, 8) > text_of(until);
  return icaltime_is_utc(until) ? instant_of(time, zone) > instant_of(until, "UTC")
                                : text_of(time) > text_of(until);
}

/// Times that are left out: instants, or whole days.
std::set<std::string> exceptions_of(icalcomponent& event, const std::string& zone) {
  std::set<std::string> found;
  for (auto* property = first(event, ICAL_EXDATE_PROPERTY); property != nullptr;
       property = icalcomponent_get_next_property(&event, ICAL_EXDATE_PROPERTY)) {
    const auto own = tzid_of(property);
    const auto time = icalproperty_get_exdate(property);
    if (!icaltime_is_null_time(time)) found.insert(instant_of(time, own.empty() ? zone : own));
  }
  return found;
}

struct Expansion {
  std::vector<icaltimetype> times;
  bool is_too_long = false;
};

/// `rule` comes without its end, which libical would compare without a zone.
Expansion expand(icalrecurrencetype rule, const icaltimetype& start, const std::string& zone) {
  const auto until = rule.until;
  rule.until = icaltime_null_time();
  auto last = start;
  last.month += event_months_max;
  last = icaltime_normalize(last);
  Expansion found;
  const Iterator times(icalrecur_iterator_new(rule, start), &icalrecur_iterator_free);
  if (!times) return found;
  for (auto time = icalrecur_iterator_next(times.get()); !icaltime_is_null_time(time);
       time = icalrecur_iterator_next(times.get())) {
    if (is_behind(until, time, zone)) break;
    found.is_too_long =
        found.times.size() == std::size_t{event_times_max} || icaltime_compare(time, last) > 0;
    if (found.is_too_long) break;
    found.times.push_back(time);
  }
  return found;
}

void remove_all(icalcomponent& event, icalproperty_kind kind) {
  while (auto* property = first(event, kind)) {
    icalcomponent_remove_property(&event, property);
    icalproperty_free(property);
  }
}

/// The event at one of its times; it ends as long after its beginning as before.
Component at_time(icalcomponent& event, const icaltimetype& time, const std::string& key) {
  Component one(icalcomponent_new_clone(&event));
  for (const auto kind : {ICAL_RRULE_PROPERTY, ICAL_EXDATE_PROPERTY, ICAL_RECURRENCEID_PROPERTY})
    remove_all(*one, kind);
  icalproperty_set_uid(first(*one, ICAL_UID_PROPERTY), (uid_of(event) + "/" + key).c_str());
  auto* begins = first(*one, ICAL_DTSTART_PROPERTY);
  const auto start = icalproperty_get_dtstart(begins);
  icalproperty_set_dtstart(begins, time);
  if (auto* ends = first(*one, ICAL_DTEND_PROPERTY)) {
    const auto before = icalproperty_get_dtend(ends);
    auto end = time;
    // Of a day's hours only the distance counts: both have the same zone, or the end is left out later.
    const auto length = icaltime_subtract(before, start);
    end = icaltime_add(end, length);
    end.is_date = before.is_date;
    icalproperty_set_dtend(ends, end);
  }
  return one;
}

/// A part of small letters, digits and dashes out of a UID.
std::string slug_of(const std::string& uid) {
  std::string slug;
  for (const char c : uid) {
    if (slug.size() == series_length_max) break;
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool kept = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
    if (kept)
      slug += lower;
    else if (!slug.empty() && slug.back() != '-')
      slug += '-';
  }
  while (slug.ends_with('-')) slug.pop_back();
  return slug;
}

EventTimes refused(std::string code,
                   std::vector<std::pair<std::string, protocol::FieldError::Param>> params = {}) {
  EventTimes times;
  times.refused = protocol::FieldError{"", std::move(code), std::move(params), {}};
  return times;
}

bool has(icalcomponent& event, icalproperty_kind kind) { return first(event, kind) != nullptr; }

}  // namespace

std::string iana_zone(std::string name) {
  const auto* windows = std::find_if(windows_zones.begin(), windows_zones.end(),
                                     [&](const auto& one) { return one.windows == name; });
  if (windows != windows_zones.end()) return std::string(windows->iana);
  if (name == "UTC" || name == "Etc/UTC" || name == "GMT") return "UTC";
  // "/freeassociation.sourceforge.net/Europe/Riga" and the like.
  while (name.starts_with('/') && name.find('/', 1) != std::string::npos) {
    name.erase(0, name.find('/', 1) + 1);
    if (zone_rules(name)) return name;
  }
  return zone_rules(name) ? name : std::string();
}

void MovedTimes::add(icalcomponent& event) {
  auto* property = first(event, ICAL_RECURRENCEID_PROPERTY);
  if (property == nullptr) return;
  times_[uid_of(event)].insert(instant_of(icalproperty_get_recurrenceid(property), tzid_of(property)));
}

bool MovedTimes::contains(const std::string& uid, const std::string& time) const {
  const auto found = times_.find(uid);
  return found != times_.end() && found->second.contains(time);
}

EventTimes event_times(icalcomponent& event, const MovedTimes& moved) {
  auto* rules = first(event, ICAL_RRULE_PROPERTY);
  auto* moved_from = first(event, ICAL_RECURRENCEID_PROPERTY);
  auto* begins = first(event, ICAL_DTSTART_PROPERTY);
  EventTimes times;
  const bool unread = has(event, ICAL_RDATE_PROPERTY) || has(event, ICAL_EXRULE_PROPERTY);
  if (rules == nullptr && moved_from == nullptr && !unread) {
    times.each.emplace_back(icalcomponent_new_clone(&event));
    return times;
  }
  const auto uid = uid_of(event);
  if (unread || uid.empty() || begins == nullptr || (rules != nullptr && moved_from != nullptr))
    return refused("recurring");
  times.series = slug_of(uid);
  const auto start = icalproperty_get_dtstart(begins);
  if (icaltime_is_null_time(start)) return refused("recurring");
  if (moved_from != nullptr) {
    if (icalproperty_get_first_parameter(moved_from, ICAL_RANGE_PARAMETER) != nullptr)
      return refused("recurring");
    const auto from = icalproperty_get_recurrenceid(moved_from);
    times.each.push_back(at_time(event, start, instant_of(from, tzid_of(moved_from))));
    return times;
  }
  const auto rule = icalproperty_get_rrule(rules);
  if (!is_read(rule) || icalcomponent_count_properties(&event, ICAL_RRULE_PROPERTY) > 1)
    return refused("recurring");
  const auto zone = tzid_of(begins);
  const auto found = expand(rule, start, zone);
  if (found.is_too_long)
    return refused("recurring_too_long", {{"max", event_times_max}, {"months", event_months_max}});
  const auto left_out = exceptions_of(event, zone);
  for (const auto& time : found.times) {
    const auto key = instant_of(time, zone);
    if (left_out.contains(key) || left_out.contains(text_of(time).substr(0, 8)) || moved.contains(uid, key))
      continue;
    times.each.push_back(at_time(event, time, key));
  }
  return found.times.empty() ? refused("recurring") : std::move(times);
}

}  // namespace hansa::http
