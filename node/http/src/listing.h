#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocol/content_summary.h"
#include "record_reading.h"

namespace hansa::http {

/// What a list is asked for. Values of one filter are alternatives; different filters must all hold.
struct ListQuery {
  std::string q;  ///< words that must all occur, folded, in any language
  std::set<std::string> kinds, themes, countries, partners, languages;
  std::string status = "published";  ///< published, withdrawn or any
  std::optional<protocol::RecordId> about;
  std::uint64_t updated_since_ms = 0;
  std::string sort = "updated";  ///< updated (newest first) or title
  std::size_t limit = 25;
  std::string cursor;  ///< from an earlier page; empty: the first
};

inline constexpr std::size_t list_limit_max = 200;

struct ListPage {
  std::size_t total = 0;
  std::vector<store::RecordState> records;
  std::map<std::string, std::map<std::string, std::size_t>> facets;  ///< facet → code → count, of all matches
  std::optional<std::string> next;
};

/// What was taken of revisions' contents, so that lists need not open each payload again. Keyed by the
/// revision's hash, so nothing here can be out of date; the least used go when it is full. Any thread.
class SummaryCache {
 public:
  explicit SummaryCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  std::shared_ptr<const protocol::ContentSummary> get(const RecordReading& reading,
                                                      const store::Revision& revision);

 private:
  struct Kept {
    std::shared_ptr<const protocol::ContentSummary> summary;
    std::size_t bytes = 0;
    std::list<protocol::Hash>::iterator use;
  };
  std::mutex mutex_;
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::list<protocol::Hash> uses_;  ///< latest first
  std::map<protocol::Hash, Kept> kept_;
};

/// Goes through all records of the reading's snapshot. None if the cursor is not one of ours.
std::optional<ListPage> list_records(const RecordReading& reading, SummaryCache& cache,
                                     const ListQuery& query);

}  // namespace hansa::http
