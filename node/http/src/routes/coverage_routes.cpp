// Where there is much and where there is nothing: how many records have each two codes of two facets.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>

#include "../list_filters.h"
#include "../list_query.h"
#include "routes.h"
#include "search/record_texts.h"

namespace hansa::http {
namespace {

constexpr std::size_t whole_list_max = 60;  // codes: of longer lists only those stand there that are borne

/// Themes and the like all stand there, so that gaps are seen.
void add_missing(std::map<std::string, std::size_t>& counts, const std::string& facet) {
  const auto* list = facet_codes(facet);
  if (list == nullptr || list->codes.size() > whole_list_max) return;
  for (const auto code : list->codes) counts.emplace(code, 0);
}

/// What some record that has the place calls it; empty: nothing.
std::string place_name(RecordReading& reading, search::Follower& search, ListQuery query,
                       const std::string& code) {
  query.filters["municipality"] = {code};
  query.limit = 1;
  query.with_facets = false;
  const auto page = list_records(reading, search, query);
  if (!page || page->records.empty()) return {};
  const auto& record = page->records.front();
  const auto content = reading.content(record.revisions[record.live]);
  if (!content.reader) return {};
  for (const auto& [found, name] : search::municipalities_of(*content.reader))
    if (found == code) return name;
  return {};
}

std::optional<Response> read_facet(const Call& call, const std::string& name, std::string& facet) {
  if (const auto given = call.query_value(name); !given.empty()) facet = given;
  for (const auto known : search::facet_names())
    if (known == facet) return std::nullopt;
  return bad_parameter(call, name, name + " is the name of a facet");
}

boost::json::object side_json(RecordReading& reading, search::Follower& search, const ListQuery& query,
                              const std::string& facet, const std::map<std::string, std::size_t>& counts) {
  boost::json::array codes;
  for (const auto& [code, count] : counts) {
    boost::json::object one{{"code", code}, {"count", count}};
    if (facet == "municipality" && count > 0)
      if (auto name = place_name(reading, search, query, code); !name.empty()) one["name"] = std::move(name);
    codes.push_back(std::move(one));
  }
  return {{"facet", facet}, {"codes", std::move(codes)}};
}

boost::json::array matrix(const search::Coverage& found) {
  boost::json::array counts;
  for (const auto& [row, of_row] : found.rows) {
    boost::json::array line;
    for (const auto& [column, of_column] : found.columns) {
      const auto cell = found.cells.find({row, column});
      line.emplace_back(cell == found.cells.end() ? 0 : cell->second);
    }
    counts.push_back(std::move(line));
  }
  return counts;
}

void show(const Services& services, Call& call) {
  std::string rows = "theme";
  std::string columns = "municipality";
  for (const auto& [name, facet] : {std::pair("rows", &rows), {"columns", &columns}})
    if (auto problem = read_facet(call, name, *facet)) return call.respond(std::move(*problem));
  RecordReading reading(services.node);
  auto query = list_query(call, reading, services.search);
  if (!query) return call.respond(query.error());
  const auto arrival = reading.snapshot().totals().last_arrival;
  auto found = services.search.coverage(*query, rows, columns, arrival, index_wait_max);
  add_missing(found.rows, rows);
  const auto behind = found.progress.behind(arrival);
  auto counts = matrix(found);
  auto row_side = side_json(reading, services.search, *query, rows, found.rows);
  auto column_side = side_json(reading, services.search, *query, columns, found.columns);
  call.respond(json_response(200, boost::json::object{{"total", found.total},
                                                      {"rows", std::move(row_side)},
                                                      {"columns", std::move(column_side)},
                                                      {"counts", std::move(counts)},
                                                      {"index", {{"behind", behind}}}}));
}

}  // namespace

void add_coverage_routes(Router& router, Services& services) {
  auto parameters = list_parameters();
  for (const auto* of_lists : {"sort", "limit", "cursor", "reader"}) parameters.erase(of_lists);
  parameters.insert({"rows", "columns"});
  router.add({"GET", "/api/v1/coverage", Access::reader, std::move(parameters),
              "Counts the records that match all filters by two facets at once.",
              [&services](Call& call) { show(services, call); }});
}

}  // namespace hansa::http
