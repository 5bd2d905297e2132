#pragma once

#include <cstdint>
#include <vector>

#include "core/counting.h"
#include "store/store.h"

namespace hansa::core {

/// The entries aside that may go behind the held ones of a log and count there, by hash: from the held end
/// on, one branch. Where several follow and the charter names none, it ends. Reads each of them once.
/// Precondition: what is held of the log counts.
std::vector<protocol::Hash> branch_aside(const store::Snapshot& snapshot, const protocol::Hash& log,
                                         const Reach& reach);
/// The same as if no more were held of the log than through `end`.
std::vector<protocol::Hash> branch_aside(const store::Snapshot& snapshot, const protocol::Hash& log,
                                         const Reach& reach, const store::EntryPlace& end);

/// The first entry that lies aside of a log at a place where another one is held; none: the log has one
/// branch as far as it is held.
std::optional<store::AsideEntry> entry_beside(const store::Snapshot& snapshot, const protocol::Hash& log);

/// One entry that lies aside, verbatim; none if it does not.
std::optional<store::AsideEntry> entry_aside(const store::Snapshot& snapshot, const protocol::Hash& log,
                                             const store::EntryPlace& place);

}  // namespace hansa::core
