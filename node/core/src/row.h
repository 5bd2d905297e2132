#pragma once
// Rows that the core keeps in the store's settings (docs/storage.md): fields one after the other, numbers
// little-endian, texts behind their length (8).

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "protocol/bytes.h"

namespace hansa::core {

class RowWriter {
 public:
  template <std::unsigned_integral Integer>
  RowWriter& number(Integer value) {
    for (std::size_t i = 0; i < sizeof value; ++i)
      row_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    return *this;
  }
  RowWriter& bytes(protocol::ByteView bytes) {
    row_.insert(row_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  RowWriter& text(std::string_view text) {
    number(std::uint64_t{text.size()});
    row_.insert(row_.end(), text.begin(), text.end());
    return *this;
  }
  protocol::Bytes take() { return std::move(row_); }

 private:
  protocol::Bytes row_;
};

/// From the front. After a field that is not there, everything is missing: ask whole() or ended() at the end.
class RowReader {
 public:
  explicit RowReader(protocol::ByteView row) : rest_(row) {}

  template <std::unsigned_integral Integer>
  Integer number() {
    std::array<std::uint8_t, sizeof(Integer)> bytes{};
    take(bytes);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) value |= std::uint64_t{bytes[i]} << (8 * i);
    return static_cast<Integer>(value);
  }
  template <std::size_t n>
  void take(std::array<std::uint8_t, n>& into) {
    std::ranges::copy(next(n), into.begin());
  }
  std::string text() { return std::string(protocol::text_of(next(number<std::uint64_t>()))); }

  /// Nothing was missing so far.
  bool whole() const { return whole_; }
  /// And nothing is left.
  bool ended() const { return whole_ && rest_.empty(); }
  protocol::ByteView rest() const { return rest_; }

 private:
  protocol::ByteView next(std::uint64_t count) {
    whole_ = whole_ && rest_.size() >= count;
    if (!whole_) return {};
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  protocol::ByteView rest_;
  bool whole_ = true;
};

}  // namespace hansa::core
