// The ways out: what a search gives, in the formats of other programs.

#include <sodium.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "../exports/atom.h"
#include "../exports/base_address.h"
#include "../exports/calendar.h"
#include "../exports/csv.h"
#include "../exports/fields.h"
#include "../exports/jsonld.h"
#include "../exports/vcard.h"
#include "../if_match.h"
#include "../list_query.h"
#include "../response_text.h"
#include "http/percent.h"
#include "json/record_json.h"
#include "routes.h"

namespace hansa::http {
namespace {

constexpr std::size_t export_records_max = 20'000;  ///< in one document
constexpr std::size_t export_bytes_max = 32 * 1024 * 1024;
constexpr std::size_t export_limit_max = 1'000;  ///< that a request may set, to go on by a cursor
constexpr std::size_t feed_page = 100;
constexpr std::string_view feed_urn = "urn:hansa:feed:";

/// One format: how it is named, and what it shows unless it is asked otherwise.
struct Format {
  const char* media_type;
  const char* ending;
  const char* status = "published";
  std::size_t limit = 0;  ///< 0: the whole result, or none of it
};
constexpr Format csv_format{"text/csv; charset=utf-8", "csv"};
constexpr Format jsonld_format{"application/ld+json", "jsonld"};
constexpr Format atom_format{"application/atom+xml", "atom", "any", feed_page};
constexpr Format calendar_format{"text/calendar; charset=utf-8", "ics", "any"};
constexpr Format vcard_format{"text/vcard; charset=utf-8", "vcf"};

Response too_much(const std::string& most) {
  return problem_response(
      422, "too_many_records", "The search gives more than one document may hold.",
      "At most " + most +
          ". Narrow the search, or go through it by limit and the cursor in the header Link.");
}

protocol::Outcome<ListPage, Response> found(const Services& services, const Call& call,
                                            RecordReading& reading, const Format& format) {
  auto query = list_query(call, reading, services.search, export_limit_max);
  if (!query) return query.error();
  if (call.query_value("status").empty()) query->status = format.status;
  const bool in_pages = format.limit != 0 || !call.query_value("limit").empty();
  if (call.query_value("limit").empty()) query->limit = in_pages ? format.limit : export_records_max;
  auto page = list_records(reading, services.search, *query);
  if (!page) return bad_cursor(call);
  if (page->next && !in_pages) return too_much(std::to_string(export_records_max) + " records");
  return std::move(*page);
}

/// As the API gives it, and besides: a withdrawn record with what it last said, so that whoever subscribed
/// learns what went; and never an older version or time than before, even while its content is on the way.
boost::json::object exported_json(const RecordReading& reading, const store::RecordState& record) {
  const auto& live = record.revisions[record.live];
  auto shown = reading.json(record);
  if (!shown.contains("modified")) shown["modified"] = json::instant_text(live.author_time_ms);
  if (live.kind != protocol::EntryKind::withdraw) return shown;
  const auto* last = reading.last_content(record);
  if (last == nullptr) return shown;
  const auto before = reading.json(record, static_cast<std::size_t>(last - record.revisions.data()));
  for (const auto* name : {"content", "language", "created"})
    if (const auto* value = before.if_contains(name)) shown[name] = *value;
  const auto version = std::max(shown.at("version").to_number<std::uint64_t>(),
                                before.at("version").to_number<std::uint64_t>() + 1);
  shown["version"] = version;
  return shown;
}

/// This request's address with another cursor; empty: with none.
std::string address_of_page(const Call& call, const std::string& base, const std::string& cursor) {
  std::string query;
  const auto add = [&](const std::string& name, const std::string& value) {
    query += (query.empty() ? "?" : "&") + name + "=" + percent_encoded(value);
  };
  for (const auto& [name, value] : call.query)
    if (name != "cursor") add(name, value);
  if (!cursor.empty()) add("cursor", cursor);
  return base + call.request.target.substr(0, call.request.target.find('?')) + query;
}

std::string entity_tag(const std::string& body) {
  protocol::Hash hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(body.data()),
                     body.size(), nullptr, 0);
  return protocol::to_hex(hash).substr(0, 32);
}

/// The document, or that the client has it. No If-Modified-Since: a record that leaves a search, or a partner
/// that is renamed, changes the document without anything in it being newer.
Response finished(const Call& call, const Format& format, std::string body, std::uint64_t newest_ms) {
  const auto tag = entity_tag(body);
  Response response{200, {{"ETag", "\"" + tag + "\""}, {"Cache-Control", "private, no-cache"}}, {}};
  if (newest_ms != 0)
    response.headers.emplace_back("Last-Modified", date_text(static_cast<std::time_t>(newest_ms / 1000)));
  if (has_already(call.request.headers, tag)) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("Content-Type", format.media_type);
  // A feed is looked at, the others are files.
  if (std::string_view(format.ending) != "atom")
    response.headers.emplace_back(
        "Content-Disposition", std::string("attachment; filename=\"hansa-records.") + format.ending + "\"");
  response.body = std::move(body);
  return response;
}

/// Whether whoever asks may have it: what a token in an address opens gets to other people's machines.
bool may_have(const Call& call, const store::RecordState& record) {
  return call.principal.role != Role::feed || !record.revisions[record.live].personal;
}

void write(const Services& services, Call& call, RecordReading& reading, const Format& format,
           RecordWriter& writer, const std::function<void(const std::string& next)>& see_next = {}) {
  const auto page = found(services, call, reading, format);
  if (!page) return call.respond(page.error());
  std::uint64_t newest_ms = 0;
  for (const auto& record : page->records) {
    if (!may_have(call, record)) continue;
    const auto& live = record.revisions[record.live];
    const auto json = exported_json(reading, record);
    const auto content = reading.content(live);
    writer.add({json, content.reader ? &*content.reader : nullptr});
    if (writer.bytes() > export_bytes_max)
      return call.respond(too_much(std::to_string(export_bytes_max / (1024 * 1024)) + " MiB"));
    newest_ms = std::max(newest_ms, reading.snapshot().received_ms(live.log, live.sequence).value_or(0));
  }
  const auto next = page->next
                        ? address_of_page(call, base_address(services.options, call.request), *page->next)
                        : std::string();
  if (see_next && !next.empty()) see_next(next);
  auto response = finished(call, format, writer.end(), newest_ms);
  if (!next.empty()) response.headers.emplace_back("Link", "<" + next + ">; rel=\"next\"");
  call.respond(std::move(response));
}

/// What makes a search one and the same, whichever way it was asked: sorted, without what turns pages.
std::vector<std::pair<std::string, std::string>> filters_of(const Call& call) {
  std::vector<std::pair<std::string, std::string>> filters;
  for (const auto& [name, value] : call.query)
    if (name != "token" && name != "cursor" && name != "limit" && name != "sort" && !value.empty())
      filters.emplace_back(name, value);
  std::sort(filters.begin(), filters.end());
  return filters;
}

/// "Cēsis · event, language"
std::string title_of(const Services& services, const Call& call) {
  std::string words;
  for (const auto& [name, value] : filters_of(call)) words += (words.empty() ? " · " : ", ") + value;
  return services.options.node_name + words;
}

/// The partner's, not the node's, so that it outlives keys and machines.
std::string feed_id(const RecordReading& reading, const Call& call) {
  const auto partner = reading.own_partner();
  std::string id = std::string(feed_urn) + (partner ? protocol::to_text(*partner) : "none");
  char before = ':';
  for (const auto& [name, value] : filters_of(call)) {
    id += before + name + "=" + percent_encoded(value);
    before = '&';
  }
  return id;
}

void csv(const Services& services, Call& call) {
  const auto separator = call.query_value("separator");
  if (!separator.empty() && separator != "comma" && separator != "semicolon")
    return call.respond(bad_parameter(call, "separator", "separator is comma or semicolon"));
  CsvWriter writer(separator == "semicolon" ? ';' : ',');
  RecordReading reading(services.node);
  write(services, call, reading, csv_format, writer);
}

void jsonld(const Services& services, Call& call) {
  JsonldWriter writer;
  RecordReading reading(services.node);
  write(services, call, reading, jsonld_format, writer);
}

void atom(const Services& services, Call& call) {
  RecordReading reading(services.node);
  const auto base = base_address(services.options, call.request);
  AtomWriter writer({title_of(services, call),
                     feed_id(reading, call),
                     base,
                     {{"self", address_of_page(call, base, call.query_value("cursor"))},
                      {"first", address_of_page(call, base, "")}}});
  write(services, call, reading, atom_format, writer,
        [&](const std::string& next) { writer.add_link("next", next); });
}

void calendar(const Services& services, Call& call) {
  CalendarWriter writer(title_of(services, call));
  RecordReading reading(services.node);
  write(services, call, reading, calendar_format, writer);
}

void vcards(const Services& services, Call& call) {
  const auto version = call.query_value("version");
  if (!version.empty() && version != "4.0" && version != "3.0")
    return call.respond(bad_parameter(call, "version", "version is 4.0 or 3.0"));
  RecordReading reading(services.node);
  const auto organisation_name = [&](const std::string& id) {
    const auto record = record_of(reading, id);
    return record ? fields::title(reading.json(*record)).text : std::string();
  };
  VcardWriter writer(version == "3.0" ? VcardVersion::v3 : VcardVersion::v4, organisation_name);
  write(services, call, reading, vcard_format, writer);
}

}  // namespace

void add_export_routes(Router& router, Services& services) {
  const auto add = [&](const Format& format, std::set<std::string> more, const std::string& summary,
                       void (*run)(const Services&, Call&)) {
    more.insert(list_parameters().begin(), list_parameters().end());
    more.insert("token");
    router.add({"GET", std::string("/api/v1/records.") + format.ending, Access::feed, std::move(more),
                summary, [&services, run](Call& call) { run(services, call); }});
  };
  add(csv_format, {"separator"}, "Gives the records of a list as a table for spreadsheets.", csv);
  add(jsonld_format, {}, "Gives the records of a list as JSON-LD in the terms of schema.org.", jsonld);
  add(atom_format, {}, "Gives the records of a list as an Atom feed with tombstones.", atom);
  add(calendar_format, {}, "Gives the events of a list as a calendar.", calendar);
  add(vcard_format, {"version"}, "Gives the contacts and organisations of a list as vCards.", vcards);
}

}  // namespace hansa::http
