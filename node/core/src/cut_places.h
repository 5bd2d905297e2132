#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/charter_draft.h"
#include "core/counting.h"
#include "protocol/charter.h"
#include "store/store.h"

// Which entries a cut of the charter can name: those that are held, and those that lie aside. Pure functions;
// any thread.
namespace hansa::core {

/// Whose log this is; none: nothing of it is held or lies aside.
std::optional<protocol::PublicKey> author_of(const store::Snapshot& snapshot, const protocol::Hash& log);

/// What the log's declaration says, held or aside; none if it is neither, or if several lie aside: which of
/// them counts is for the charter to say, and whoever holds that branch brings it.
std::optional<DeclaredLog> declared_log(const store::Snapshot& snapshot, const protocol::Hash& log);

/// The cut that ends a log of `key` there. Refusals: not_of_node, not_held, several_branches.
protocol::Outcome<protocol::Cut, DraftRefused> cut_before(const store::Snapshot& snapshot,
                                                          const protocol::PublicKey& key,
                                                          const CutFrom& from);

/// All logs of `key` where this node holds them to end. Those that lie aside as a whole, though `current`
/// does not say so (there were too many), are named, too, as far as they are one branch.
std::vector<protocol::Cut> cuts_where_held(const store::Snapshot& snapshot, const protocol::Charter& current,
                                           const protocol::PublicKey& key);

/// The last entries of all branches of a log that reach `from`, held or aside; ascending.
std::vector<store::EntryPlace> branch_ends(const store::Snapshot& snapshot, const protocol::Hash& log,
                                           std::uint64_t from);

}  // namespace hansa::core
