#include "protocol/payload.h"

#include <utility>

#include "little_endian.h"
#include "sodium_ready.h"

namespace hansa::protocol {
namespace {

constexpr std::array<std::uint8_t, 16> tag = {'h', 'a', 'n', 's', 'a', ' ', 'p',
                                              'a', 'y', 'l', 'o', 'a', 'd'};

std::uint16_t blocks_for(std::size_t content_bytes) {
  return static_cast<std::uint16_t>((4 + content_bytes + payload_block_bytes - 1) / payload_block_bytes);
}

/// Over the tag, the length, the content and its padding, keyed by the salt.
Hash commitment_of(ByteView content, const Salt& salt) {
  ready_sodium();
  crypto_generichash_state state;
  crypto_generichash_init(&state, salt.bytes.data(), salt.bytes.size(), std::tuple_size_v<Hash>);
  crypto_generichash_update(&state, tag.data(), tag.size());
  std::uint8_t length[4];
  put_le(length, static_cast<std::uint32_t>(content.size()));
  crypto_generichash_update(&state, length, sizeof length);
  crypto_generichash_update(&state, content.data(), content.size());
  static constexpr std::uint8_t zeros[payload_block_bytes] = {};
  const std::size_t padding = blocks_for(content.size()) * payload_block_bytes - 4 - content.size();
  crypto_generichash_update(&state, zeros, padding);
  Hash commitment;
  crypto_generichash_final(&state, commitment.data(), commitment.size());
  return commitment;
}

}  // namespace

Salt Salt::generate(const Entropy& entropy) {
  Salt salt;
  entropy(salt.bytes);
  return salt;
}

Outcome<SealedPayload> seal_payload(ByteView content, const Salt& salt) {
  if (content.size() > payload_content_bytes_max) return Refusal::too_large;
  return SealedPayload{blocks_for(content.size()), commitment_of(content, salt)};
}

Outcome<VerifiedPayload> check_payload(const HeaderView& header, const Salt& salt, Bytes content) {
  if (!header.is_understood()) return Refusal::unsupported_version;
  if (content.size() > payload_content_bytes_max) return Refusal::too_large;
  // Cheap first: bytes of another size class are not hashed.
  if (header.payload_blocks() != blocks_for(content.size())) return Refusal::bad_commitment;
  if (header.commitment() != commitment_of(content, salt)) return Refusal::bad_commitment;
  VerifiedPayload payload;
  payload.log_ = header.log();
  payload.sequence_ = header.sequence();
  payload.salt_ = salt;
  payload.content_ = std::move(content);
  return payload;
}

}  // namespace hansa::protocol
