#pragma once
// How often links ended or were refused, by reason, and what crossed the wire. Written on the io thread, read
// from any.

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <string_view>

#include "core/link_port.h"

namespace hansa::links {

class LinkCounters {
 public:
  void count(core::LinkEnd end) {
    ends_[static_cast<std::size_t>(end)].fetch_add(1, std::memory_order_relaxed);
  }
  std::uint64_t of(core::LinkEnd end) const {
    return ends_[static_cast<std::size_t>(end)].load(std::memory_order_relaxed);
  }
  /// Every reason, also those never met: a metric that appears only once it is needed cannot be watched.
  std::map<std::string_view, std::uint64_t> by_reason() const;

  std::atomic<std::uint64_t> links_up{0};    ///< Authenticated links ever made.
  std::atomic<std::uint64_t> bytes_sent{0};  ///< Transport messages, without WebSocket and TCP framing.
  std::atomic<std::uint64_t> bytes_received{0};
  std::atomic<std::uint64_t> messages_sent{0};  ///< Of the core.
  std::atomic<std::uint64_t> messages_received{0};

 private:
  std::array<std::atomic<std::uint64_t>, core::link_end_count> ends_{};
};

}  // namespace hansa::links
