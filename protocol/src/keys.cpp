#include "protocol/keys.h"

#include <algorithm>
#include <cassert>
#include <new>

#include "sodium_ready.h"

namespace hansa::protocol {
namespace {

using TagBytes = std::array<std::uint8_t, 16>;

constexpr TagBytes padded(std::string_view text) {
  TagBytes bytes{};
  for (std::size_t i = 0; i < text.size(); ++i) bytes[i] = static_cast<std::uint8_t>(text[i]);
  return bytes;
}

// In the order of Tag and Purpose.
constexpr TagBytes tags[] = {padded("hansa federation"), padded("hansa charter"), padded("hansa log"),
                             padded("hansa entry"),      padded("hansa digest"),  padded("hansa bucket"),
                             padded("hansa proofs"),     padded("hansa proof"),   padded("hansa words")};
constexpr TagBytes purposes[] = {padded("hansa sig entry"),  padded("hansa sig link"),
                                 padded("hansa sig head"),   padded("hansa sig chartr"),
                                 padded("hansa sig card"),   padded("hansa sig join"),
                                 padded("hansa sig signer"), padded("hansa sig hold")};

crypto_generichash_state* state_in(std::array<std::uint8_t, 384>& bytes) {
  static_assert(sizeof(crypto_generichash_state) <= 384 && alignof(crypto_generichash_state) <= 64);
  return reinterpret_cast<crypto_generichash_state*>(bytes.data());
}

/// Ed25519 in libsodium takes one piece: purpose and message side by side. Headers fit on the stack.
class SignedBytes {
 public:
  SignedBytes(Purpose purpose, ByteView message) : size_(message.size() + 16) {
    std::uint8_t* to = near_.data();
    if (size_ > near_.size()) to = (far_.resize(size_), far_.data());
    const ByteView tag = bytes_of(purpose);
    std::copy(message.begin(), message.end(), std::copy(tag.begin(), tag.end(), to));
  }
  const std::uint8_t* data() const { return size_ > near_.size() ? far_.data() : near_.data(); }
  std::size_t size() const { return size_; }

 private:
  std::size_t size_;
  std::array<std::uint8_t, 1024> near_;
  Bytes far_;
};

}  // namespace

std::string to_text(const PublicKey& key) { return to_hex(key.bytes); }

Outcome<PublicKey> parse_public_key(std::string_view text) {
  const auto bytes = hash_from_hex(text);
  if (!bytes) return bytes.error();
  return PublicKey{*bytes};
}

Entropy system_entropy() {
  return [](std::span<std::uint8_t> out) {
    ready_sodium();
    randombytes_buf(out.data(), out.size());
  };
}

ByteView bytes_of(Tag tag) { return tags[static_cast<std::size_t>(tag)]; }
ByteView bytes_of(Purpose purpose) { return purposes[static_cast<std::size_t>(purpose)]; }

Hasher::Hasher(Tag tag) {
  ready_sodium();
  crypto_generichash_init(state_in(state_), nullptr, 0, std::tuple_size_v<Hash>);
  add(bytes_of(tag));
}

Hasher& Hasher::add(ByteView bytes) {
  crypto_generichash_update(state_in(state_), bytes.data(), bytes.size());
  return *this;
}

Hash Hasher::finish() {
  Hash hash;
  crypto_generichash_final(state_in(state_), hash.data(), hash.size());
  return hash;
}

Hash hash(Tag tag, std::initializer_list<ByteView> pieces) {
  Hasher hasher(tag);
  for (const ByteView piece : pieces) hasher.add(piece);
  return hasher.finish();
}

void wipe(std::string& secret) {
  sodium_memzero(secret.data(), secret.size());
  secret.clear();
}

void wipe(std::span<std::uint8_t> secret) { sodium_memzero(secret.data(), secret.size()); }

void SecretKey::Wipe::operator()(std::uint8_t* bytes) const { sodium_free(bytes); }

SecretKey SecretKey::generate(const Entropy& entropy) {
  std::array<std::uint8_t, seed_bytes> seed;
  entropy(seed);
  SecretKey key = from_seed(seed);
  sodium_memzero(seed.data(), seed.size());
  return key;
}

SecretKey SecretKey::from_seed(std::span<const std::uint8_t, seed_bytes> seed) {
  ready_sodium();
  SecretKey key;
  // Guarded pages, locked where the system grants it, wiped by sodium_free.
  key.bytes_.reset(static_cast<std::uint8_t*>(sodium_malloc(crypto_sign_SECRETKEYBYTES)));
  if (!key.bytes_) throw std::bad_alloc();
  crypto_sign_seed_keypair(key.public_key_.bytes.data(), key.bytes_.get(), seed.data());
  return key;
}

std::span<const std::uint8_t, SecretKey::seed_bytes> SecretKey::seed() const {
  assert(bytes_);
  return std::span<const std::uint8_t, seed_bytes>(bytes_.get(), seed_bytes);
}

Signature SecretKey::sign(Purpose purpose, ByteView message) const {
  assert(bytes_);
  const SignedBytes bytes(purpose, message);
  Signature signature;
  crypto_sign_detached(signature.bytes.data(), nullptr, bytes.data(), bytes.size(), bytes_.get());
  return signature;
}

bool verify(Purpose purpose, const PublicKey& key, ByteView message, const Signature& signature) {
  ready_sodium();
  const SignedBytes bytes(purpose, message);
  return crypto_sign_verify_detached(signature.bytes.data(), bytes.data(), bytes.size(), key.bytes.data()) ==
         0;
}

}  // namespace hansa::protocol
