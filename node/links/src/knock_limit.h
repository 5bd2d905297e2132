#pragma once
// How often the core hears of strangers at the door, by client address: who knocks again and again is
// counted, but neither logged nor shown each time. io thread only; time is an argument.

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

#include "links/limits.h"

namespace hansa::links {

class KnockLimit {
 public:
  using Clock = std::chrono::steady_clock;

  /// Whether this knock is to be heard of.
  bool admit(const std::string& address, Clock::time_point now) {
    if (counts_.size() >= knocking_addresses_max && !counts_.contains(address)) forget(now);
    if (counts_.size() >= knocking_addresses_max && !counts_.contains(address)) return false;
    auto& count = counts_[address];
    if (now - count.since >= window || count.knocks == 0) count = {now, 0};
    return ++count.knocks <= knocks_per_minute_max;
  }

 private:
  static constexpr std::chrono::minutes window{1};
  struct Count {
    Clock::time_point since{};
    std::size_t knocks = 0;
  };

  void forget(Clock::time_point now) {
    std::erase_if(counts_, [now](const auto& entry) { return now - entry.second.since >= window; });
  }

  std::unordered_map<std::string, Count> counts_;
};

}  // namespace hansa::links
