#include "links/counters.h"

namespace hansa::links {

std::map<std::string_view, std::uint64_t> LinkCounters::by_reason() const {
  std::map<std::string_view, std::uint64_t> counts;
  for (std::size_t i = 0; i < core::link_end_count; ++i) {
    const auto end = static_cast<core::LinkEnd>(i);
    counts[core::name(end)] = of(end);
  }
  return counts;
}

}  // namespace hansa::links
