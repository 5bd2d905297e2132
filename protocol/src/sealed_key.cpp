// A secret key at rest. 148 bytes: magic 16, version 2, zero 2, passes 4, KiB of memory 4, argon2id salt 16,
// public key 32, nonce 24, sealed seed 48. What stands before the nonce is authenticated with the seed.

#include <algorithm>
#include <cassert>
#include <new>

#include "armour.h"
#include "little_endian.h"
#include "protocol/recovery.h"
#include "protocol/unicode.h"
#include "sodium_ready.h"

namespace hansa::protocol {
namespace {

constexpr std::string_view magic = "hansa sealed key";
constexpr std::uint16_t version = 1;
constexpr std::size_t at_version = 16;
constexpr std::size_t at_zero = 18;
constexpr std::size_t at_passes = 20;
constexpr std::size_t at_memory = 24;
constexpr std::size_t at_salt = 28;
constexpr std::size_t at_owner = at_salt + crypto_pwhash_SALTBYTES;
constexpr std::size_t at_nonce = at_owner + 32;
constexpr std::size_t at_sealed = at_nonce + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
static_assert(at_sealed + SecretKey::seed_bytes + crypto_aead_xchacha20poly1305_ietf_ABYTES ==
              sealed_key_bytes);

/// Bytes that are wiped when they go.
struct Secret {
  std::array<std::uint8_t, 32> bytes{};
  ~Secret() { sodium_memzero(bytes.data(), bytes.size()); }
};

bool within(SealCost cost) {
  return cost.passes >= 1 && cost.passes <= seal_cost_max.passes && cost.memory_kib >= 8 &&
         cost.memory_kib <= seal_cost_max.memory_kib;
}

Outcome<std::string> passphrase_of(std::string_view words) {
  if (words.size() > passphrase_bytes_max) return Refusal::too_large;
  if (words.empty()) return Refusal::malformed;
  return to_nfc(words);
}

void stretch(Secret& key, std::string_view passphrase, const std::uint8_t* salt, SealCost cost) {
  if (crypto_pwhash(key.bytes.data(), key.bytes.size(), passphrase.data(), passphrase.size(), salt,
                    cost.passes, std::size_t{cost.memory_kib} * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::bad_alloc();
  }
}

}  // namespace

Outcome<Bytes> seal_key(const SecretKey& key, std::string_view words, const Entropy& entropy, SealCost cost) {
  ready_sodium();
  assert(within(cost));
  auto passphrase = passphrase_of(words);
  if (!passphrase) return passphrase.error();
  Bytes sealed(sealed_key_bytes);
  std::copy(magic.begin(), magic.end(), sealed.begin());
  put_le(&sealed[at_version], version);
  put_le(&sealed[at_passes], cost.passes);
  put_le(&sealed[at_memory], cost.memory_kib);
  entropy(std::span(sealed).subspan(at_salt, crypto_pwhash_SALTBYTES));
  entropy(std::span(sealed).subspan(at_nonce, at_sealed - at_nonce));
  std::ranges::copy(key.public_key().bytes, &sealed[at_owner]);
  Secret stretched;
  stretch(stretched, *passphrase, &sealed[at_salt], cost);
  sodium_memzero(passphrase->data(), passphrase->size());
  crypto_aead_xchacha20poly1305_ietf_encrypt(&sealed[at_sealed], nullptr, key.seed().data(),
                                             key.seed().size(), sealed.data(), at_nonce, nullptr,
                                             &sealed[at_nonce], stretched.bytes.data());
  return sealed;
}

Outcome<PublicKey> sealed_key_owner(ByteView sealed) {
  if (sealed.size() < at_zero || !std::ranges::equal(sealed.first(magic.size()), view_of(magic))) {
    return Refusal::malformed;
  }
  if (get_le<std::uint16_t>(&sealed[at_version]) != version) return Refusal::unsupported_version;
  if (sealed.size() != sealed_key_bytes || get_le<std::uint16_t>(&sealed[at_zero]) != 0)
    return Refusal::malformed;
  if (!within({get_le<std::uint32_t>(&sealed[at_passes]), get_le<std::uint32_t>(&sealed[at_memory])})) {
    return Refusal::limit_exceeded;
  }
  PublicKey owner;
  std::copy_n(&sealed[at_owner], owner.bytes.size(), owner.bytes.begin());
  return owner;
}

Outcome<SecretKey> unseal_key(ByteView sealed, std::string_view words) {
  ready_sodium();
  const auto owner = sealed_key_owner(sealed);
  if (!owner) return owner.error();
  auto passphrase = passphrase_of(words);
  if (!passphrase) return passphrase.error();
  Secret stretched;
  stretch(stretched, *passphrase, &sealed[at_salt],
          {get_le<std::uint32_t>(&sealed[at_passes]), get_le<std::uint32_t>(&sealed[at_memory])});
  sodium_memzero(passphrase->data(), passphrase->size());
  Secret seed;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(seed.bytes.data(), nullptr, nullptr, &sealed[at_sealed],
                                                 sealed_key_bytes - at_sealed, sealed.data(), at_nonce,
                                                 &sealed[at_nonce], stretched.bytes.data()) != 0) {
    return Refusal::bad_seal;
  }
  SecretKey key = SecretKey::from_seed(seed.bytes);
  if (key.public_key() != *owner) return Refusal::bad_seal;
  return key;
}

std::string armour_sealed_key(ByteView sealed) { return armour("key", sealed); }

Outcome<Bytes> read_sealed_key(std::string_view text) {
  auto sealed = read_armour("key", text, sealed_key_bytes);
  if (!sealed) return sealed;
  if (const auto owner = sealed_key_owner(*sealed); !owner) return owner.error();
  return sealed;
}

}  // namespace hansa::protocol
