#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace hansa::test {

/// The seed of a random test: HANSA_SEED if that is set, else a new one. Printed if the test fails.
inline std::uint64_t seed_of_run() {
  if (const char* given = std::getenv("HANSA_SEED")) return std::strtoull(given, nullptr, 10);
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

/// A generator for one random test; the seed stands in the test's output.
inline std::mt19937_64 seeded(const std::string& what) {
  const auto seed = seed_of_run();
  MESSAGE(what << ": HANSA_SEED=" << seed);
  return std::mt19937_64(seed);
}

}  // namespace hansa::test
