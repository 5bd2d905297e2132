#pragma once
// A set of sequence numbers, kept as disjoint ranges. A value.

#include <cstdint>
#include <map>
#include <optional>

namespace hansa::protocol {

/// Sequences `from` to `to`, inclusive.
struct Range {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::uint64_t size() const { return to - from + 1; }
};

class RangeSet {
 public:
  bool empty() const { return ranges_.empty(); }
  /// How many sequences are in it.
  std::uint64_t size() const { return size_; }
  std::size_t range_count() const { return ranges_.size(); }
  bool contains(std::uint64_t sequence) const;
  void add(Range range);
  void remove(Range range);
  void clear();
  /// The part of the first range that meets `within`.
  std::optional<Range> first(Range within) const;
  /// The first run within `within` that is in this set and not in `without`.
  std::optional<Range> first_without(Range within, const RangeSet& without) const;
  /// How many of `within` are in it.
  std::uint64_t size_within(Range within) const;

  auto begin() const { return ranges_.begin(); }
  auto end() const { return ranges_.end(); }

 private:
  std::map<std::uint64_t, std::uint64_t> ranges_;  // from → to, neither touching nor overlapping
  std::uint64_t size_ = 0;
};

}  // namespace hansa::protocol
