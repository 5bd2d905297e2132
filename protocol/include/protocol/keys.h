#pragma once
// Hashes, keys and signatures, each bound to one purpose. Over libsodium: BLAKE2b-256 and Ed25519 (RFC 8032,
// verified with libsodium's strict checks; single verification only, since batch verification of other
// libraries disagrees on odd signatures). Layouts: docs/protocol.md, "Hashes and signatures".
//
// Any thread; values own their bytes. Randomness is an argument, so that tests and simulations repeat.

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>

#include "protocol/bytes.h"

namespace hansa::protocol {

struct PublicKey {
  std::array<std::uint8_t, 32> bytes{};
  friend auto operator<=>(const PublicKey&, const PublicKey&) = default;
};

struct Signature {
  std::array<std::uint8_t, 64> bytes{};
  friend auto operator<=>(const Signature&, const Signature&) = default;
};

/// 64 lowercase hexadecimal digits. Error of the parser: malformed.
std::string to_text(const PublicKey& key);
Outcome<PublicKey> parse_public_key(std::string_view text);

/// Fills the span with unpredictable bytes; must never return without having done so.
using Entropy = std::function<void(std::span<std::uint8_t>)>;
/// The operating system's generator.
Entropy system_entropy();

/// What is hashed. The tag's 16 bytes come before the data.
enum class Tag : std::uint8_t {
  federation,  ///< "hansa federation": charter version 1's body.
  charter,     ///< "hansa charter": a later charter body.
  log,         ///< "hansa log": the id of a log.
  entry,       ///< "hansa entry": a header with its signature.
  digest,      ///< "hansa digest": charter, buckets and proofs.
  bucket,      ///< "hansa bucket": the heads of one bucket.
  proofs,      ///< "hansa proofs": the proof set.
  proof,       ///< "hansa proof": one element of it.
  words,       ///< "hansa words": the checksum word of a recovery phrase, and words compared by phone.
};
/// The 16 bytes: ASCII, padded with zeros.
ByteView bytes_of(Tag tag);

/// BLAKE2b-256 over a tag and then any number of pieces. Not copyable while it runs.
class Hasher {
 public:
  explicit Hasher(Tag tag);
  Hasher& add(ByteView bytes);
  /// Once only.
  Hash finish();

 private:
  alignas(64) std::array<std::uint8_t, 384> state_;
};
/// The same in one call.
Hash hash(Tag tag, std::initializer_list<ByteView> pieces);
inline Hash hash(Tag tag, ByteView bytes) { return hash(tag, {bytes}); }

/// What a signature is for. The purpose's 16 bytes come before the message, so that no signature can be
/// replayed for another purpose.
enum class Purpose : std::uint8_t {
  entry,    ///< "hansa sig entry": a header up to its signature.
  link,     ///< "hansa sig link": a node proves its key in a link handshake.
  head,     ///< "hansa sig head": a node states a head.
  charter,  ///< "hansa sig chartr": a signer approves a charter's hash.
  card,     ///< "hansa sig card": a node's card.
  join,     ///< "hansa sig join": an invitation.
  signer,   ///< "hansa sig signer": a signer introduces itself.
  hold,     ///< "hansa sig hold": a signer holds a node key, or releases it.
};
ByteView bytes_of(Purpose purpose);

/// Overwrites secret text or bytes with zeros, so that no copy is left where they were.
void wipe(std::string& secret);
void wipe(std::span<std::uint8_t> secret);

/// An Ed25519 secret key in locked memory of its own (where the system grants it), wiped when it goes.
/// Movable, never copied; a moved-from key may only be destroyed or assigned to.
class SecretKey {
 public:
  static constexpr std::size_t seed_bytes = 32;

  static SecretKey generate(const Entropy& entropy);
  static SecretKey from_seed(std::span<const std::uint8_t, seed_bytes> seed);

  const PublicKey& public_key() const { return public_key_; }
  Signature sign(Purpose purpose, ByteView message) const;
  /// The 32 bytes the key is made of: only for sealing it. Valid as long as the key.
  std::span<const std::uint8_t, seed_bytes> seed() const;

 private:
  struct Wipe {
    void operator()(std::uint8_t* bytes) const;
  };
  SecretKey() = default;
  std::unique_ptr<std::uint8_t, Wipe> bytes_;  // 64: seed, public key
  PublicKey public_key_;
};

/// Strict: a small-order key or a non-canonical signature does not verify.
[[nodiscard]] bool verify(Purpose purpose, const PublicKey& key, ByteView message,
                          const Signature& signature);

}  // namespace hansa::protocol

// Keys are as good as random: eight of their bytes are a hash.
template <>
struct std::hash<hansa::protocol::PublicKey> {
  std::size_t operator()(const hansa::protocol::PublicKey& key) const noexcept {
    std::size_t h;
    std::memcpy(&h, key.bytes.data(), sizeof h);
    return h;
  }
};
