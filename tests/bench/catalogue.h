#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/charter_holder.h"
#include "dice.h"
#include "protocol/charter.h"
#include "protocol/keys.h"
#include "protocol/payload.h"
#include "store/store.h"
#include "temporary_directory.h"

namespace hansa::bench {

inline constexpr std::size_t author_logs = 20;
/// When every entry was written, milliseconds since the Unix epoch: fixed, so that bytes repeat.
inline constexpr std::uint64_t written_ms = 1'795'300'000'000;

/// A federation of nodes that measure and of `author_logs` authors who are away, all from one seed. The first
/// keys are the measuring nodes'.
struct Federation {
  Federation(std::uint64_t seed, std::size_t measuring_nodes);

  std::vector<protocol::SecretKey> keys;
  std::size_t measuring = 0;
  std::shared_ptr<const protocol::Charter> charter;

  /// How a store learns who a key's partner is.
  std::function<std::vector<protocol::PartnerId>(const protocol::PublicKey&)> partners_of() const;
};

/// One author's log as it was signed.
struct SignedLog {
  protocol::PublicKey author;
  std::vector<std::size_t> ends;  ///< where each header ends in `headers`; the first is the declaration
  protocol::Bytes headers;
  std::vector<std::pair<protocol::Salt, protocol::Bytes>> payloads;  ///< of the second header on
  std::size_t payload_bytes = 0;
};

/// A log for each key of the federation: the measuring nodes' hold a declaration only, the authors' also
/// `records` practices in equal parts.
std::vector<SignedLog> write_catalogue(const Federation& federation, std::uint64_t records,
                                       std::uint64_t seed);

/// What a node lacks of a catalogue: the last `entries` of a log.
using Lack = std::function<std::size_t(std::size_t log)>;

/// Puts the logs into a store, checked, synced; without measuring nodes' logs if `authors_only`.
void fill(
    store::Store& store, const Federation& federation, const std::vector<SignedLog>& catalogue,
    bool authors_only, const Lack& lack = [](std::size_t) { return std::size_t{0}; });

/// Opens or makes a store for a node of the federation.
std::unique_ptr<store::Store> open(const std::string& directory, const Federation& federation);

}  // namespace hansa::bench
