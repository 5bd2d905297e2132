#pragma once

#include <cstdint>
#include <span>

#include "protocol/keys.h"

namespace hansa::bench {

/// The same numbers for the same seed, on every machine (splitmix64). One thread.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// 0 to n - 1.
  std::uint64_t below(std::uint64_t n) { return next() % n; }
  void fill(std::span<std::uint8_t> bytes) {
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(next() >> 24);
  }
  /// Valid as long as these dice.
  protocol::Entropy entropy() {
    return [this](std::span<std::uint8_t> bytes) { fill(bytes); };
  }

 private:
  std::uint64_t state_;
};

}  // namespace hansa::bench
