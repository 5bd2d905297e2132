#pragma once
// Questions to an index that is brought up to date with a catalogue first.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "catalogue.h"
#include "search/follower.h"

namespace hansa::test {

inline search::Follower::Options options_for(const Catalogue& catalogue) {
  return {[&catalogue] { return catalogue.snapshot(); }, {}, {}, {}};
}

inline search::Query words(const std::string& text) {
  search::Query query;
  query.words = text;
  return query;
}

/// Brings the index up to date on this thread and asks.
inline search::Page ask(search::Index& index, const Catalogue& catalogue, const search::Query& query) {
  search::Follower follower(index, options_for(catalogue));
  follower.reach(catalogue.snapshot()->totals().last_arrival, {});
  auto page = index.find(query);
  REQUIRE(page);
  return *std::move(page);
}

/// Every record of all pages; each page as the cursor of the one before leads to it.
inline std::vector<protocol::RecordId> all_pages(search::Index& index, search::Query query) {
  std::vector<protocol::RecordId> records;
  for (int page_count = 0; page_count < 1000; ++page_count) {
    const auto page = index.find(query);
    REQUIRE(page);
    records.insert(records.end(), page->records.begin(), page->records.end());
    if (!page->next) return records;
    REQUIRE(page->records.size() == query.limit);
    query.cursor = *page->next;
  }
  FAIL("the pages do not end");
  return records;
}

}  // namespace hansa::test
