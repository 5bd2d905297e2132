#pragma once
// Bundles on the node's side: what goes into one, and what became of one that is taken in. See
// protocol/bundle.h. Any thread.

#include <cstdint>
#include <span>
#include <vector>

#include "core/counting.h"
#include "protocol/bundle.h"
#include "protocol/fork.h"
#include "protocol/outcome.h"
#include "store/store.h"

namespace hansa::core {

/// All logs of the snapshot as far as every signature was checked, with the payloads that are held. Refusal:
/// limit_exceeded, more than one bundle may hold.
protocol::Outcome<std::vector<protocol::BundleLog>> bundle_logs(const store::Snapshot& snapshot);
/// The logs in which revisions of these records stand, each up to the last of them, with the payloads of
/// these revisions that are held. Refusal: as above.
protocol::Outcome<std::vector<protocol::BundleLog>> bundle_logs(const store::Snapshot& snapshot,
                                                                std::span<const store::RecordState> records);

/// The frames of at most bundle_batch_entries_max entries of a log, `from` to `through`, and of the payloads
/// in `payloads` among them. Refusal: not_found, they are not held (any more).
protocol::Outcome<protocol::Bytes> bundle_entries(const store::Snapshot& snapshot, const protocol::Hash& log,
                                                  std::uint64_t from, std::uint64_t through,
                                                  std::span<const protocol::BundleRange> payloads);

/// What of forks these prove, as a node knows it that holds no other proofs.
Forks forks_of(std::span<const protocol::ForkEvidence> evidence);

/// What became of a part of a bundle.
struct BundleTaken {
  struct Refused {
    protocol::Refusal refusal{};
    protocol::Hash log{};        ///< zeros: a proof
    std::uint64_t sequence = 0;  ///< of the first entry that was not taken, or of the one with the payload
    bool is_payload = false;
  };
  std::uint64_t entries = 0;   ///< which were not held before
  std::uint64_t known = 0;     ///< held already, the same
  std::uint64_t payloads = 0;  ///< which were not held before
  std::vector<Refused> refused;
};

}  // namespace hansa::core
