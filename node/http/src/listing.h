#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record_reading.h"
#include "search/follower.h"

namespace hansa::http {

/// What a list is asked for.
using ListQuery = search::Query;

inline constexpr std::size_t list_limit_max = 200;

struct ListPage {
  std::size_t total = 0;
  std::vector<store::RecordState> records;
  search::Facets facets;  ///< of all matches
  std::optional<std::string> next;
  std::uint64_t behind = 0;  ///< arrivals that the index does not know yet
};

/// Lets the index take in what the reading's snapshot shows, as long as that does not take long: far behind,
/// it answers as far as it is.
void bring_up_to_date(const RecordReading& reading, search::Follower& search);

/// Asks the index; the records are those of the reading's snapshot. None if the cursor is not one of ours.
/// Throws search::IndexBroken.
std::optional<ListPage> list_records(const RecordReading& reading, search::Follower& search,
                                     const ListQuery& query);

}  // namespace hansa::http
