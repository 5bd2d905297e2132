#pragma once
// A whole node and an engine with a store of its own, played by the test, on one link.

#include "core_bench.h"
#include "sync_bench.h"

namespace hansa::test {

/// Starts the engine under this charter; it waits for nobody before it sends its own entries.
void start_under(const protocol::Charter& charter, BenchNode& peer, std::uint64_t now_ms);
/// They talk until nothing more is said for a while; `peer` dials.
void talk(BenchNode& peer, CoreNode& node, std::uint64_t* clock);

}  // namespace hansa::test
