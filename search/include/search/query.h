#pragma once
// A question to the index and its answer. Values.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "protocol/ids.h"

namespace hansa::search {

enum class Order {
  relevance,  ///< best match first; without words as `updated`
  updated,    ///< newest first
  title,      ///< by the alphabet of `reader`; those without a title last
};

inline constexpr std::size_t query_words_max = 20;  ///< more are left out
/// Words that begin as one that was asked for: so many of them are looked for, the most frequent ones.
inline constexpr std::size_t beginnings_max = 50;

struct Query {
  std::string words;  ///< must all occur, in any language and in any of their forms; empty: everything
  /// Facet → codes: of one facet any, of different ones all. A facet without codes asks for nothing.
  std::map<std::string, std::set<std::string>> filters;
  std::string status = "published";             ///< published, withdrawn or any
  std::optional<protocol::RecordId> about;      ///< responses to this record
  std::optional<protocol::RecordId> refers_to;  ///< whatever names this record anywhere
  std::uint64_t updated_since_ms = 0;           ///< by the author's time
  bool with_personal = true;  ///< false: as if records with personal data (said_last.h) were not here
  bool with_facets = true;    ///< counted only if they are wanted
  Order order = Order::updated;
  std::string reader = "en";  ///< BCP 47: whose alphabet orders titles, and which of several titles counts
  std::size_t limit = 25;
  std::string cursor;  ///< from an earlier page of the same question; empty: the first
};

/// Facet → code → count.
using Facets = std::map<std::string, std::map<std::string, std::size_t>>;

/// How far the index is.
struct Progress {
  std::uint64_t through = 0;  ///< the last arrival that is in it
  std::uint64_t records = 0;  ///< in the index
  /// Of these, with a payload that is still to come, or a signature to be checked.
  std::uint64_t waiting = 0;

  /// How many arrivals are still to be taken in.
  std::uint64_t behind(std::uint64_t last_arrival) const {
    return last_arrival > through ? last_arrival - through : 0;
  }
};

/// Which codes of two facets stand together in how many records.
struct Coverage {
  std::size_t total = 0;                             ///< records that were looked at
  std::map<std::string, std::size_t> rows, columns;  ///< records with each code, the 200 most frequent
  std::map<std::pair<std::string, std::string>, std::size_t> cells;  ///< row and column; those that are not 0
  Progress progress;
};

/// A word of a suggestion.
struct Suggestion {
  std::string word;  ///< as it was typed, or folded: its spelling stands in the record
  std::optional<protocol::RecordId> stands_in;  ///< a record with this word; none of a word that stays
};

struct Page {
  std::size_t total = 0;
  std::vector<protocol::RecordId> records;
  /// Of each of them the live responses by type: "adoption" → 2.
  std::vector<std::map<std::string, std::size_t>> responses;
  Facets facets;                    ///< of all matches, the 500 most frequent codes of each
  std::optional<std::string> next;  ///< cursor of the next page
  Progress progress;                ///< at least so far the index was
};

}  // namespace hansa::search
