#pragma once
// What can be seen of a proof before anybody reads it: of which kind it is, and what it is about. Layouts:
// docs/protocol.md, "Proofs". Pure functions of any bytes; any thread.

#include <cstdint>

#include "protocol/bytes.h"

namespace hansa::protocol {

enum class ProofKind : std::uint8_t {
  other,  ///< None that this program knows.
  fork,   ///< Evidence that a log has two branches (fork.h).
  hold,   ///< A signer holds a node key, or releases it (hold.h).
};
ProofKind kind_of(ByteView proof);

/// The same for proofs of which the later replaces the earlier: for a signer's words about one node key,
/// whether holds or releases; for evidence of forks of one log. Other bytes are about themselves.
Hash subject_of(ByteView proof);

}  // namespace hansa::protocol
