#pragma once
// Chance for tests, repeatable: a seed gives the same bytes everywhere. A test that lets chance choose the
// seed prints it: run again with HANSA_TEST_SEED=that number.

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

#include "protocol/ids.h"
#include "protocol/keys.h"

namespace hansa::protocol::testing {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t number() { return engine_(); }
  /// 0 to n-1; slightly uneven, which no test minds.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
  void fill(std::span<std::uint8_t> out) {
    for (auto& b : out) b = static_cast<std::uint8_t>(engine_() >> 56);
  }
  Hash hash() {
    Hash hash;
    fill(hash);
    return hash;
  }
  Bytes bytes(std::size_t n) {
    Bytes bytes(n);
    fill(bytes);
    return bytes;
  }
  SecretKey key() { return SecretKey::generate(entropy()); }
  PartnerId partner() {
    PartnerId id;
    fill(id.bytes);
    return id;
  }
  RecordId record() {
    RecordId id{partner(), {}};
    fill(id.local);
    return id;
  }
  /// Draws from these dice; they must outlive it.
  Entropy entropy() {
    return [this](std::span<std::uint8_t> out) { fill(out); };
  }

 private:
  std::mt19937_64 engine_;
};

/// Another seed each run, unless HANSA_TEST_SEED says which.
inline std::uint64_t random_seed() {
  const char* given = std::getenv("HANSA_TEST_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  MESSAGE("seed " << seed);
  return seed;
}

}  // namespace hansa::protocol::testing
