// A calendar's events as entries (RFC 5545, 7986), in the columns of our tables. What the writer in
// exports/calendar.cpp says of a record is read here as the same cells.

#include <libical/ical.h>

#include <algorithm>
#include <array>
#include <mutex>

#include "../exports/fields.h"
#include "../exports/zones.h"
#include "calendar_times.h"
#include "encoding.h"
#include "entry.h"
#include "protocol/code_lists.h"
#include "protocol/unicode.h"

namespace hansa::http {
namespace {

constexpr std::string_view default_system = "ical";
/// Say nothing that a record would hold.
constexpr std::array<std::string_view, 11> without_news = {
    "UID",    "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "CREATED",    "CLASS",
    "TRANSP", "PRIORITY", "TZID",    "DURATION",      "X-LIC-ERROR"};
struct Block {
  std::size_t line = 0;
  std::string text;
};

bool equals(std::string_view line, std::string_view wanted) {
  while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
  return line.size() == wanted.size() &&
         std::equal(line.begin(), line.end(), wanted.begin(), [](char a, char b) {
           return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
         });
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

/// The events as they stand, each with the line where it begins; other parts of the calendar by name.
class Blocks {
 public:
  std::optional<json::Problem> read(std::string_view text) {
    for (std::size_t number = 1; !text.empty(); ++number) {
      const auto end = std::min(text.find('\n'), text.size());
      const auto line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (auto fault = take(line))
        return malformed_document("line " + std::to_string(number) + ": " + *fault);
      if (in_event_ && events.back().text.empty()) events.back().line = number;
      if (in_event_) events.back().text += std::string(line.substr(0, line.find('\r'))) + "\r\n";
      if (equals(line, "END:VEVENT")) in_event_ = false;
      if (events.size() > import_entries_max)
        return document_too_large(std::to_string(import_entries_max) + " events");
    }
    if (in_event_)
      return malformed_document("line " + std::to_string(events.back().line) + ": the event does not end");
    if (!in_calendar_) return malformed_document("line 1: it is no calendar: BEGIN:VCALENDAR is missing");
    return std::nullopt;
  }
  std::vector<Block> events;
  std::vector<std::string> others;

 private:
  std::optional<std::string> take(std::string_view line) {
    if (equals(line, "BEGIN:VCALENDAR")) in_calendar_ = true;
    const auto name = upper(line.substr(0, line.find_first_of(":;")));
    if (name != "BEGIN" && name != "END") return std::nullopt;
    if (!in_event_ && equals(line, "BEGIN:VEVENT")) {
      if (!in_calendar_) return "an event outside a calendar";
      in_event_ = true;
      events.emplace_back();
      return std::nullopt;
    }
    if (in_event_) return take_within(line);
    if (equals(line, "END:VEVENT")) return "an event ends that did not begin";
    for (const std::string other : {"VTODO", "VJOURNAL"})
      if (equals(line, "BEGIN:" + other) && std::find(others.begin(), others.end(), other) == others.end())
        others.push_back(other);
    return std::nullopt;
  }

  /// What begins within an event ends there. libical would tell the world on standard error.
  std::optional<std::string> take_within(std::string_view line) {
    for (const std::string_view inner : {"VALARM", "VLOCATION", "VRESOURCE", "PARTICIPANT"}) {
      if (inner_.empty() && equals(line, "BEGIN:" + std::string(inner))) return inner_ = inner, std::nullopt;
      if (inner_ == inner && equals(line, "END:" + std::string(inner))) return inner_.clear(), std::nullopt;
    }
    if (inner_.empty() && equals(line, "END:VEVENT")) return std::nullopt;
    return "something begins or ends here that may not";
  }
  std::string inner_;  ///< what has begun within the event
  bool in_calendar_ = false;
  bool in_event_ = false;
};

std::string owned(char* text) {
  const std::unique_ptr<char, decltype(&icalmemory_free_buffer)> held(text, &icalmemory_free_buffer);
  return text == nullptr ? std::string() : std::string(text);
}

std::string text_of(icalproperty* property) {
  const auto* value = icalproperty_get_value(property);
  if (value != nullptr && icalvalue_isa(value) == ICAL_TEXT_VALUE) {
    const auto* text = icalvalue_get_text(value);
    return text == nullptr ? std::string() : std::string(text);
  }
  return owned(icalproperty_get_value_as_string_r(property));
}

std::string parameter(icalproperty* property, const char* name) {
  auto value = owned(icalproperty_get_parameter_as_string_r(property, name));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  return value;
}

std::string written(const icaltimetype& time) {
  std::array<char, 40> text{};
  if (time.is_date != 0)
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", time.year, time.month, time.day);
  else
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d", time.year, time.month, time.day,
                  time.hour, time.minute);
  return text.data();
}

class EventReading {
 public:
  EventReading(icalcomponent* event, const ImportOptions& options) : event_(event), options_(options) {}

  ImportEntry run() && {
    entry_.record["kind"] = "event";
    entry_.record["language"] = options_.language;
    for (auto* property = icalcomponent_get_first_property(event_, ICAL_ANY_PROPERTY); property != nullptr;
         property = icalcomponent_get_next_property(event_, ICAL_ANY_PROPERTY))
      take(property);
    if (auto* inner = icalcomponent_get_first_component(event_, ICAL_ANY_COMPONENT))
      if (const auto* kind = icalcomponent_kind_to_string(icalcomponent_isa(inner))) drop(kind);
    identify();
    put_times();
    put_codes();
    complete();
    return std::move(entry_);
  }

 private:
  void drop(const std::string& what) {
    if (std::find(entry_.dropped.begin(), entry_.dropped.end(), what) == entry_.dropped.end())
      entry_.dropped.push_back(what);
  }
  void fault(std::string code, std::string_view value) {
    protocol::FieldError error{"", std::move(code), {}, {}};
    if (protocol::is_utf8(value))
      error.value = protocol::first_code_points(value, protocol::field_error_value_code_points_max);
    entry_.faults.push_back(std::move(error));
  }
  void put(std::string column, std::string value) {
    // A property without a value says nothing.
    if (!value.empty()) entry_.cells.push_back({std::move(column), std::move(value)});
  }
  void put_text(std::string column, icalproperty* property) {
    const auto language = parameter(property, "LANGUAGE");
    put(language.empty() ? std::move(column) : column + '_' + language, text_of(property));
  }

  void take(icalproperty* property) {
    const auto* named = icalproperty_get_property_name(property);
    const std::string name = named == nullptr ? std::string() : upper(named);
    // Of a damaged line libical may give back parts of characters.
    for (const auto& text : {name, text_of(property), parameter(property, "LANGUAGE")})
      if (!protocol::is_utf8(text)) return fault("bad_property", name);
    if (name == "X-LIC-ERROR") return take_error(text_of(property));
    if (name == "UID") uid_ = text_of(property);
    if (name == "CLASS" && upper(text_of(property)) != "PUBLIC") entry_.skip = "private";
    if (name == "DURATION") duration_ = property;
    if (std::find(without_news.begin(), without_news.end(), name) != without_news.end()) return;
    if (!take_time(name, property) && !take_words(name, property) && !take_address(name, property))
      drop(name);
  }

  /// What libical could not read. Empty values are usual.
  void take_error(const std::string& text) {
    if (!text.starts_with("No value for")) fault("bad_property", text);
  }

  bool take_time(const std::string& name, icalproperty* property) {
    if (name == "DTSTART") return start_ = property, true;
    if (name == "DTEND") return end_ = property, true;
    return false;
  }

  bool take_words(const std::string& name, icalproperty* property) {
    if (name == "SUMMARY") {
      if (const auto language = parameter(property, "LANGUAGE"); !language.empty())
        entry_.record["language"] = language;
      return put_text("title", property), true;
    }
    if (name == "DESCRIPTION") return put_text("description", property), true;
    if (name == "LOCATION") return put_text("venue.name", property), has_place_ = true, true;
    if (name == "STATUS") return status_ = upper(text_of(property)), true;
    if (name == "CATEGORIES")
      return categories_ += (categories_.empty() ? "" : ",") + text_of(property), true;
    if (name != "GEO") return false;
    const auto geo = owned(icalproperty_get_value_as_string_r(property));
    const auto mark = geo.find(';');
    put("venue.lat", coordinate(geo.substr(0, mark)));
    if (mark != std::string::npos) put("venue.lon", coordinate(geo.substr(mark + 1)));
    return true;
  }

  /// libical writes six decimals, whatever was given.
  static std::string coordinate(std::string text) {
    if (text.find('.') == std::string::npos) return text;
    while (text.ends_with('0')) text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    return text;
  }

  bool take_address(const std::string& name, icalproperty* property) {
    if (name != "URL" && name != "CONFERENCE") return false;
    const auto address = text_of(property);
    if (!address.starts_with("https://")) return address.empty();
    put(name == "URL" ? "registrationUrl" : "onlineUrl", address);
    is_online_ = is_online_ || name == "CONFERENCE";
    return true;
  }

  void identify() {
    constexpr std::string_view own = "urn:hansa:";
    if (uid_.empty()) return;  // an event that no second import would know again is refused
    if (uid_.starts_with(own))
      entry_.record["id"] = uid_;
    else
      entry_.record["importedFrom"] = boost::json::object{
          {"system", options_.system.empty() ? std::string(default_system) : options_.system}, {"id", uid_}};
  }

  /// A time without a zone stands for itself unless the reader says where it is meant.
  std::string zone_of(icalproperty* property, const icaltimetype& time) {
    if (icaltime_is_utc(time)) return "UTC";
    const auto named = parameter(property, "TZID");
    if (named.empty()) return options_.timezone;
    auto zone = iana_zone(named);
    if (zone.empty()) fault("bad_timezone", named);
    return zone;
  }

  icaltimetype time_at(icalproperty* property) {
    const auto time = icaltime_from_string(owned(icalproperty_get_value_as_string_r(property)).c_str());
    if (icaltime_is_null_time(time)) fault("bad_time", text_of(property));
    return time;
  }

  void put_times() {
    if (start_ == nullptr) return;
    const auto start = time_at(start_);
    if (icaltime_is_null_time(start)) return;
    put("start", written(start));
    const auto zone = start.is_date != 0 ? std::string() : zone_of(start_, start);
    put("timezone", zone);
    auto end = icaltime_null_time();
    if (end_ != nullptr) {
      end = time_at(end_);
      if (end.is_date == 0 && !icaltime_is_null_time(end) && zone_of(end_, end) != zone) return drop("DTEND");
    } else if (duration_ != nullptr) {
      end = icaltime_add(
          start, icaldurationtype_from_string(owned(icalproperty_get_value_as_string_r(duration_)).c_str()));
    }
    if (icaltime_is_null_time(end)) return;
    // In a calendar the end is the first day that is none of the event.
    if (end.is_date != 0) icaltime_adjust(&end, -1, 0, 0, 0);
    put("end", written(end));
  }

  /// Our own codes are codes, other words are keywords.
  void put_codes() {
    std::string themes;
    std::string words;
    std::string type;
    for (std::size_t from = 0; from < categories_.size();) {
      const auto comma = std::min(categories_.find(',', from), categories_.size());
      auto one = categories_.substr(from, comma - from);
      from = comma + 1;
      one.erase(0, std::min(one.find_first_not_of(' '), one.size()));
      if (one.empty()) continue;
      if (type.empty() && protocol::code_lists::event_types.contains(one)) {
        type = one;
        continue;
      }
      auto& list = protocol::code_lists::themes.contains(one) ? themes : words;
      list += (list.empty() ? "" : "|") + one;
    }
    put("eventType", type);
    put("themes", themes);
    put("keywords", words);
  }

  void complete() {
    if (status_ == "CONFIRMED" || status_ == "TENTATIVE" || status_ == "CANCELLED")
      put("eventStatus", status_ == "CONFIRMED"   ? "confirmed"
                         : status_ == "TENTATIVE" ? "tentative"
                                                  : "cancelled");
    const auto otherwise = [this](const char* column, std::string value) {
      entry_.defaults.push_back({column, std::move(value)});
    };
    otherwise("eventStatus", "confirmed");
    otherwise("mode", !is_online_ ? "onsite" : has_place_ ? "hybrid" : "online");
    otherwise("languages", fields::text(entry_.record, "language"));
  }

  icalcomponent* event_;
  const ImportOptions& options_;
  ImportEntry entry_;
  std::string uid_, status_, categories_;
  icalproperty* start_ = nullptr;
  icalproperty* end_ = nullptr;
  icalproperty* duration_ = nullptr;
  bool has_place_ = false;
  bool is_online_ = false;
};

/// The event of a block: one entry, or one for each of its times. `moved` are those that have an event of
/// their own.
std::vector<ImportEntry> entries_of(const Block& block, const MovedTimes& moved,
                                    const ImportOptions& options) {
  const Component event(icalparser_parse_string(block.text.c_str()));
  std::vector<ImportEntry> entries;
  if (!event || icalcomponent_isa(event.get()) != ICAL_VEVENT_COMPONENT) {
    entries.emplace_back();
    entries.back().record["kind"] = "event";
    entries.back().faults.push_back({"", "bad_property", {}, {}});
  } else {
    auto times = event_times(*event, moved);
    for (const auto& one : times.each) {
      entries.push_back(EventReading(one.get(), options).run());
      if (!times.series.empty()) entries.back().defaults.push_back({"series", times.series});
    }
    // It is told who it is, all the same.
    if (times.refused) {
      entries.push_back(EventReading(event.get(), options).run());
      entries.back().faults.push_back(*times.refused);
    }
  }
  for (auto& entry : entries) entry.line = block.line;
  return entries;
}

}  // namespace

ReadDocument read_calendar_document(std::string_view bytes, const ImportOptions& options) {
  // libical would end the program over some of what others write.
  static std::once_flag once;
  std::call_once(once, [] { icalerror_set_errors_are_fatal(0); });
  auto decoded = decode_text(bytes, options.encoding);
  if (!decoded) return decoded.error();
  if (decoded->text.find('\0') != std::string::npos) return malformed_document("it holds a NUL character");
  Blocks blocks;
  if (auto problem = blocks.read(decoded->text)) return std::move(*problem);
  ImportDocument document;
  document.encoding = decoded->encoding;
  document.encoding_sure = decoded->sure;
  document.unknown = std::move(blocks.others);
  MovedTimes moved;
  for (const auto& block : blocks.events)
    if (block.text.find("RECURRENCE-ID") != std::string::npos)
      if (const Component event(icalparser_parse_string(block.text.c_str())); event) moved.add(*event);
  for (const auto& block : blocks.events)
    for (auto& entry : entries_of(block, moved, options)) {
      if (document.entries.size() == import_entries_max)
        return document_too_large(std::to_string(import_entries_max) + " events");
      document.entries.push_back(std::move(entry));
    }
  return document;
}

}  // namespace hansa::http
