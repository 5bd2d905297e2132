// The ways out: what a search gives, in the formats of other programs.

#include <sodium.h>

#include <algorithm>
#include <map>
#include <vector>

#include "../exports/atom.h"
#include "../exports/base_address.h"
#include "../exports/calendar.h"
#include "../exports/csv.h"
#include "../exports/fields.h"
#include "../exports/formats.h"
#include "../exports/jsonld.h"
#include "../exports/signed_json.h"
#include "../exports/vcard.h"
#include "../if_match.h"
#include "../list_query.h"
#include "../response_text.h"
#include "http/percent.h"
#include "json/record_json.h"
#include "protocol/content_summary.h"
#include "routes.h"
#include "search/said_last.h"
#include "store/catalogue.h"

namespace hansa::http {
namespace {

constexpr std::size_t export_records_max = 20'000;  ///< in one document
constexpr std::size_t export_bytes_max = 32 * 1024 * 1024;
constexpr std::size_t export_limit_max = 1'000;  ///< that a request may set, to go on by a cursor
constexpr std::string_view feed_urn = "urn:hansa:feed:";

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
  // What a token in an address opens gets to other people's machines.
  query->with_personal = call.principal.role != Role::feed;
  query->with_facets = false;
  if (auto& kinds = query->filters["kind"]; kinds.empty())
    kinds.insert(format.kinds.begin(), format.kinds.end());
  if (call.query_value("status").empty()) query->status = format.status;
  // A feed is read from its newest end, whatever it is of.
  if (format.is_feed && call.query_value("sort").empty()) query->order = search::Order::updated;
  const bool in_pages = format.limit != 0 || !call.query_value("limit").empty();
  if (call.query_value("limit").empty()) query->limit = in_pages ? format.limit : export_records_max;
  auto page = list_records(reading, services.search, *query);
  if (!page) return bad_cursor(call);
  if (page->next && !in_pages) return too_much(std::to_string(export_records_max) + " records");
  return std::move(*page);
}

/// A record as the writers get it.
struct Shown {
  RecordReading::Content content;  ///< of the live revision
  boost::json::object json;
};

/// As the API gives it, and besides: a withdrawn record with what it last said, so that whoever subscribed
/// learns what went; and never an older version or time than before, even while its content is on the way.
Shown shown_of(const RecordReading& reading, const store::RecordState& record) {
  const auto& live = store::live_revision(record);
  Shown shown{reading.content(live), {}};
  auto& json = shown.json = reading.plain_json(record, live, shown.content);
  if (!json.contains("modified")) json["modified"] = json::instant_text(live.author_time_ms);
  if (live.kind != protocol::EntryKind::withdraw) return shown;
  const auto* last = search::said_last(reading.snapshot(), record);
  if (last == nullptr) return shown;
  const auto before = reading.plain_json(record, *last, reading.content(*last));
  for (const auto* name : {"content", "language", "created"})
    if (const auto* value = before.if_contains(name)) json[name] = *value;
  json["version"] = std::max(json.at("version").to_number<std::uint64_t>(),
                             before.at("version").to_number<std::uint64_t>() + 1);
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
  response.headers.emplace_back("Content-Type",
                                std::string(format.media_type) + std::string(format.parameters));
  if (!format.is_feed)
    response.headers.emplace_back(
        "Content-Disposition", "attachment; filename=\"hansa-records." + std::string(format.ending) + "\"");
  response.body = std::move(body);
  return response;
}

void write(const Services& services, Call& call, RecordReading& reading, const Format& format,
           RecordWriter& writer, const std::function<void(const std::string& next)>& see_next = {}) {
  const auto page = found(services, call, reading, format);
  if (!page) return call.respond(page.error());
  std::uint64_t newest_ms = 0;
  for (const auto& record : page->records) {
    const auto& live = store::live_revision(record);
    const auto shown = shown_of(reading, record);
    writer.add({record, shown.json, shown.content.reader ? &*shown.content.reader : nullptr});
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
  write(services, call, reading, formats::csv, writer);
}

void signed_json(const Services& services, Call& call) {
  RecordReading reading(services.node);
  SignedJsonWriter writer(reading);
  write(services, call, reading, formats::json, writer);
}

void jsonld(const Services& services, Call& call) {
  JsonldWriter writer;
  RecordReading reading(services.node);
  write(services, call, reading, formats::jsonld, writer);
}

void atom(const Services& services, Call& call) {
  RecordReading reading(services.node);
  const auto base = base_address(services.options, call.request);
  AtomWriter writer({title_of(services, call),
                     feed_id(reading, call),
                     base,
                     {{"self", address_of_page(call, base, call.query_value("cursor"))},
                      {"first", address_of_page(call, base, "")}}});
  write(services, call, reading, formats::atom, writer,
        [&](const std::string& next) { writer.add_link("next", next); });
}

void calendar(const Services& services, Call& call) {
  CalendarWriter writer(title_of(services, call));
  RecordReading reading(services.node);
  write(services, call, reading, formats::calendar, writer);
}

/// What a record calls itself in its own language; empty if it does not, or is withdrawn.
std::string name_of(const RecordReading& reading, const std::string& id) {
  const auto record = record_of(reading, id);
  const auto content = record ? reading.content(store::live_revision(*record)) : RecordReading::Content{};
  if (!content.reader) return {};
  const auto summary = protocol::summarise(*content.reader);
  std::vector<fields::InLanguage> titles;
  for (const auto& [language, text] : summary.title) titles.push_back({language, text});
  return fields::in_one_line(fields::original(titles, summary.language).text);
}

void vcards(const Services& services, Call& call) {
  const auto version = call.query_value("version");
  if (!version.empty() && version != "4.0" && version != "3.0")
    return call.respond(bad_parameter(call, "version", "version is 4.0 or 3.0"));
  RecordReading reading(services.node);
  std::map<std::string, std::string> names;  // of organisations: many contacts have the same one
  const auto organisation_name = [&](const std::string& id) {
    const auto [known, is_new] = names.try_emplace(id);
    if (is_new) known->second = name_of(reading, id);
    return known->second;
  };
  VcardWriter writer(version == "3.0" ? VcardVersion::v3 : VcardVersion::v4, organisation_name);
  write(services, call, reading, formats::vcard, writer);
}

}  // namespace

void add_export_routes(Router& router, Services& services) {
  const auto add = [&](const Format& format, std::set<std::string> more, const std::string& summary,
                       void (*run)(const Services&, Call&), Access access = Access::feed) {
    more.insert(list_parameters().begin(), list_parameters().end());
    if (access == Access::feed) more.insert("token");
    Route route{"GET",   "/api/v1/records." + std::string(format.ending),      access, std::move(more),
                summary, [&services, run](Call& call) { run(services, call); }};
    route.limit_max = export_limit_max;
    router.add(std::move(route));
  };
  add(formats::csv, {"separator"}, "Gives the records of a list as a table for spreadsheets.", csv);
  // What was signed is whole: nothing of it can be kept from those who may only read feeds.
  add(formats::json, {}, "Gives the records of a list as JSON, each with the bytes that were signed.",
      signed_json, Access::reader);
  add(formats::jsonld, {}, "Gives the records of a list as JSON-LD in the terms of schema.org.", jsonld);
  add(formats::atom, {}, "Gives the records of a list as an Atom feed with tombstones.", atom);
  add(formats::calendar, {}, "Gives the events of a list as a calendar.", calendar);
  add(formats::vcard, {"version"}, "Gives the contacts and organisations of a list as vCards.", vcards);
}

}  // namespace hansa::http
