#pragma once

#include <span>
#include <vector>

#include "core/counting.h"
#include "store/store.h"

// What a charter leaves of what is held, and what of that which lies aside comes back under it. Pure
// functions; any thread.
namespace hansa::core {

/// A held log, and how far it counts; through 0: nothing of it does.
struct Staying {
  store::LogState log;
  std::uint64_t through = 0;
};

/// Every held log, ascending. Logs of which something counts rank among themselves alone: what comes back is
/// not looked at.
std::vector<Staying> what_stays(const store::Snapshot& snapshot, const protocol::Charter& charter,
                                const Forks& forks);

/// What of one log comes back, behind what stays of it.
struct ComingBack {
  DeclaredLog log;
  store::EntryPlace behind;            ///< zeros: nothing of it stays
  std::vector<protocol::Hash> branch;  ///< not empty; ended by what ends the log, its payloads, too
};

/// In the order in which a key's logs rank, so that none comes back only to make room for another. Own logs
/// that move to another one (parted_logs.h) are not among them. `held`: of what_stays(). Reads each of the
/// entries once, and the headers of what stays of a log that does not stay as a whole.
std::vector<ComingBack> what_comes_back(const store::Snapshot& snapshot, const protocol::Charter& charter,
                                        const Forks& forks, std::span<const Staying> held);

/// Logs that come back may rank before some that stay, which then make room: nothing of those stays.
void make_room(std::vector<Staying>& held, std::span<const ComingBack> back, const protocol::Charter& charter,
               const Forks& forks);

}  // namespace hansa::core
