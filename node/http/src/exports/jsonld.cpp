#include "jsonld.h"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "fields.h"
#include "zones.h"

namespace hansa::http {
namespace {

using boost::json::array;
using boost::json::object;
using fields::text;

constexpr std::string_view context = R"({"@vocab":"https://schema.org/"})";

/// One code of ours and the word of schema.org for it.
struct Term {
  std::string_view code, term;
};
constexpr std::array<Term, 8> types{{{"practice", "CreativeWork"},
                                     {"event", "Event"},
                                     {"organisation", "Organization"},
                                     {"contact", "ContactPoint"},
                                     {"response", "Comment"},
                                     {"project", "ResearchProject"},
                                     {"service", "GovernmentService"},
                                     {"resource", "CreativeWork"}}};
constexpr std::array<Term, 4> event_states{{{"cancelled", "EventCancelled"},
                                            {"postponed", "EventPostponed"},
                                            {"confirmed", "EventScheduled"},
                                            {"tentative", "EventScheduled"}}};
constexpr std::array<Term, 3> event_modes{{{"onsite", "OfflineEventAttendanceMode"},
                                           {"online", "OnlineEventAttendanceMode"},
                                           {"hybrid", "MixedEventAttendanceMode"}}};

template <std::size_t size>
std::string_view term_of(const std::array<Term, size>& terms, std::string_view code,
                         std::string_view otherwise = {}) {
  for (const auto& known : terms)
    if (known.code == code) return known.term;
  return otherwise;
}

void put(object& node, std::string_view term, const std::string& value) {
  if (!value.empty()) node[term] = value;
}
void put_list(object& node, std::string_view term, const std::vector<std::string>& values) {
  if (!values.empty()) node[term] = array(values.begin(), values.end());
}
void put_texts(object& node, std::string_view term, const std::vector<fields::InLanguage>& texts) {
  array values;
  for (const auto& one : texts) {
    object value{{"@value", one.text}};
    if (!one.language.empty()) value["@language"] = one.language;
    values.push_back(std::move(value));
  }
  if (!values.empty()) node[term] = std::move(values);
}
void put_reference(object& node, std::string_view term, const std::string& id) {
  if (!id.empty()) node[term] = object{{"@id", id}};
}
void put_references(object& node, std::string_view term, const std::vector<std::string>& ids) {
  array list;
  for (const auto& id : ids) list.push_back(object{{"@id", id}});
  if (!list.empty()) node[term] = std::move(list);
}
/// A word of schema.org itself, such as a state of an event.
void put_term(object& node, std::string_view term, std::string_view value) {
  if (!value.empty()) node[term] = object{{"@id", "https://schema.org/" + std::string(value)}};
}

/// "start/end" as two dates.
void put_period(object& node, const std::string& period) {
  const auto slash = period.find('/');
  put(node, "startDate", period.substr(0, slash));
  if (slash == std::string::npos) return;
  const auto end = period.substr(slash + 1);
  if (end != "..") put(node, "endDate", end);
}

/// A local time with how far it is from UTC, so that it means the same everywhere; a date as it is.
std::string event_time(const object& content, std::string_view name) {
  const auto given = text(content, name);
  const auto time = time_of(given);
  if (!time || time->is_date != 0) return given;
  constexpr std::size_t minute_length = 16, second_length = 19;  // 2026-02-12T16:30, 2026-02-12T16:30:00
  const auto local = given.size() == minute_length ? given + ":00" : given.substr(0, second_length);
  return local + utc_offset(text(content, "timezone"), *time).value_or("");
}

object postal_address(const object& from) {
  object address{{"@type", "PostalAddress"}};
  put(address, "streetAddress", text(from, "street"));
  put(address, "addressLocality", text(from, "locality"));
  put(address, "postalCode", text(from, "postcode"));
  put(address, "addressCountry", text(from, "country"));
  return address;
}

void put_venue(object& node, const object& venue) {
  if (venue.empty()) return;
  object place{{"@type", "Place"}, {"address", postal_address(venue)}};
  put_texts(place, "name", fields::every_language(venue, "name"));
  const auto lat = fields::number(venue, "lat");
  const auto lon = fields::number(venue, "lon");
  if (lat && lon) place["geo"] = object{{"@type", "GeoCoordinates"}, {"latitude", *lat}, {"longitude", *lon}};
  node["location"] = std::move(place);
}

void put_event(object& node, const object& content) {
  put(node, "startDate", event_time(content, "start"));
  put(node, "endDate", event_time(content, "end"));
  put_term(node, "eventStatus", term_of(event_states, text(content, "eventStatus")));
  put_term(node, "eventAttendanceMode", term_of(event_modes, text(content, "mode")));
  put_venue(node, fields::inner(content, "venue"));
  put_references(node, "organizer", fields::list(content, "organisers"));
  put_list(node, "inLanguage", fields::list(content, "languages"));
  put(node, "url", fields::address(content, "registrationUrl"));
  if (text(content, "fee") == "free") node["isAccessibleForFree"] = true;
}

void put_practice(object& node, const object& content) {
  put(node, "temporalCoverage", text(content, "period"));
  put(node, "creativeWorkStatus", text(content, "practiceStatus"));
  put_texts(node, "text", fields::every_language(content, "activities"));
  put_reference(node, "provider", text(content, "lead"));
  put_list(node, "audience", fields::list(content, "targetGroups"));
  put_list(node, "spatialCoverage", fields::list(content, "country"));
}

void put_actor(object& node, const std::string& kind, const object& content) {
  put(node, "email", text(content, "email"));
  put(node, "telephone", text(content, "phone"));
  if (kind == "contact") {
    put_reference(node, "parentOrganization", text(content, "organisation"));
    put_list(node, "contactType", fields::list(content, "roles"));
    put_list(node, "availableLanguage", fields::list(content, "languages"));
    return;
  }
  put(node, "url", fields::address(content, "homepage"));
  put_texts(node, "alternateName", fields::every_language(content, "shortName"));
  const auto& address = fields::inner(content, "address");
  if (!address.empty()) node["address"] = postal_address(address);
  put_reference(node, "parentOrganization", text(content, "partOf"));
}

void put_service(object& node, const object& content) {
  put_reference(node, "provider", text(content, "provider"));
  put(node, "serviceType", text(content, "serviceType"));
  put_list(node, "audience", fields::list(content, "targetGroups"));
  put_list(node, "availableLanguage", fields::list(content, "languages"));
  put(node, "areaServed", text(fields::inner(content, "area"), "country"));
}

void put_resource(object& node, const object& content) {
  put(node, "datePublished", text(content, "issued"));
  put(node, "url", fields::address(content, "url"));
  put(node, "bookEdition", text(content, "edition"));
  put(node, "isbn", text(content, "isbn"));
  if (const auto doi = text(content, "doi"); !doi.empty()) node["sameAs"] = "https://doi.org/" + doi;
  put_list(node, "inLanguage", fields::list(content, "languages"));
}

void put_kind(object& node, const std::string& kind, const object& content) {
  if (kind == "event") put_event(node, content);
  if (kind == "practice") put_practice(node, content);
  if (kind == "organisation" || kind == "contact") put_actor(node, kind, content);
  if (kind == "service") put_service(node, content);
  if (kind == "resource") put_resource(node, content);
  if (kind == "response") {
    put_reference(node, "about", text(content, "about"));
    put_reference(node, "author", text(content, "by"));
  }
  if (kind == "project") {
    put(node, "identifier", text(content, "number"));
    put(node, "url", fields::address(content, "website"));
    put_period(node, text(content, "period"));
    put_reference(node, "parentOrganization", text(content, "lead"));
  }
}

/// The address of the licence's text, if it is one that SPDX lists.
std::string licence_of(const object& record) {
  auto code = text(record, "licence");
  const bool listed =
      !code.empty() && !code.starts_with("LicenseRef-") && code.find_first_of(" /:?#") == std::string::npos;
  return listed ? "https://spdx.org/licenses/" + code : code;
}

object node_of(const object& record) {
  const auto& content = fields::inner(record, "content");
  const auto kind = text(record, "kind");
  object node{{"@id", text(record, "id")}, {"@type", term_of(types, kind, "Thing")}};
  node["identifier"] = text(record, "id");
  std::vector<std::string> own_types{kind};
  for (const auto* name : {"eventType", "orgType", "type"})
    if (auto more = text(content, name); !more.empty()) own_types.push_back(std::move(more));
  put_list(node, "additionalType", own_types);
  put_texts(node, "name", fields::titles(record));
  put_texts(node, "description", fields::summaries(record));
  put(node, "dateCreated", text(record, "created"));
  put(node, "dateModified", text(record, "modified"));
  put(node, "license", licence_of(record));
  put(node, "creditText", text(record, "attribution"));
  put(node, "isBasedOn", fields::address(record, "source"));
  put_reference(node, "publisher", text(record, "publisher"));
  put_list(node, "keywords", fields::list(content, "themes"));
  put_kind(node, kind, content);
  return node;
}

}  // namespace

void JsonldWriter::add(const Exported& record) {
  if (fields::is_withdrawn(record.json) || fields::inner(record.json, "content").empty()) return;
  nodes_ += (nodes_.empty() ? "" : ",\n") + boost::json::serialize(node_of(record.json));
}

std::string JsonldWriter::end() {
  return "{\"@context\":" + std::string(context) + ",\"@graph\":[\n" + nodes_ + "\n]}\n";
}

}  // namespace hansa::http
