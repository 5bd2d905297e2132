// Any bytes as stored, and any content there and back.

#include "fixed.h"
#include "protocol/payload.h"

using namespace hansa::protocol;
using hansa::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const Salt salt{hansa::fuzz::fixed_hash(5)};
  must(!decrypt_at_rest(bytes, salt));
  const auto sealed = seal_payload(bytes, salt);
  must(sealed.has_value() == (size <= payload_content_bytes_max));
  if (!sealed) return 0;
  Bytes stored = encrypt_at_rest(bytes, salt, hansa::fuzz::fixed_entropy(size));
  const auto back = decrypt_at_rest(stored, salt);
  must(back && std::equal(back->begin(), back->end(), bytes.begin(), bytes.end()));
  stored[size % stored.size()] ^= 0x10;
  must(!decrypt_at_rest(stored, salt));
  return 0;
}
