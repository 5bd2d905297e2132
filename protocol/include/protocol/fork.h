#pragma once
// Evidence that a log has two branches: two headers at one place of it, both signed by its author. It proves
// itself: whoever holds it knows that the log ends before that place, whether or not they hold the log.
// Layout: docs/protocol.md, "Evidence of forks". Pure functions and values; any thread. Cost: two signature
// checks.

#include <cstdint>

#include "protocol/bytes.h"
#include "protocol/entry.h"
#include "protocol/keys.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

inline constexpr std::uint8_t fork_proof_kind = 1;
/// Where node key and epoch nonce stand: they name the log.
inline constexpr std::size_t fork_subject_at = 2 + 1;
inline constexpr std::size_t fork_subject_bytes = 32 + 32;
inline constexpr std::size_t fork_bytes_max = 2 + 1 + 32 + 32 + 2 * header_bytes_max;

/// Verified. Only read_fork() and make_fork() make one.
class ForkEvidence {
 public:
  const Hash& log() const { return log_; }
  const PublicKey& author() const { return author_; }
  /// Where the log divides: the lowest place that these bytes prove.
  std::uint64_t sequence() const { return sequence_; }
  /// What is stored and sent. There is one encoding.
  const Bytes& bytes() const { return bytes_; }

 private:
  friend Outcome<ForkEvidence> read_fork(const Hash& federation, ByteView bytes);
  ForkEvidence() = default;
  Hash log_{};
  PublicKey author_;
  std::uint64_t sequence_ = 0;
  Bytes bytes_;
};

/// Errors: unsupported_version (another layout or kind), malformed, wrong_federation, bad_signature,
/// duplicate (the headers are one), bad_chain (of different logs or places, or of another log than key and
/// nonce name).
Outcome<ForkEvidence> read_fork(const Hash& federation, ByteView bytes);
/// The federation that evidence names, not looked at otherwise; zeros: none that can be read.
Hash federation_of_fork(ByteView bytes);
/// `declaration`: the log's first entry, of either branch; `a` and `b` in any order. Errors as read_fork().
Outcome<ForkEvidence> make_fork(const Hash& federation, ByteView declaration, ByteView a, ByteView b);

/// Of two pieces of evidence about one log, whether `a` is the one that is kept: the lower place, then the
/// lower bytes.
bool outranks(const ForkEvidence& a, const ForkEvidence& b);

}  // namespace hansa::protocol
