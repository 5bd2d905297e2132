#pragma once
// Payloads: content bytes and a salt, committed to by a header and detachable from it. The commitment is
// keyed by the salt: who has erased both can neither show nor guess what was there. The header tells the
// content's size class (blocks of 256 bytes), never its length. Layout: docs/protocol.md, "Payloads". Pure
// functions and values; any thread.

#include <array>
#include <cstddef>
#include <cstdint>

#include "protocol/bytes.h"
#include "protocol/entry.h"
#include "protocol/keys.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

inline constexpr std::size_t payload_content_bytes_max =
    std::size_t{payload_blocks_max} * payload_block_bytes - 4;

/// 32 fresh random bytes a payload, never used twice.
struct Salt {
  std::array<std::uint8_t, 32> bytes{};
  static Salt generate(const Entropy& entropy);
  friend bool operator==(const Salt&, const Salt&) = default;
};

/// What a header says of a payload.
struct SealedPayload {
  std::uint16_t blocks = 0;
  Hash commitment{};
};
/// For EntryFields. Error: too_large.
Outcome<SealedPayload> seal_payload(ByteView content, const Salt& salt);

/// Content that matches the commitment of one entry. Only check_payload() makes one. Says nothing about what
/// the content means.
class VerifiedPayload {
 public:
  const Hash& log() const { return log_; }
  std::uint64_t sequence() const { return sequence_; }
  const Salt& salt() const { return salt_; }
  const Bytes& content() const { return content_; }

 private:
  friend Outcome<VerifiedPayload> check_payload(const HeaderView&, const Salt&, Bytes);
  VerifiedPayload() = default;
  Hash log_{};
  std::uint64_t sequence_ = 0;
  Salt salt_;
  Bytes content_;
};

/// Errors: too_large, bad_commitment (also if the header has no payload or another size class),
/// unsupported_version (a header this program cannot interpret).
Outcome<VerifiedPayload> check_payload(const HeaderView& header, const Salt& salt, Bytes content);

/// Content as it is stored: compressed, then encrypted under a key derived from the salt, so that without the
/// salt nothing of it can be read. A scheme byte leads. Asserts the content is within the limit.
Bytes encrypt_at_rest(ByteView content, const Salt& salt, const Entropy& entropy);
/// Errors: unsupported_version (scheme), bad_seal (damaged, or another salt), malformed, too_large (more than
/// payload_content_bytes_max when inflated).
Outcome<Bytes> decrypt_at_rest(ByteView stored, const Salt& salt);

}  // namespace hansa::protocol
