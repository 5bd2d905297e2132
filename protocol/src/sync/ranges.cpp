#include "sync/ranges.h"

#include <algorithm>
#include <cassert>

namespace hansa::protocol {

bool RangeSet::contains(std::uint64_t sequence) const { return first({sequence, sequence}).has_value(); }

void RangeSet::add(Range range) {
  assert(range.from >= 1 && range.from <= range.to);
  remove(range);
  auto next = ranges_.lower_bound(range.from);
  size_ += range.size();
  if (next != ranges_.end() && next->first == range.to + 1) {
    range.to = next->second;
    next = ranges_.erase(next);
  }
  if (next != ranges_.begin()) {
    const auto before = std::prev(next);
    if (before->second + 1 == range.from) {
      before->second = range.to;
      return;
    }
  }
  ranges_.emplace_hint(next, range.from, range.to);
}

void RangeSet::remove(Range range) {
  auto at = ranges_.upper_bound(range.from);
  if (at != ranges_.begin()) --at;
  while (at != ranges_.end() && at->first <= range.to) {
    if (at->second < range.from) {
      ++at;
      continue;
    }
    const Range whole{at->first, at->second};
    size_ -= std::min(whole.to, range.to) - std::max(whole.from, range.from) + 1;
    at = ranges_.erase(at);
    if (whole.from < range.from) ranges_.emplace(whole.from, range.from - 1);
    if (whole.to > range.to) at = ranges_.emplace(range.to + 1, whole.to).first;
  }
}

void RangeSet::clear() {
  ranges_.clear();
  size_ = 0;
}

std::optional<Range> RangeSet::first(Range within) const {
  auto at = ranges_.upper_bound(within.from);
  if (at != ranges_.begin() && std::prev(at)->second >= within.from) --at;
  if (at == ranges_.end() || at->first > within.to) return std::nullopt;
  return Range{std::max(at->first, within.from), std::min(at->second, within.to)};
}

std::optional<Range> RangeSet::first_without(Range within, const RangeSet& without) const {
  while (within.from <= within.to) {
    auto found = first(within);
    if (!found) return std::nullopt;
    const auto hole = without.first(*found);
    if (!hole) return found;
    if (hole->from > found->from) return Range{found->from, hole->from - 1};
    within.from = hole->to + 1;
  }
  return std::nullopt;
}

std::uint64_t RangeSet::size_within(Range within) const {
  std::uint64_t sum = 0;
  while (within.from <= within.to) {
    const auto found = first(within);
    if (!found) break;
    sum += found->size();
    within.from = found->to + 1;
  }
  return sum;
}

}  // namespace hansa::protocol
