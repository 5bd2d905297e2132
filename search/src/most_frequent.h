#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace hansa::search {

/// Leaves the `most` codes with the greatest counts.
inline void keep_most_frequent(std::map<std::string, std::size_t>& codes, std::size_t most) {
  if (codes.size() <= most) return;
  std::vector<std::pair<std::size_t, std::string>> by_count;
  for (const auto& [code, count] : codes) by_count.emplace_back(count, code);
  const auto end = by_count.begin() + static_cast<std::ptrdiff_t>(most);
  std::nth_element(by_count.begin(), end, by_count.end(), std::greater<>());
  codes.clear();
  for (auto at = by_count.begin(); at != end; ++at) codes.emplace(at->second, at->first);
}

}  // namespace hansa::search
