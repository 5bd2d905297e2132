#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/bytes.h"
#include "store/store.h"

// Own logs of which a peer holds another branch than this node did: ours moves to another log. Remembered
// from before that log is begun until all is written there, so that a crash in between loses nothing. Kept as
// settings. Owned by the core thread. Throws StoreBroken.
namespace hansa::core {

struct PartedLog {
  protocol::Hash log{};
  std::uint64_t from = 0;  ///< what this node wrote from here on is not the peers' branch
  bool is_aside = false;   ///< it left the log; what lies aside from here on is to be written again
};

std::vector<PartedLog> parted_logs(const store::Snapshot& snapshot);
std::optional<PartedLog> parted_log(const store::Snapshot& snapshot, const protocol::Hash& log);
void remember(store::Store& store, const PartedLog& parted);
void forget_parted(store::Store& store, const protocol::Hash& log);

}  // namespace hansa::core
