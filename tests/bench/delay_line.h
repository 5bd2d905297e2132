#pragma once

#include <cstdint>

#include "child.h"

namespace hansa::bench {

/// Forwards TCP connections on 127.0.0.1 to `to`, each byte `one_way_ms` after it came, without limit of
/// rate. In its own process until that is ended; says the port it listens on.
[[noreturn]] void run_delay_line(const Talk& talk, std::uint16_t to, int one_way_ms);

}  // namespace hansa::bench
