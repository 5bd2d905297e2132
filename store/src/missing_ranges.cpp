#include "missing_ranges.h"

#include <algorithm>
#include <iterator>

namespace hansa::store {

std::unique_ptr<rocksdb::Iterator> MissingRanges::rows() const { return database_.iterate(database_.base()); }

bool MissingRanges::is_row(const rocksdb::Iterator& row) const {
  return database_.valid(row) && text(row.key()).starts_with(rows::missing_prefix(log_));
}

std::uint64_t MissingRanges::end_of(const rocksdb::Iterator& row) const {
  return database_.whole(rows::decode_wide(text(row.value())), "a range of missing payloads");
}

MissingRanges::Ranges::iterator MissingRanges::find(std::uint64_t sequence) {
  auto next = ranges_.upper_bound(sequence);
  if (next == ranges_.begin()) return ranges_.end();
  const auto before = std::prev(next);
  return before->second >= sequence ? before : ranges_.end();
}

void MissingRanges::load(std::uint64_t sequence) {
  if (!any_stored_) return;
  const auto after = loaded_.upper_bound(sequence);
  if (after != loaded_.begin() && std::prev(after)->second >= sequence) return;
  const auto row = rows();
  row->SeekForPrev(rows::missing_key(log_, sequence));
  if (!is_row(*row)) return;
  const auto from = rows::sequence_of(text(row->key()));
  const auto to = end_of(*row);
  if (to < sequence) return;
  loaded_[from] = to;
  ranges_[from] = to;
}

void MissingRanges::append(std::uint64_t sequence) {
  auto before = find(sequence - 1);
  if (before == ranges_.end()) {
    load(sequence - 1);
    before = find(sequence - 1);
  }
  if (before == ranges_.end())
    ranges_[sequence] = sequence;
  else
    before->second = sequence;
}

bool MissingRanges::take(std::uint64_t sequence) {
  auto range = find(sequence);
  if (range == ranges_.end()) {
    load(sequence);
    range = find(sequence);
  }
  if (range == ranges_.end()) return false;
  const auto [from, to] = *range;
  ranges_.erase(range);
  if (from < sequence) ranges_[from] = sequence - 1;
  if (sequence < to) ranges_[sequence + 1] = to;
  return true;
}

std::uint64_t MissingRanges::truncate(std::uint64_t from) {
  load(from);
  if (any_stored_) {
    const auto row = rows();
    for (row->Seek(rows::missing_key(log_, from)); is_row(*row); row->Next()) {
      const auto start = rows::sequence_of(text(row->key()));
      if (loaded_.contains(start)) continue;
      loaded_[start] = end_of(*row);
      ranges_[start] = loaded_[start];
    }
  }
  std::uint64_t forgotten = 0;
  while (!ranges_.empty() && std::prev(ranges_.end())->second >= from) {
    const auto last = std::prev(ranges_.end());
    forgotten += last->second - std::max(last->first, from) + 1;
    if (last->first < from)
      last->second = from - 1;
    else
      ranges_.erase(last);
  }
  return forgotten;
}

std::optional<std::uint64_t> MissingRanges::first() const {
  std::optional<std::uint64_t> first;
  if (!ranges_.empty()) first = ranges_.begin()->first;
  if (!any_stored_) return first;
  const auto row = rows();
  for (row->Seek(rows::missing_prefix(log_)); is_row(*row); row->Next()) {
    const auto from = rows::sequence_of(text(row->key()));
    if (first && *first < from) break;
    if (!loaded_.contains(from)) return from;
  }
  return first;
}

void MissingRanges::write(rocksdb::WriteBatch& batch) const {
  for (const auto& [from, to] : loaded_)
    if (!ranges_.contains(from))
      database_.check(batch.Delete(database_.base(), rows::missing_key(log_, from)), "making a batch");
  for (const auto& [from, to] : ranges_) {
    const auto stored = loaded_.find(from);
    if (stored != loaded_.end() && stored->second == to) continue;
    database_.check(batch.Put(database_.base(), rows::missing_key(log_, from), rows::encode_wide(to)),
                    "making a batch");
  }
}

}  // namespace hansa::store
