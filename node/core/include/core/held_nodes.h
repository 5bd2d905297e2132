#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/bytes.h"
#include "protocol/hold.h"
#include "store/store.h"

/// Holds as operators meet them. Values and pure functions; any thread.
namespace hansa::core {

/// A hold that acts, with its bytes as text to be passed on.
struct HeldNode {
  protocol::Hold hold;
  std::string text;
};

/// What became of a hold or a release. The names of those that were not taken are stable; the API shows them.
enum class HoldTaken : std::uint8_t {
  taken,
  known,            ///< it is held already, byte for byte
  charter_changed,  ///< it is of another version than the one in force
  not_a_signer,     ///< whoever signed it is none of the charter's signers
  unknown_node,     ///< the charter does not list this node
  not_the_latest,   ///< this signer said something later about this node
  too_many,         ///< this signer has spoken about as many nodes as are kept
};
std::string_view name(HoldTaken taken);

/// What a signer said last about a node key, as far as it is kept: a hold or a release, perhaps of an earlier
/// version.
std::optional<protocol::Hold> last_word(const store::Snapshot& snapshot, const protocol::PublicKey& signer,
                                        const protocol::PublicKey& node);

/// Whether this node holds entries of that log, or has some of them aside, and they are by `author`.
bool is_log_of(const store::Snapshot& snapshot, const protocol::Hash& log, const protocol::PublicKey& author);

}  // namespace hansa::core
