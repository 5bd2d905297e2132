// Reading the catalogue.

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "../list_query.h"
#include "json/record_json.h"
#include "routes.h"
#include "search/record_texts.h"
#include "search/snippet.h"
#include "store/catalogue.h"

namespace hansa::http {
namespace {

boost::json::object facets_json(const ListPage& page) {
  boost::json::object facets;
  for (const auto* always : {"kind", "country", "theme", "partner", "language"})
    facets[always] = boost::json::object();
  for (const auto name : search::facet_names()) {
    const auto facet = page.facets.find(std::string(name));
    if (facet == page.facets.end()) continue;
    boost::json::object counts;
    for (const auto& [code, count] : facet->second) counts[code] = count;
    facets[name] = std::move(counts);
  }
  return facets;
}

boost::json::object responses_json(const std::map<std::string, std::size_t>& by_type) {
  boost::json::object counts;
  for (const auto& [type, count] : by_type) counts[type] = count;
  return counts;
}

/// Why the record was found; null if it was not by a text of its own.
boost::json::value snippet_json(const RecordReading::Content& content, search::SnippetMaker& snippets) {
  if (!content.reader) return nullptr;
  const auto snippet = snippets.of(search::texts_of(*content.reader));
  if (!snippet) return nullptr;
  boost::json::array parts;
  for (const auto& [text, match] : snippet->parts) {
    boost::json::object part{{"text", text}};
    if (match) part["match"] = true;
    parts.push_back(std::move(part));
  }
  return {{"language", snippet->language}, {"parts", std::move(parts)}};
}

/// `expand=refs`: with titles and states of the records that each one refers to.
protocol::Outcome<bool, Response> wants_references(const Call& call) {
  const auto expand = call.query_value("expand");
  if (!expand.empty() && expand != "refs") return bad_parameter(call, "expand", "expand is refs");
  return expand == "refs";
}

void list(const Services& services, Call& call) {
  const auto with_references = wants_references(call);
  if (!with_references) return call.respond(with_references.error());
  RecordReading reading(services.node);
  auto query = list_query(call, reading, services.search);
  if (!query) return call.respond(query.error());
  const auto page = list_records(reading, services.search, *query);
  if (!page) return call.respond(bad_cursor(call));
  boost::json::array items;
  std::optional<search::SnippetMaker> snippets;
  if (!query->words.empty()) snippets.emplace(query->words, query->reader);
  for (std::size_t i = 0; i < page->records.size(); ++i) {
    const auto& record = page->records[i];
    const auto& live = store::live_revision(record);
    const auto content = reading.content(live);
    auto item = reading.json(record, live, content);
    item["responses"] = responses_json(page->responses[i]);
    if (snippets) item["snippet"] = snippet_json(content, *snippets);
    if (*with_references) item["refs"] = reading.references(item);
    items.push_back(std::move(item));
  }
  boost::json::value next = nullptr;
  if (page->next) next = *page->next;
  boost::json::value suggestion = nullptr;
  if (!page->suggestion.empty()) suggestion = page->suggestion;
  call.respond(json_response(200, boost::json::object{{"total", page->total},
                                                      {"items", std::move(items)},
                                                      {"facets", facets_json(*page)},
                                                      {"next", std::move(next)},
                                                      {"suggestion", std::move(suggestion)},
                                                      {"index", {{"behind", page->behind}}}}));
}

void show(const Services& services, Call& call) {
  const auto with_references = wants_references(call);
  if (!with_references) return call.respond(with_references.error());
  const RecordReading reading(services.node);
  const auto record = record_of(reading, call.path["id"]);
  if (!record) return call.respond(record.error());
  auto body = reading.json(*record);
  if (*with_references) body["refs"] = reading.references(body);
  auto response = json_response(200, body);
  response.headers.emplace_back("ETag", "\"" + protocol::to_hex(record->revisions[record->live].hash) + "\"");
  call.respond(std::move(response));
}

void revisions(const Services& services, Call& call) {
  const auto with_references = wants_references(call);
  if (!with_references) return call.respond(with_references.error());
  const RecordReading reading(services.node);
  const auto record = record_of(reading, call.path["id"]);
  if (!record) return call.respond(record.error());
  // Newest first; the header's hash settles equal times.
  std::vector<std::size_t> order(record->revisions.size());
  for (std::size_t index = 0; index < order.size(); ++index) order[index] = index;
  std::sort(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
    const auto& a = record->revisions[one];
    const auto& b = record->revisions[other];
    return std::tie(b.author_time_ms, b.hash) < std::tie(a.author_time_ms, a.hash);
  });
  boost::json::array items;
  for (const auto index : order) {
    auto item = reading.json(*record, index);
    item["live"] = index == record->live;
    boost::json::array parents;
    for (const auto& parent : record->revisions[index].parents)
      parents.emplace_back(protocol::to_hex(parent));
    item["parents"] = std::move(parents);
    if (*with_references) item["refs"] = reading.references(item);
    items.push_back(std::move(item));
  }
  call.respond(list_response(std::move(items)));
}

void vocabularies(Call& call) { call.respond(json_response(200, json::vocabularies_json())); }

}  // namespace

protocol::Outcome<store::RecordState, Response> record_of(const RecordReading& reading,
                                                          const std::string& id) {
  const auto parsed = protocol::parse_record_id(id);
  if (!parsed)
    return problem_response(404, "not_found", "There is no such record.",
                            "\"" + id + "\" is not a record id");
  auto record = reading.snapshot().record(*parsed);
  if (!record) return problem_response(404, "not_found", "There is no such record here (yet).", id);
  return std::move(*record);
}

void add_record_routes(Router& router, Services& services) {
  auto parameters = list_parameters();
  parameters.insert("expand");
  Route list_route{"GET",
                   "/api/v1/records",
                   Access::reader,
                   std::move(parameters),
                   "Lists records that match all filters.",
                   [&services](Call& call) { list(services, call); }};
  list_route.limit_max = list_limit_max;
  router.add(std::move(list_route));
  router.add({"GET",
              "/api/v1/records/{id}",
              Access::reader,
              {"expand"},
              "Gives one record.",
              [&services](Call& call) { show(services, call); }});
  router.add({"GET",
              "/api/v1/records/{id}/revisions",
              Access::reader,
              {"expand"},
              "Lists a record's revisions, newest first.",
              [&services](Call& call) { revisions(services, call); }});
  router.add({"GET", "/api/v1/vocabularies", Access::reader, {}, "Gives the code lists.", [](Call& call) {
                vocabularies(call);
              }});
}

}  // namespace hansa::http
