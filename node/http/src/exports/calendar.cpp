#include "calendar.h"

#include <algorithm>
#include <limits>

#include "fields.h"
#include "zones.h"

namespace hansa::http {
namespace {

constexpr std::string_view product = "-//Hansa//Hansa//EN";
constexpr int refresh_hours = 6;
constexpr std::size_t day_length = 10;  // 2026-02-12

std::string text_of(icalcomponent* component) {
  const std::unique_ptr<char, decltype(&icalmemory_free_buffer)> text(
      icalcomponent_as_ical_string_r(component), &icalmemory_free_buffer);
  return text.get();
}

/// When an event is, as calendars count.
struct Span {
  icaltimetype start{};
  std::optional<icaltimetype> end;
  std::string zone;  ///< empty: whole days, or a time of unknown zone
};

/// In UTC already: such times need no rules.
bool is_utc(const std::string& zone) { return zone == "UTC" || zone == "Etc/UTC"; }

/// None if the event has no day. The zone is the one that the content names, known or not.
std::optional<Span> span_of(const boost::json::object& content) {
  Span span;
  const auto start = time_of(fields::text(content, "start"));
  if (!start) return std::nullopt;
  span.start = *start;
  span.end = time_of(fields::text(content, "end"));
  if (span.end && (span.end->is_date != span.start.is_date || icaltime_compare(*span.end, span.start) < 0))
    span.end.reset();
  if (span.start.is_date != 0) {
    if (!span.end) span.end = span.start;
    // Our last day is a day of the event; in a calendar the end is the first day that is none.
    icaltime_adjust(&*span.end, 1, 0, 0, 0);
    return span;
  }
  // An end must be later than the start (RFC 5545, 3.8.2.2); without one the event takes no time.
  if (span.end && icaltime_compare(*span.end, span.start) == 0) span.end.reset();
  span.zone = fields::text(content, "timezone");
  if (is_utc(span.zone)) {
    span.start.zone = icaltimezone_get_utc_timezone();
    if (span.end) span.end->zone = icaltimezone_get_utc_timezone();
    span.zone.clear();
  }
  return span;
}

void add_time(icalcomponent* event, icalproperty* property, const std::string& zone) {
  if (!zone.empty()) icalproperty_add_parameter(property, icalparameter_new_tzid(zone.c_str()));
  icalcomponent_add_property(event, property);
}

/// An RFC 3339 instant in UTC; none if it is not one.
std::optional<icaltimetype> instant_of(const std::string& text) {
  auto time = text.size() > day_length ? time_of(text) : std::nullopt;
  if (time) time->zone = icaltimezone_get_utc_timezone();
  return time;
}

void add_stamps(icalcomponent* event, const boost::json::object& record) {
  const auto version = fields::number(record, "version").value_or(1);
  const auto sequence = static_cast<int>(std::min<double>(version, std::numeric_limits<int>::max()));
  icalcomponent_add_property(event, icalproperty_new_uid(fields::text(record, "id").c_str()));
  icalcomponent_add_property(event, icalproperty_new_sequence(sequence));
  if (const auto modified = instant_of(fields::text(record, "modified"))) {
    icalcomponent_add_property(event, icalproperty_new_dtstamp(*modified));
    icalcomponent_add_property(event, icalproperty_new_lastmodified(*modified));
  }
  if (const auto created = instant_of(fields::text(record, "created")))
    icalcomponent_add_property(event, icalproperty_new_created(*created));
}

icalproperty_status status_of(const boost::json::object& record, const boost::json::object& content) {
  const auto status = fields::text(content, "eventStatus");
  if (fields::is_withdrawn(record) || status == "cancelled") return ICAL_STATUS_CANCELLED;
  return status == "confirmed" ? ICAL_STATUS_CONFIRMED : ICAL_STATUS_TENTATIVE;
}

void add_text(icalcomponent* event, icalproperty* property, const fields::InLanguage& text) {
  if (!text.language.empty())
    icalproperty_add_parameter(property, icalparameter_new_language(text.language.c_str()));
  icalcomponent_add_property(event, property);
}

void add_place(icalcomponent* event, const boost::json::object& content, const std::string& language) {
  const auto& venue = fields::inner(content, "venue");
  auto place = fields::original(venue, "name", language);
  for (const auto* part : {"street", "postcode", "locality", "country"})
    if (const auto text = fields::text(venue, part); !text.empty())
      place.text += (place.text.empty() ? "" : ", ") + text;
  if (!place.text.empty()) add_text(event, icalproperty_new_location(place.text.c_str()), place);
  const auto lat = fields::number(venue, "lat");
  const auto lon = fields::number(venue, "lon");
  if (lat && lon) icalcomponent_add_property(event, icalproperty_new_geo({*lat, *lon}));
}

void add_addresses(icalcomponent* event, const boost::json::object& content) {
  if (const auto url = fields::address(content, "registrationUrl"); !url.empty())
    icalcomponent_add_property(event, icalproperty_new_url(url.c_str()));
  const auto* restricted = content.if_contains("restricted");
  const auto online = fields::address(content, "onlineUrl");
  if (online.empty() || (restricted != nullptr && *restricted == true)) return;
  auto* conference = icalproperty_new_conference(online.c_str());
  icalproperty_add_parameter(conference, icalparameter_new_value(ICAL_VALUE_URI));
  icalcomponent_add_property(event, conference);
}

void add_words(icalcomponent* event, const boost::json::object& record, const boost::json::object& content) {
  const auto language = fields::text(record, "language");
  const auto title = fields::title(record);
  add_text(event, icalproperty_new_summary(title.text.c_str()), title);
  if (const auto text = fields::original(content, "description", language); !text.text.empty())
    add_text(event, icalproperty_new_description(text.text.c_str()), text);
  add_place(event, content, language);
  // A comma separates categories, so that codes with one would be two.
  std::string categories;
  auto codes = fields::list(content, "themes");
  codes.insert(codes.begin(), fields::text(content, "eventType"));
  for (const auto& code : codes)
    if (!code.empty() && code.find(',') == std::string::npos)
      categories += (categories.empty() ? "" : ",") + code;
  if (!categories.empty()) icalcomponent_add_property(event, icalproperty_new_categories(categories.c_str()));
  add_addresses(event, content);
}

void add_refresh(icalcomponent* calendar) {
  auto often = icaldurationtype_null_duration();
  often.hours = refresh_hours;
  auto* property = icalproperty_new_refreshinterval(often);
  icalproperty_add_parameter(property, icalparameter_new_value(ICAL_VALUE_DURATION));
  icalcomponent_add_property(calendar, property);
  // The same for programs from before RFC 7986.
  auto* older = icalproperty_new_x(("PT" + std::to_string(refresh_hours) + "H").c_str());
  icalproperty_set_x_name(older, "X-PUBLISHED-TTL");
  icalcomponent_add_property(calendar, older);
}

}  // namespace

void CalendarWriter::add(const Exported& record) {
  const auto& content = fields::inner(record.json, "content");
  if (fields::text(record.json, "kind") != "event") return;
  auto span = span_of(content);
  if (!span) return;
  if (!span->zone.empty() && !knows(span->zone)) span->zone.clear();
  const Component event(icalcomponent_new(ICAL_VEVENT_COMPONENT));
  add_stamps(event.get(), record.json);
  icalcomponent_add_property(event.get(), icalproperty_new_status(status_of(record.json, content)));
  add_time(event.get(), icalproperty_new_dtstart(span->start), span->zone);
  if (span->end) add_time(event.get(), icalproperty_new_dtend(*span->end), span->zone);
  add_words(event.get(), record.json, content);
  events_ += text_of(event.get());
}

bool CalendarWriter::knows(const std::string& zone) {
  const auto [found, is_new] = zones_.try_emplace(zone);
  if (is_new) found->second = zone_rules(zone);
  return found->second != nullptr;
}

std::string CalendarWriter::end() {
  const Component calendar(icalcomponent_new(ICAL_VCALENDAR_COMPONENT));
  icalcomponent_add_property(calendar.get(), icalproperty_new_version("2.0"));
  icalcomponent_add_property(calendar.get(), icalproperty_new_prodid(std::string(product).c_str()));
  icalcomponent_add_property(calendar.get(), icalproperty_new_name(name_.c_str()));
  auto* older_name = icalproperty_new_x(name_.c_str());
  icalproperty_set_x_name(older_name, "X-WR-CALNAME");
  icalcomponent_add_property(calendar.get(), older_name);
  add_refresh(calendar.get());
  for (auto& [zone, rules] : zones_)
    if (rules) icalcomponent_add_component(calendar.get(), rules.release());
  auto text = text_of(calendar.get());
  text.insert(text.rfind("END:VCALENDAR"), events_);
  return text;
}

}  // namespace hansa::http
