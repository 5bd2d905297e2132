#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace hansa::http {

inline constexpr std::size_t feed_page = 100;

/// One of the formats that lists are exported in: how it is named, and what it shows unless it is asked
/// otherwise. There are these and no others; any thread.
struct Format {
  std::string_view ending;  ///< of /api/v1/records.ending
  std::string_view media_type;
  std::string_view parameters;  ///< of the media type, with their semicolon
  std::string_view file_type;   ///< in the EU's authority table of that name; empty: it is not there
  std::span<const std::string_view> kinds;  ///< that it can say; empty: all
  std::string_view status = "published";
  std::size_t limit = 0;  ///< 0: the whole result, or none of it
  bool is_feed = false;   ///< looked at again and again, newest first; others are downloaded
};

namespace formats {
inline constexpr std::string_view events[] = {"event"};
inline constexpr std::string_view actors[] = {"contact", "organisation"};

inline constexpr Format csv{"csv", "text/csv", "; charset=utf-8", "CSV", {}};
/// With what was signed: not for everybody, see its route.
inline constexpr Format json{"json", "application/json", "", "JSON", {}};
inline constexpr Format jsonld{"jsonld", "application/ld+json", "", "JSON_LD", {}};
inline constexpr Format atom{"atom", "application/atom+xml", "", "ATOM", {}, "any", feed_page, true};
inline constexpr Format calendar{"ics", "text/calendar", "; charset=utf-8", "ICS", events, "any"};
inline constexpr Format vcard{"vcf", "text/vcard", "; charset=utf-8", "", actors};

inline constexpr const Format* all[] = {&csv, &jsonld, &atom, &calendar, &vcard};
}  // namespace formats

}  // namespace hansa::http
