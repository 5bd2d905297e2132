#pragma once
// How often strangers at the door are heard of, by client address (see place.h): who comes again and again is
// counted, but neither logged nor shown each time. io thread only; time is an argument.

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

#include "links/limits.h"
#include "place.h"

namespace hansa::links {

class KnockLimit {
 public:
  using Clock = std::chrono::steady_clock;

  /// Whether this knock is to be heard of.
  bool admit(const std::string& client, Clock::time_point now) {
    const auto address = place_of(client);
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
