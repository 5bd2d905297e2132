#pragma once
// Holds: any one signer of the charter in force may hold a node key from named positions on, until it
// releases the key or the next version of the charter comes. Erasures behind a hold hide and remove nothing,
// so that a stolen key cannot destroy a partner's work before the signers meet. Holds are proofs: they act
// however they came. Layout: docs/protocol.md, "Holds". Pure functions and values; any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes.h"
#include "protocol/charter.h"
#include "protocol/entry.h"
#include "protocol/keys.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

inline constexpr std::uint8_t hold_proof_kind = 2;
inline constexpr std::uint8_t hold_release_proof_kind = 3;
inline constexpr std::size_t hold_bytes_max = 1024;
/// Where node key and signer stand in either: who speaks, and about what.
inline constexpr std::size_t hold_subject_at = 2 + 1 + 32 + 32;
inline constexpr std::size_t hold_subject_bytes = 32 + 32;
inline constexpr std::size_t hold_positions_max = 20;
inline constexpr std::size_t holds_max = 256;  ///< Of one charter version, with the releases.
inline constexpr std::size_t holds_per_signer_max = 16;

/// What a signer says about a node key: that it is held, or that it is not any more.
struct Hold {
  Hash federation{};
  Hash charter{};  ///< The version in force: with the next one the hold is over.
  PublicKey node;
  PublicKey signer;              ///< Set when it is sealed.
  std::uint64_t signed_ms = 0;   ///< Since the Unix epoch: the later word of a signer about a key holds.
  bool is_release = false;       ///< Then without positions.
  std::vector<EntryRef> from{};  ///< The first held entry of each log, ascending; logs of the key that are
                                 ///< not named are held whole.
  friend bool operator==(const Hold&, const Hold&) = default;
};

/// Errors: malformed (positions not ascending by log, or of sequence 0, or of a release), limit_exceeded.
Outcome<Bytes> seal_hold(Hold hold, const SecretKey& signer);
/// Reads and verifies the signature by the key that is named. Whether it acts is for may_act(). Errors:
/// unsupported_version (another layout or kind), malformed, limit_exceeded, bad_signature.
Outcome<Hold> read_hold(ByteView bytes);

/// One line of text for a hold that was signed elsewhere: `hansa-hold-1:` and base64url. Errors of the reader
/// besides: unsupported_version, malformed, too_large.
std::string armour_hold(ByteView hold);
Outcome<Bytes> read_hold_text(std::string_view text);

/// Whether it is of this version, by one of its signers, and about one of its nodes.
bool may_act(const Hold& hold, const Charter& charter);
/// Of two different words of one signer about one key, each with its bytes, whether `a` is the one that is
/// kept: the later one, then the one with the lower bytes.
bool outranks(const Hold& a, ByteView a_bytes, const Hold& b, ByteView b_bytes);
/// How many keys one signer may speak about: those with the lowest node keys are kept.
constexpr std::size_t holds_of_signer_max(std::size_t signers) {
  return signers == 0 || holds_max / signers > holds_per_signer_max ? holds_per_signer_max
                                                                    : holds_max / signers;
}

}  // namespace hansa::protocol
