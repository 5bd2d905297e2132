#pragma once
// The missing payloads of one log while a batch is made: what lies in the database, and the batch's changes
// to it. Rows are maximal runs of consecutive missing ones. Loads only the rows that are touched.

#include <cstdint>
#include <map>
#include <optional>

#include "database.h"

namespace hansa::store {

class MissingRanges {
 public:
  /// `any_stored`: whether the database holds a row of this log.
  MissingRanges(const Database& database, const Hash& log, bool any_stored)
      : database_(database), log_(log), any_stored_(any_stored) {}

  /// A new entry, behind all others, comes without its payload.
  void append(std::uint64_t sequence);
  /// The payload came; false if it was not missing.
  bool take(std::uint64_t sequence);
  /// Forgets all at or behind `from`; returns how many there were.
  std::uint64_t truncate(std::uint64_t from);
  std::optional<std::uint64_t> first() const;
  void write(rocksdb::WriteBatch& batch) const;

 private:
  using Ranges = std::map<std::uint64_t, std::uint64_t>;  // from, to

  /// Makes sure that the stored row around `sequence`, if there is one, is in `ranges_`.
  void load(std::uint64_t sequence);
  Ranges::iterator find(std::uint64_t sequence);
  std::unique_ptr<rocksdb::Iterator> rows() const;
  bool is_row(const rocksdb::Iterator& row) const;
  std::uint64_t end_of(const rocksdb::Iterator& row) const;

  const Database& database_;
  Hash log_;
  bool any_stored_;
  Ranges loaded_;  // as stored
  Ranges ranges_;  // what they and the new ones have become
};

}  // namespace hansa::store
