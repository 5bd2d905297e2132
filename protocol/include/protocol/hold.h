#pragma once
// Holds: any one signer of the charter in force may hold a node key from named positions on, until it
// releases the key or the next version of the charter comes. Erasures behind a hold hide and remove nothing,
// so that a stolen key cannot destroy a partner's work before the signers meet. Holds are proofs: they act
// however they came. Layout: docs/protocol.md, "Holds". Pure functions and values; any thread.

#include <cstdint>
#include <variant>
#include <vector>

#include "protocol/bytes.h"
#include "protocol/charter.h"
#include "protocol/entry.h"
#include "protocol/keys.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

inline constexpr std::uint8_t hold_proof_kind = 2;
inline constexpr std::uint8_t hold_release_proof_kind = 3;
inline constexpr std::size_t hold_positions_max = 20;  ///< So that a hold stays below 1 KiB.

struct Hold {
  Hash federation{};
  Hash charter{};  ///< The version in force: with the next one the hold is over.
  PublicKey node;
  PublicKey signer;  ///< Set when it is sealed.
  std::vector<EntryRef>
      from{};  ///< The first held entry of each log, ascending; other logs of the key are held whole.
  friend bool operator==(const Hold&, const Hold&) = default;
};

/// Ends this signer's hold on this key for as long as this version of the charter is in force.
struct HoldRelease {
  Hash federation{};
  Hash charter{};
  PublicKey node;
  PublicKey signer;
  friend bool operator==(const HoldRelease&, const HoldRelease&) = default;
};

/// Errors: malformed (positions not ascending by log, or of sequence 0), limit_exceeded.
Outcome<Bytes> seal_hold(Hold hold, const SecretKey& signer);
Bytes seal_hold_release(HoldRelease release, const SecretKey& signer);
/// Reads and verifies the signature by the key that is named. Errors: unsupported_version, malformed,
/// limit_exceeded, bad_signature. Whether it acts is for holds_now().
Outcome<std::variant<Hold, HoldRelease>> read_hold(ByteView bytes);

/// Of a set of holds and releases, in any order: the holds that act under this charter. Those of another
/// version, of keys that are not its signers, of nodes that it does not list, and released ones do not.
std::vector<Hold> holds_now(const Charter& charter, const std::vector<std::variant<Hold, HoldRelease>>& set);
/// This entry of the node's log is held.
bool is_held(const Hold& hold, const PublicKey& author, const EntryRef& entry);

}  // namespace hansa::protocol
