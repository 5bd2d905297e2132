#include "wire/packed.h"

#include <zstd.h>
#include <zstd_errors.h>

#include "protocol/sync_limits.h"

namespace hansa::protocol::wire {
namespace {
// Level 1: a sixth of the cost of level 3 for a tenth more bytes, and the sender is the busier side.
constexpr int level = 1;
}  // namespace

Bytes deflate(ByteView bytes) {
  Bytes frame(ZSTD_compressBound(bytes.size()));
  const std::size_t size = ZSTD_compress(frame.data(), frame.size(), bytes.data(), bytes.size(), level);
  assert(!ZSTD_isError(size));
  frame.resize(size);
  return frame;
}

Outcome<Bytes> inflate(ByteView frame, std::size_t bytes) {
  if (bytes > inflated_bytes_max) return Refusal::inflated_too_large;
  const auto stated = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (stated == ZSTD_CONTENTSIZE_ERROR || stated == ZSTD_CONTENTSIZE_UNKNOWN) return Refusal::malformed;
  if (stated > bytes) return Refusal::inflated_too_large;
  if (stated < bytes || bytes == 0) return Refusal::malformed;
  if (ZSTD_findFrameCompressedSize(frame.data(), frame.size()) != frame.size()) return Refusal::malformed;
  Bytes inflated(bytes);
  const std::size_t size = ZSTD_decompress(inflated.data(), inflated.size(), frame.data(), frame.size());
  if (ZSTD_isError(size))
    return ZSTD_getErrorCode(size) == ZSTD_error_dstSize_tooSmall ? Refusal::inflated_too_large
                                                                  : Refusal::malformed;
  if (size != bytes) return Refusal::malformed;
  return inflated;
}

}  // namespace hansa::protocol::wire
