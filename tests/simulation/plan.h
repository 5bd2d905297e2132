#pragma once
// What a simulated federation is like, and what goes wrong in it. Times are of the simulation.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/sync_limits.h"

namespace hansa::simulation {

struct Plan {
  std::string name;
  std::size_t nodes = 5;
  std::size_t extra_edges = 0;  ///< Beside a ring that connects all.
  bool full_mesh = false;
  bool line = false;  ///< No ring: a line.
  bool real_store = false;
  std::size_t backlog = 0;        ///< Entries that nodes have before anyone is linked, each of the first
  std::size_t backlog_nodes = 1;  ///< so many.
  std::uint32_t credit_bytes = protocol::receive_credit_bytes_default;  ///< Each node grants on each link.
  /// The plan is made so that queues come near the credit, several ranges are in flight over several peers,
  /// and a peer that stalls is relieved of what it owes: that must be seen.
  bool crowded = false;
  std::size_t content_bytes = 600;  ///< Of one payload, random.
  std::uint64_t storm_ms = 60'000;  ///< How long things go wrong.
  std::uint64_t publishes_per_second = 5;
  std::uint64_t cuts_per_million = 0;
  std::uint64_t stalls_per_million = 0;
  std::uint64_t crashes_per_minute = 0;
  std::uint64_t partitions_per_minute = 0;
  std::uint64_t partition_ms_max = 30'000;
  std::uint64_t charters_per_minute = 0;  ///< Changes of the charter, of every kind.
  /// Of the charter. One: each change is in force at once. Several: changes are proposed at any node, and
  /// more than half of them must approve, wherever they find the proposal (signers.cpp).
  std::size_t signers = 1;
  std::uint64_t visits_per_minute = 30;  ///< Of each signer's at some node.
  std::size_t bad_signers = 0;           ///< So many of them sign whatever there is, and more.
  bool sign_twice = false;  ///< All of them sign several bodies a version, and operators take their time.
  /// No operator brings a charter in a file, and nobody says twice what is proposed and approved, unless it
  /// was lost with the last store that held it (votes.cpp).
  bool entries_alone = false;
  std::uint64_t absences_per_minute = 0;  ///< Nodes are switched off for long (lagging.cpp),
  bool keys_change = false;               ///< and most changes of the charter are other keys.
  std::size_t newcomers = 0;              ///< So many are invited on the way.
  /// A node whose key is in the charter links with others so often, and keeps no rules (intruder.h):
  std::uint64_t intrusions_per_minute = 0;
  bool forges = false;    ///< it offers charters that nobody signed, and old ones;
  bool rewrites = false;  ///< others' histories by those who were signers once; signers change, then;
  bool thieves = false;   ///< and entries under others' keys, also revoked ones.
  std::uint64_t mishaps_per_minute = 0;  ///< Backups and restores, machines put back, copies (mishaps.cpp).
  bool stolen_keys = false;              ///< And keys that others use.
  std::uint64_t holds_per_minute = 0;    ///< Words of the signer about keys (holds.cpp).
  std::size_t bad_author = SIZE_MAX;     ///< This node signs badly now and then, and does not check itself.
};

/// All there are.
std::vector<Plan> plans();

}  // namespace hansa::simulation
