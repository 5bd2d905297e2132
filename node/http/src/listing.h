#pragma once

#include <cstdint>
#include <map>
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
  std::vector<std::map<std::string, std::size_t>> responses;  ///< to each of them, by type
  search::Facets facets;                                      ///< of all matches
  std::optional<std::string> next;
  std::uint64_t behind = 0;  ///< arrivals that the index does not know yet
  /// Of words that found nothing: what may have been meant; empty if nothing is near.
  std::string suggestion;
};

/// What was just published here, or was just told of as an event, is in the list that is asked for next: a
/// question waits so long for the index, if that is near it; far behind, it answers as far as it is.
inline constexpr std::chrono::milliseconds index_wait_max{2000};

/// Asks the index; the records are those of `reading`, which is renewed for it. None if the cursor is not one
/// of ours. Throws search::IndexBroken.
std::optional<ListPage> list_records(RecordReading& reading, search::Follower& search,
                                     const ListQuery& query);

}  // namespace hansa::http
