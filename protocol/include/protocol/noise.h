#pragma once
// Noise_XX_25519_ChaChaPoly_BLAKE2b (The Noise Protocol Framework, revision 34) over libsodium's primitives.
// Tested against the published vectors in tests/vectors/. Nothing here knows Hansa; see handshake.h.
// A value belongs to one link and one thread. Secrets are wiped when they go.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "protocol/bytes.h"
#include "protocol/keys.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

inline constexpr std::size_t noise_tag_bytes = 16;
inline constexpr std::size_t noise_message_bytes_max = 65535;
using NoiseHash = std::array<std::uint8_t, 64>;

/// An X25519 key pair. Copyable on purpose: a node uses one static pair for all links of a process.
struct NoiseKeyPair {
  std::array<std::uint8_t, 32> secret{};
  std::array<std::uint8_t, 32> public_key{};

  static NoiseKeyPair generate(const Entropy& entropy);
  static NoiseKeyPair from_secret(std::span<const std::uint8_t, 32> secret);
  NoiseKeyPair() = default;
  NoiseKeyPair(const NoiseKeyPair&) = default;
  NoiseKeyPair& operator=(const NoiseKeyPair&) = default;
  ~NoiseKeyPair();
};

/// One direction: a key and a counter. Each message is sealed under the next nonce, so that a replayed,
/// reordered or dropped message does not open.
class NoiseCipher {
 public:
  NoiseCipher() = default;
  explicit NoiseCipher(std::span<const std::uint8_t, 32> key);
  NoiseCipher(const NoiseCipher&) = delete;
  NoiseCipher& operator=(const NoiseCipher&) = delete;
  NoiseCipher(NoiseCipher&& other) noexcept;
  NoiseCipher& operator=(NoiseCipher&& other) noexcept;
  ~NoiseCipher();

  bool has_key() const { return has_key_; }
  std::uint64_t nonce() const { return nonce_; }
  /// Appends ciphertext and tag to `out`; plain bytes while there is no key.
  void seal(ByteView associated, ByteView plain, Bytes& out);
  /// Appends the plain bytes to `out`. Error: bad_seal, and nothing is appended or counted.
  Outcome<Done> open(ByteView associated, ByteView sealed, Bytes& out);

 private:
  std::array<std::uint8_t, 32> key_{};
  std::uint64_t nonce_ = 0;
  bool has_key_ = false;
};

enum class NoiseRole : std::uint8_t { initiator = 0, responder = 1 };

/// The XX handshake: three messages, then split(). Each message is written or read in two steps, tokens and
/// payload, because our payload signs the hash in between. Calls out of turn are asserted.
class NoiseHandshake {
 public:
  static constexpr std::size_t message_count = 3;

  NoiseHandshake(NoiseRole role, ByteView prologue, const NoiseKeyPair& own_static,
                 const NoiseKeyPair& own_ephemeral);
  ~NoiseHandshake();
  NoiseHandshake(NoiseHandshake&&) noexcept = default;
  NoiseHandshake& operator=(NoiseHandshake&&) noexcept = default;

  /// It is our turn to write; false also when the handshake is complete.
  bool writes_next() const;
  bool is_complete() const { return message_ == message_count; }

  /// Appends this message's keys to `out`; payload must follow. Error: malformed (the peer's key read before
  /// is of small order).
  Outcome<Done> write_tokens(Bytes& out);
  /// Appends the encrypted payload and ends the message.
  void write_payload(ByteView payload, Bytes& out);
  /// Takes this message's keys from the front of `in`. Errors: malformed (too short, or a key of
  /// small order), bad_seal.
  /// After an error the handshake is of no further use.
  Outcome<Done> read_tokens(ByteView& in);
  /// Takes the rest as payload and ends the message. Errors: malformed, bad_seal.
  Outcome<Bytes> read_payload(ByteView in);

  /// The handshake hash so far.
  const NoiseHash& handshake_hash() const { return hash_; }
  /// Once the tokens of the message that carries it have been read.
  const std::array<std::uint8_t, 32>& remote_static() const { return remote_static_; }

  struct Ciphers {
    NoiseCipher send;
    NoiseCipher receive;
  };
  /// Asserts is_complete(); once only.
  Ciphers split();

 private:
  void mix_hash(ByteView data);
  void mix_key(ByteView input);
  Outcome<Done> mix_dh(const NoiseKeyPair& own, const std::array<std::uint8_t, 32>& remote);
  Outcome<Done> mix_token(std::uint8_t token);

  NoiseRole role_;
  std::size_t message_ = 0;
  bool tokens_done_ = false;
  NoiseKeyPair static_;
  NoiseKeyPair ephemeral_;
  std::array<std::uint8_t, 32> remote_static_{};
  std::array<std::uint8_t, 32> remote_ephemeral_{};
  NoiseHash hash_{};
  NoiseHash chaining_key_{};
  NoiseCipher cipher_;
};

}  // namespace hansa::protocol
