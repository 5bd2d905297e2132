#pragma once
// Fixed keys and chance for fuzz targets: an input does the same in every run.

#include <cstdint>
#include <cstdlib>
#include <span>

#include "protocol/keys.h"

namespace hansa::fuzz {

/// The same bytes each time it is made.
inline protocol::Entropy fixed_entropy(std::uint64_t seed) {
  return [state = seed](std::span<std::uint8_t> out) mutable {
    for (auto& b : out) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      b = static_cast<std::uint8_t>(state >> 56);
    }
  };
}

inline protocol::Hash fixed_hash(std::uint8_t value) {
  protocol::Hash hash;
  hash.fill(value);
  return hash;
}

/// A property that does not hold is a finding.
inline void must(bool holds) {
  if (!holds) std::abort();
}

/// Takes bytes from the front of an input; zeros when it has ended.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}
  bool empty() const { return rest_.empty(); }
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t b = rest_.front();
    rest_ = rest_.subspan(1);
    return b;
  }
  std::size_t number() {
    const std::size_t low = byte();
    return low | std::size_t{byte()} << 8;
  }
  protocol::ByteView bytes(std::size_t count) {
    const auto taken = rest_.first(count < rest_.size() ? count : rest_.size());
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  protocol::ByteView rest() const { return rest_; }

 private:
  protocol::ByteView rest_;
};

}  // namespace hansa::fuzz
