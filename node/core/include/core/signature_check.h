#pragma once

#include <cstdint>
#include <optional>

#include "protocol/bytes.h"
#include "protocol/keys.h"

namespace hansa::core {

/// Consecutive headers of one log whose signatures are vouched for but not checked yet. At most
/// check_entries_max.
struct CheckJob {
  protocol::Hash log{};
  protocol::PublicKey author;
  std::uint64_t from = 0;
  std::uint64_t through = 0;
  protocol::Bytes headers;
};

struct CheckResult {
  protocol::Hash log{};
  std::uint64_t through = 0;          ///< the last entry whose signature is good; from - 1 if none is
  std::optional<protocol::Hash> bad;  ///< hash of the first entry whose signature is bad
};

/// About 30 ms of one core a job (57 µs a signature), so that a stopping node does not wait long.
inline constexpr std::size_t check_entries_max = 512;

// While a node catches up, checks leave the processor to what arrives; they begin at once when all is held.
inline constexpr std::uint64_t check_idle_ms = 20;  ///< Nothing was admitted for so long: the core is idle.
inline constexpr std::uint64_t check_wait_ms =
    500;  ///< No longer, so that a node that never stops still checks.

/// Pure; any thread.
CheckResult run_check(const CheckJob& job);

}  // namespace hansa::core
