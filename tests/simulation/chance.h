#pragma once
// All chance of a simulation comes from one seed.

#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "protocol/keys.h"

namespace hansa::simulation {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}

  std::uint64_t number() { return random_(); }
  /// 0 to n-1.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
  std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + random_() % (high - low + 1); }
  /// True `per_million` times in a million.
  bool rarely(std::uint64_t per_million) { return random_() % 1'000'000 < per_million; }
  void fill(std::span<std::uint8_t> out) {
    for (auto& byte : out) byte = static_cast<std::uint8_t>(random_() >> 56);
  }
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }
  /// Draws from these chances; they must outlive it.
  protocol::Entropy entropy() {
    return [this](std::span<std::uint8_t> out) { fill(out); };
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace hansa::simulation
