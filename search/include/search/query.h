#pragma once
// A question to the index and its answer. Values.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocol/ids.h"

namespace hansa::search {

enum class Order {
  relevance,  ///< best match first; without words as `updated`
  updated,    ///< newest first
  title,      ///< by the folded title; those without one last
};

inline constexpr std::size_t query_words_max = 20;  ///< more are left out

struct Query {
  std::string words;  ///< must all occur, in any language and in any of their forms; empty: everything
  /// Facet → codes: of one facet any, of different ones all. A facet without codes asks for nothing.
  std::map<std::string, std::set<std::string>> filters;
  std::string status = "published";         ///< published, withdrawn or any
  std::optional<protocol::RecordId> about;  ///< whose live revision names this record
  std::uint64_t updated_since_ms = 0;       ///< by the author's time
  Order order = Order::updated;
  std::string reader = "en";  ///< BCP 47: whose alphabet orders titles, and which of several titles counts
  std::size_t limit = 25;
  std::string cursor;  ///< from an earlier page of the same question; empty: the first
};

/// Facet → code → count.
using Facets = std::map<std::string, std::map<std::string, std::size_t>>;

struct Page {
  std::size_t total = 0;
  std::vector<protocol::RecordId> records;
  Facets facets;                    ///< of all matches
  std::optional<std::string> next;  ///< cursor of the next page
};

}  // namespace hansa::search
