#pragma once
// Secret keys at rest: sealed under words. A node key is sealed under a recovery phrase shown once at `init`;
// a signer key under a passphrase of its owner. argon2id makes a key of the words, XChaCha20-Poly1305 seals.
// Layout: docs/protocol.md, "Sealed keys".
//
// Sealing and unsealing take half a second and 256 MiB at the default cost: not on a thread that serves.
// Any thread; nothing is kept.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/bytes.h"
#include "protocol/keys.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

inline constexpr std::size_t word_list_size = 2048;
inline constexpr std::size_t phrase_words_min = 12;
inline constexpr std::size_t phrase_words_max = 24;
inline constexpr std::size_t phrase_words_default = 16;  ///< 165 random bits.
inline constexpr std::size_t phrase_chars_max = 1024;

/// A word of the English BIP-39 list; also used for words that two people compare by phone. Asserts
/// index < word_list_size.
std::string_view word(std::size_t index);

/// `words` random words, the last of them a checksum, separated by single spaces. Asserts the count is within
/// the limits. The caller shows it once and wipes it.
std::string make_recovery_phrase(std::size_t words, const Entropy& entropy);

/// What is wrong with a phrase that was typed.
struct PhraseFault {
  enum class Code : std::uint8_t {
    too_long,       ///< More than phrase_chars_max characters.
    wrong_count,    ///< Not 12 to 24 words; `word_number` is how many there are.
    unknown_word,   ///< Word `word_number`, counted from 1, is not in the list.
    wrong_checksum  ///< Every word is in the list, but a word is another, or they stand in another order.
  };
  Code code{};
  std::size_t word_number = 0;
};
/// Stable snake_case name.
std::string_view name(PhraseFault::Code code);

/// The phrase in its one form (lowercase, single spaces), or what is wrong with it. Takes any white space and
/// any case.
Outcome<std::string, PhraseFault> parse_recovery_phrase(std::string_view typed);

/// The work an attacker must do for each guess.
struct SealCost {
  std::uint32_t passes = 3;
  std::uint32_t memory_kib = 256 * 1024;
};
/// Unsealing refuses more than this, since the cost stands in the sealed bytes.
inline constexpr SealCost seal_cost_max{10, 1024 * 1024};
inline constexpr std::size_t sealed_key_bytes = 148;
inline constexpr std::size_t passphrase_bytes_max = 1024;

/// `words`: a recovery phrase in its one form, or any passphrase in UTF-8 (taken in Unicode NFC, so that it
/// can be typed on another system). Errors: too_large, malformed (not UTF-8, empty).
/// Throws std::bad_alloc if the system has not the memory.
Outcome<Bytes> seal_key(const SecretKey& key, std::string_view words, const Entropy& entropy,
                        SealCost cost = {});
/// Errors: malformed (not a sealed key), unsupported_version, limit_exceeded (cost), bad_seal (other words,
/// or the bytes are damaged). Throws std::bad_alloc.
Outcome<SecretKey> unseal_key(ByteView sealed, std::string_view words);
/// Whose key it is, without unsealing; vouched for only by unseal_key. Errors as there, but bad_seal.
Outcome<PublicKey> sealed_key_owner(ByteView sealed);

/// One line of text for files and paper: `hansa-key-1:` and base64url. Errors of the reader: malformed,
/// unsupported_version, too_large, limit_exceeded.
std::string armour_sealed_key(ByteView sealed);
Outcome<Bytes> read_sealed_key(std::string_view text);

}  // namespace hansa::protocol
