// Payloads as they are stored: scheme 1 is zstd, then XChaCha20-Poly1305 under a key derived from the salt.

#include <zstd.h>

#include <cassert>
#include <memory>
#include <new>

#include "little_endian.h"
#include "protocol/payload.h"
#include "sodium_ready.h"

namespace hansa::protocol {
namespace {

constexpr std::uint8_t scheme = 1;
// Half the cost of level 1, and inflating costs less than half of it, for a quarter more bytes.
constexpr int level = -1;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::array<std::uint8_t, 16> tag = {'h', 'a', 'n', 's', 'a', ' ', 'a',
                                              't', ' ', 'r', 'e', 's', 't'};

struct Contexts {
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> compress{ZSTD_createCCtx(), ZSTD_freeCCtx};
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> inflate{ZSTD_createDCtx(), ZSTD_freeDCtx};
};

/// Making a context costs more than compressing a payload: each thread keeps one. They hold no secrets that
/// outlive the thread, and no state from one payload to the next.
Contexts& contexts() {
  static thread_local Contexts kept;
  if (!kept.compress || !kept.inflate) throw std::bad_alloc();
  return kept;
}

using Key = std::array<std::uint8_t, crypto_aead_xchacha20poly1305_ietf_KEYBYTES>;

Key key_of(const Salt& salt) {
  ready_sodium();
  Key key;
  crypto_generichash(key.data(), key.size(), tag.data(), tag.size(), salt.bytes.data(), salt.bytes.size());
  return key;
}

Outcome<Bytes> inflate(ByteView compressed) {
  const auto size = ZSTD_getFrameContentSize(compressed.data(), compressed.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR) return Refusal::malformed;
  if (size > payload_content_bytes_max) return Refusal::too_large;
  Bytes content(size);
  const std::size_t inflated = ZSTD_decompressDCtx(contexts().inflate.get(), content.data(), content.size(),
                                                   compressed.data(), compressed.size());
  if (ZSTD_isError(inflated) != 0 || inflated != size) return Refusal::malformed;
  return content;
}

}  // namespace

Bytes encrypt_at_rest(ByteView content, const Salt& salt, const Entropy& entropy) {
  assert(content.size() <= payload_content_bytes_max);
  Bytes compressed(ZSTD_compressBound(content.size()));
  const std::size_t size = ZSTD_compressCCtx(contexts().compress.get(), compressed.data(), compressed.size(),
                                             content.data(), content.size(), level);
  if (ZSTD_isError(size) != 0) throw std::bad_alloc();  // the bound always fits: only memory can be short
  Bytes stored(1 + nonce_bytes + size + tag_bytes);
  stored[0] = scheme;
  entropy(std::span(stored).subspan(1, nonce_bytes));
  Key key = key_of(salt);
  crypto_aead_xchacha20poly1305_ietf_encrypt(&stored[1 + nonce_bytes], nullptr, compressed.data(), size,
                                             stored.data(), 1, nullptr, &stored[1], key.data());
  sodium_memzero(key.data(), key.size());
  return stored;
}

Outcome<Bytes> decrypt_at_rest(ByteView stored, const Salt& salt) {
  if (stored.empty()) return Refusal::malformed;
  if (stored[0] != scheme) return Refusal::unsupported_version;
  if (stored.size() < 1 + nonce_bytes + tag_bytes) return Refusal::malformed;
  const ByteView sealed = stored.subspan(1 + nonce_bytes);
  Bytes compressed(sealed.size() - tag_bytes);
  Key key = key_of(salt);
  const int opened =
      crypto_aead_xchacha20poly1305_ietf_decrypt(compressed.data(), nullptr, nullptr, sealed.data(),
                                                 sealed.size(), stored.data(), 1, &stored[1], key.data());
  sodium_memzero(key.data(), key.size());
  if (opened != 0) return Refusal::bad_seal;
  return inflate(compressed);
}

}  // namespace hansa::protocol
