#pragma once
// libsodium, initialised before its first use. Private to this room.

#include <sodium.h>

#include <cstdlib>

namespace hansa::protocol {

/// Cheap after the first call; any thread. The library refuses only where the system has no random source,
/// and nothing can be done then.
inline void ready_sodium() {
  static const bool ready = sodium_init() >= 0;
  if (!ready) std::abort();
}

}  // namespace hansa::protocol
