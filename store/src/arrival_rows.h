#pragma once
// The rows of the change feed while a batch is made: runs of lines, where each entry's line stands, and which
// entry of a record came first. Loads only the rows that are touched. As the batch's maker: one thread.

#include <map>
#include <optional>

#include "database.h"

namespace hansa::store {

class ArrivalRows {
 public:
  explicit ArrivalRows(const Database& database) : database_(database) {}

  void add(const rows::ArrivalRun& run);
  /// The lines of the log's entries at or behind `from` go.
  void truncate(const Hash& log, std::uint64_t from);
  /// The number of a checked entry's line; of one that lay in the database before this batch.
  std::uint64_t number_of(const Hash& log, std::uint64_t sequence) const;
  /// Says of such an entry whether it was the first of its record.
  void set_first(const Hash& log, std::uint64_t sequence, bool is_first);
  void write(rocksdb::WriteBatch& batch) const;

 private:
  struct Place {
    std::uint64_t from = 0;
    rows::Numbering numbering;
  };
  /// The row of numbering that covers the entry; none if there is none in front of it.
  std::optional<Place> place_of(const Hash& log, std::uint64_t sequence) const;
  rows::ArrivalRun& load(std::uint64_t first_number);

  const Database& database_;
  std::map<std::uint64_t, std::optional<rows::ArrivalRun>> runs_;     // by first number; none: gone
  std::map<std::string, std::optional<rows::Numbering>> numberings_;  // by key; none: gone
};

}  // namespace hansa::store
