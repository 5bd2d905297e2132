#include "list_query.h"

#include <charconv>

#include "json/record_json.h"
#include "list_filters.h"
#include "search/record_texts.h"

namespace hansa::http {
namespace {

std::set<std::string> filter(const Call& call, const std::string& name) {
  const auto values = call.query_values(name);
  return {values.begin(), values.end()};
}

std::optional<search::Order> order_named(const std::string& name) {
  if (name == "relevance") return search::Order::relevance;
  if (name == "updated") return search::Order::updated;
  if (name == "title") return search::Order::title;
  return std::nullopt;
}

/// The parameters that must have one of few values, or a form.
std::optional<Response> read_forms(const Call& call, std::size_t limit_max, ListQuery& query) {
  if (const auto status = call.query_value("status"); !status.empty()) query.status = status;
  if (query.status != "published" && query.status != "withdrawn" && query.status != "any")
    return bad_parameter(call, "status", "status is published, withdrawn or any");
  if (const auto sort = call.query_value("sort"); !sort.empty()) {
    const auto order = order_named(sort);
    if (!order) return bad_parameter(call, "sort", "sort is relevance, updated or title");
    query.order = *order;
  }
  if (const auto reader = call.query_value("reader"); !reader.empty()) {
    if (!protocol::is_language(reader))
      return bad_parameter(call, "reader", "reader is a language as a BCP 47 tag, such as lv");
    query.reader = reader;
  }
  for (const auto& [name, wanted] : {std::pair("about", &query.about), {"refers_to", &query.refers_to}}) {
    const auto given = call.query_value(name);
    if (given.empty()) continue;
    const auto id = protocol::parse_record_id(given);
    if (!id) return bad_parameter(call, name, std::string(name) + " is a record id, urn:hansa:…");
    *wanted = *id;
  }
  if (const auto since = call.query_value("updated_since"); !since.empty()) {
    const auto ms = json::parse_instant(since);
    if (!ms)
      return bad_parameter(call, "updated_since",
                           "updated_since is a date or an instant such as 2026-11-21T10:00:00Z");
    query.updated_since_ms = *ms;
  }
  if (const auto limit = call.query_value("limit"); !limit.empty()) {
    const auto [end, error] = std::from_chars(limit.data(), limit.data() + limit.size(), query.limit);
    if (error != std::errc{} || end != limit.data() + limit.size() || query.limit == 0 ||
        query.limit > limit_max)
      return bad_parameter(call, "limit", "limit is a number from 1 to " + std::to_string(limit_max));
  }
  return std::nullopt;
}

}  // namespace

const std::set<std::string>& list_parameters() {
  static const std::set<std::string> parameters = [] {
    std::set<std::string> names{"q",      "status", "about", "refers_to", "sort", "updated_since",
                                "reader", "limit",  "cursor"};
    for (const auto facet : search::facet_names()) names.emplace(facet);
    return names;
  }();
  return parameters;
}

protocol::Outcome<ListQuery, Response> list_query(const Call& call, const RecordReading& reading,
                                                  search::Follower& search, std::size_t limit_max) {
  ListQuery query;
  query.words = call.query_value("q");
  query.order = search::Order::relevance;  // the newest first, if there are no words
  for (const auto facet : search::facet_names())
    if (auto codes = filter(call, std::string(facet)); !codes.empty())
      query.filters.emplace(facet, std::move(codes));
  query.cursor = call.query_value("cursor");
  if (auto problem = read_forms(call, limit_max, query)) return std::move(*problem);
  const auto in_use = [&](const std::string& facet, const std::string& code) {
    return search.in_use(facet, code, reading.snapshot().totals().last_arrival, index_wait_max);
  };
  if (const auto bad = bad_filter(query, in_use)) return bad_parameter(*bad);
  return query;
}

Response bad_parameter(const Call& call, const std::string& name, const std::string& detail) {
  return bad_parameter({name, "bad_parameter", {}, call.query_value(name)}, detail);
}

Response bad_cursor(const Call& call) {
  return bad_parameter(call, "cursor", "the cursor is not one that this list gave");
}

}  // namespace hansa::http
