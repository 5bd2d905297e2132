#include "protocol/noise.h"

#include <algorithm>
#include <cassert>
#include <string_view>
#include <utility>

#include "little_endian.h"
#include "sodium_ready.h"

namespace hansa::protocol {
namespace {

constexpr std::string_view protocol_name = "Noise_XX_25519_ChaChaPoly_BLAKE2b";
constexpr std::size_t key_bytes = 32;
constexpr std::size_t hash_bytes = 64;
constexpr std::size_t block_bytes = 128;  // of BLAKE2b, for HMAC
using Key = std::array<std::uint8_t, key_bytes>;

// The XX pattern: what each message carries before its payload.
enum class Token : std::uint8_t { e, s, ee, es, se };
struct Pattern {
  std::array<Token, 4> tokens;
  std::size_t count;
};
constexpr std::array<Pattern, NoiseHandshake::message_count> pattern = {{
    {{Token::e}, 1},
    {{Token::e, Token::ee, Token::s, Token::es}, 4},
    {{Token::s, Token::se}, 2},
}};

NoiseHash blake2b(std::initializer_list<ByteView> pieces) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, hash_bytes);
  for (const ByteView piece : pieces) crypto_generichash_update(&state, piece.data(), piece.size());
  NoiseHash out;
  crypto_generichash_final(&state, out.data(), out.size());
  return out;
}

/// HMAC (RFC 2104) over BLAKE2b. The key is never longer than a block here.
NoiseHash hmac(ByteView key, std::initializer_list<ByteView> pieces) {
  assert(key.size() <= block_bytes);
  std::array<std::uint8_t, block_bytes> inner{};
  std::array<std::uint8_t, block_bytes> outer{};
  std::copy(key.begin(), key.end(), inner.begin());
  std::copy(key.begin(), key.end(), outer.begin());
  for (auto& b : inner) b ^= 0x36;
  for (auto& b : outer) b ^= 0x5c;
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, hash_bytes);
  crypto_generichash_update(&state, inner.data(), inner.size());
  for (const ByteView piece : pieces) crypto_generichash_update(&state, piece.data(), piece.size());
  NoiseHash inside;
  crypto_generichash_final(&state, inside.data(), inside.size());
  const NoiseHash out = blake2b({outer, inside});
  sodium_memzero(inner.data(), inner.size());
  sodium_memzero(outer.data(), outer.size());
  sodium_memzero(inside.data(), inside.size());
  return out;
}

/// Noise's HKDF with two outputs.
std::pair<NoiseHash, NoiseHash> hkdf(const NoiseHash& chaining_key, ByteView input) {
  const std::uint8_t one = 1;
  const std::uint8_t two = 2;
  NoiseHash temporary = hmac(chaining_key, {input});
  const NoiseHash first = hmac(temporary, {ByteView(&one, 1)});
  const NoiseHash second = hmac(temporary, {first, ByteView(&two, 1)});
  sodium_memzero(temporary.data(), temporary.size());
  return {first, second};
}

std::span<const std::uint8_t, key_bytes> key_of(const NoiseHash& hash) {
  return std::span<const std::uint8_t, key_bytes>(hash.data(), key_bytes);
}

std::array<std::uint8_t, 12> nonce_of(std::uint64_t counter) {
  std::array<std::uint8_t, 12> nonce{};
  put_le(&nonce[4], counter);
  return nonce;
}

}  // namespace

NoiseKeyPair NoiseKeyPair::generate(const Entropy& entropy) {
  Key secret;
  entropy(secret);
  NoiseKeyPair pair = from_secret(secret);
  sodium_memzero(secret.data(), secret.size());
  return pair;
}

NoiseKeyPair NoiseKeyPair::from_secret(std::span<const std::uint8_t, 32> secret) {
  ready_sodium();
  NoiseKeyPair pair;
  std::copy(secret.begin(), secret.end(), pair.secret.begin());
  crypto_scalarmult_base(pair.public_key.data(), pair.secret.data());
  return pair;
}

NoiseKeyPair::~NoiseKeyPair() { sodium_memzero(secret.data(), secret.size()); }

NoiseCipher::NoiseCipher(std::span<const std::uint8_t, 32> key) : has_key_(true) {
  std::copy(key.begin(), key.end(), key_.begin());
}

NoiseCipher::NoiseCipher(NoiseCipher&& other) noexcept { *this = std::move(other); }

NoiseCipher& NoiseCipher::operator=(NoiseCipher&& other) noexcept {
  if (this == &other) return *this;
  key_ = other.key_;
  nonce_ = std::exchange(other.nonce_, 0);
  has_key_ = std::exchange(other.has_key_, false);
  sodium_memzero(other.key_.data(), other.key_.size());
  return *this;
}

NoiseCipher::~NoiseCipher() { sodium_memzero(key_.data(), key_.size()); }

void NoiseCipher::seal(ByteView associated, ByteView plain, Bytes& out) {
  if (!has_key_) return append(out, plain);
  assert(nonce_ != UINT64_MAX);  // reserved by Noise; no link lives that long
  const std::size_t at = out.size();
  out.resize(at + plain.size() + noise_tag_bytes);
  const auto nonce = nonce_of(nonce_++);
  crypto_aead_chacha20poly1305_ietf_encrypt(&out[at], nullptr, plain.data(), plain.size(), associated.data(),
                                            associated.size(), nullptr, nonce.data(), key_.data());
}

Outcome<Done> NoiseCipher::open(ByteView associated, ByteView sealed, Bytes& out) {
  if (!has_key_) {
    append(out, sealed);
    return Done{};
  }
  if (sealed.size() < noise_tag_bytes || nonce_ == UINT64_MAX) return Refusal::bad_seal;
  const std::size_t at = out.size();
  out.resize(at + sealed.size() - noise_tag_bytes);
  const auto nonce = nonce_of(nonce_);
  if (crypto_aead_chacha20poly1305_ietf_decrypt(out.data() + at, nullptr, nullptr, sealed.data(),
                                                sealed.size(), associated.data(), associated.size(),
                                                nonce.data(), key_.data()) != 0) {
    out.resize(at);
    return Refusal::bad_seal;
  }
  ++nonce_;
  return Done{};
}

NoiseHandshake::NoiseHandshake(NoiseRole role, ByteView prologue, const NoiseKeyPair& own_static,
                               const NoiseKeyPair& own_ephemeral)
    : role_(role), static_(own_static), ephemeral_(own_ephemeral) {
  // The name is shorter than a hash: padded with zeros, not hashed.
  std::copy(protocol_name.begin(), protocol_name.end(), hash_.begin());
  chaining_key_ = hash_;
  mix_hash(prologue);
}

NoiseHandshake::~NoiseHandshake() { sodium_memzero(chaining_key_.data(), chaining_key_.size()); }

bool NoiseHandshake::writes_next() const {
  return !is_complete() && (message_ % 2 == 0) == (role_ == NoiseRole::initiator);
}

void NoiseHandshake::mix_hash(ByteView data) { hash_ = blake2b({hash_, data}); }

void NoiseHandshake::mix_key(ByteView input) {
  auto [chaining_key, key] = hkdf(chaining_key_, input);
  chaining_key_ = chaining_key;
  cipher_ = NoiseCipher(key_of(key));
  sodium_memzero(chaining_key.data(), chaining_key.size());
  sodium_memzero(key.data(), key.size());
}

Outcome<Done> NoiseHandshake::mix_dh(const NoiseKeyPair& own, const Key& remote) {
  Key shared;
  // Refuses a remote key of small order, which would make the result known to everyone.
  if (crypto_scalarmult(shared.data(), own.secret.data(), remote.data()) != 0) return Refusal::malformed;
  mix_key(shared);
  sodium_memzero(shared.data(), shared.size());
  return Done{};
}

Outcome<Done> NoiseHandshake::mix_token(std::uint8_t token) {
  // es: the initiator's ephemeral and the responder's static key; se: the other way round.
  switch (static_cast<Token>(token)) {
    case Token::ee:
      return mix_dh(ephemeral_, remote_ephemeral_);
    case Token::es:
      return role_ == NoiseRole::initiator ? mix_dh(ephemeral_, remote_static_)
                                           : mix_dh(static_, remote_ephemeral_);
    case Token::se:
      return role_ == NoiseRole::initiator ? mix_dh(static_, remote_ephemeral_)
                                           : mix_dh(ephemeral_, remote_static_);
    default:
      assert(!"not a key agreement");
      return Refusal::malformed;
  }
}

Outcome<Done> NoiseHandshake::write_tokens(Bytes& out) {
  assert(writes_next() && !tokens_done_);
  for (std::size_t i = 0; i < pattern[message_].count; ++i) {
    const Token token = pattern[message_].tokens[i];
    if (token == Token::e) {
      append(out, ephemeral_.public_key);
      mix_hash(ephemeral_.public_key);
    } else if (token == Token::s) {
      const std::size_t at = out.size();
      cipher_.seal(hash_, static_.public_key, out);
      mix_hash(ByteView(out).subspan(at));
    } else if (const auto mixed = mix_token(static_cast<std::uint8_t>(token)); !mixed) {
      return mixed.error();
    }
  }
  tokens_done_ = true;
  return Done{};
}

void NoiseHandshake::write_payload(ByteView payload, Bytes& out) {
  assert(writes_next() && tokens_done_);
  const std::size_t at = out.size();
  cipher_.seal(hash_, payload, out);
  mix_hash(ByteView(out).subspan(at));
  tokens_done_ = false;
  ++message_;
}

Outcome<Done> NoiseHandshake::read_tokens(ByteView& in) {
  assert(!is_complete() && !writes_next() && !tokens_done_);
  for (std::size_t i = 0; i < pattern[message_].count; ++i) {
    const Token token = pattern[message_].tokens[i];
    if (token == Token::e) {
      if (in.size() < key_bytes) return Refusal::malformed;
      std::copy_n(in.begin(), key_bytes, remote_ephemeral_.begin());
      mix_hash(in.first(key_bytes));
      in = in.subspan(key_bytes);
    } else if (token == Token::s) {
      const std::size_t size = key_bytes + noise_tag_bytes;
      if (in.size() < size) return Refusal::malformed;
      Bytes key;
      if (const auto opened = cipher_.open(hash_, in.first(size), key); !opened) return opened.error();
      std::copy_n(key.begin(), key_bytes, remote_static_.begin());
      mix_hash(in.first(size));
      in = in.subspan(size);
    } else if (const auto mixed = mix_token(static_cast<std::uint8_t>(token)); !mixed) {
      return mixed.error();
    }
  }
  tokens_done_ = true;
  return Done{};
}

Outcome<Bytes> NoiseHandshake::read_payload(ByteView in) {
  assert(!is_complete() && !writes_next() && tokens_done_);
  if (cipher_.has_key() && in.size() < noise_tag_bytes) return Refusal::malformed;
  Bytes payload;
  if (const auto opened = cipher_.open(hash_, in, payload); !opened) return opened.error();
  mix_hash(in);
  tokens_done_ = false;
  ++message_;
  return payload;
}

NoiseHandshake::Ciphers NoiseHandshake::split() {
  assert(is_complete());
  auto [first, second] = hkdf(chaining_key_, {});
  sodium_memzero(chaining_key_.data(), chaining_key_.size());
  NoiseCipher forward(key_of(first));
  NoiseCipher backward(key_of(second));
  sodium_memzero(first.data(), first.size());
  sodium_memzero(second.data(), second.size());
  if (role_ == NoiseRole::initiator) return {std::move(forward), std::move(backward)};
  return {std::move(backward), std::move(forward)};
}

}  // namespace hansa::protocol
