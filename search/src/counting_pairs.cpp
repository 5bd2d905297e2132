#include "counting_pairs.h"

#include <cstring>
#include <unordered_map>
#include <vector>

#include "most_frequent.h"
#include "query_terms.h"
#include "terms.h"

namespace hansa::search {
namespace {

constexpr std::size_t side_max = 200;  // codes of a facet

using CodesByHash = std::unordered_map<std::uint64_t, std::string>;

CodesByHash codes_of_facet(const Xapian::Database& database, const std::string& facet) {
  CodesByHash codes;
  const auto first = code_term(facet, {});
  for (auto term = database.allterms_begin(first); term != database.allterms_end(first); ++term)
    codes.emplace(code_hash(*term), (*term).substr(first.size()));
  return codes;
}

/// Counts, of every match, each code of the one facet, of the other, and each pair of them.
class PairCounter final : public Xapian::MatchSpy {
 public:
  PairCounter(CodesByHash rows, CodesByHash columns) : rows_(std::move(rows)), columns_(std::move(columns)) {}

  void operator()(const Xapian::Document& document, double) override {
    const auto codes = document.get_value(slot::codes);
    std::vector<const std::string*> rows;
    std::vector<const std::string*> columns;
    for (std::size_t at = 0; at + sizeof(std::uint64_t) <= codes.size(); at += sizeof(std::uint64_t)) {
      std::uint64_t hash = 0;
      std::memcpy(&hash, codes.data() + at, sizeof hash);
      if (const auto row = rows_.find(hash); row != rows_.end()) rows.push_back(&row->second);
      if (const auto column = columns_.find(hash); column != columns_.end())
        columns.push_back(&column->second);
    }
    for (const auto* row : rows) ++found.rows[*row];
    for (const auto* column : columns) ++found.columns[*column];
    for (const auto* row : rows)
      for (const auto* column : columns) ++found.cells[{*row, *column}];
  }

  Coverage found;

 private:
  CodesByHash rows_, columns_;
};

}  // namespace

Coverage count_pairs(const Xapian::Database& database, const Query& query, const std::string& rows,
                     const std::string& columns) {
  PairCounter counter(codes_of_facet(database, rows), codes_of_facet(database, columns));
  Xapian::Enquire enquire(database);
  enquire.set_weighting_scheme(Xapian::BoolWeight());
  enquire.set_query(xapian_query(query));
  enquire.add_matchspy(&counter);
  const auto found = enquire.get_mset(0, 0, database.get_doccount());
  enquire.clear_matchspies();
  counter.found.total = found.get_matches_estimated();  // all were checked: it is exact
  keep_most_frequent(counter.found.rows, side_max);
  keep_most_frequent(counter.found.columns, side_max);
  std::erase_if(counter.found.cells, [&](const auto& cell) {
    return !counter.found.rows.contains(cell.first.first) ||
           !counter.found.columns.contains(cell.first.second);
  });
  return std::move(counter.found);
}

}  // namespace hansa::search
