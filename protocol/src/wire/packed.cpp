#include "wire/packed.h"

#include <zstd.h>
#include <zstd_errors.h>

#include <memory>
#include <new>

#include "protocol/sync_limits.h"

namespace hansa::protocol::wire {
namespace {
// Level 1: a sixth of the cost of level 3 for a tenth more bytes, and the sender is the busier side.
constexpr int level = 1;

struct Contexts {
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> compress{ZSTD_createCCtx(), ZSTD_freeCCtx};
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> inflate{ZSTD_createDCtx(), ZSTD_freeDCtx};
};

/// Each thread keeps one: making them anew costs more than a small block. No state goes from one block to the
/// next.
Contexts& contexts() {
  static thread_local Contexts kept;
  if (!kept.compress || !kept.inflate) throw std::bad_alloc();
  return kept;
}
}  // namespace

Bytes deflate(ByteView bytes) {
  const std::size_t room = ZSTD_compressBound(bytes.size());
  const auto frame = std::make_unique_for_overwrite<std::uint8_t[]>(room);  // zeros would cost as much again
  const std::size_t size =
      ZSTD_compressCCtx(contexts().compress.get(), frame.get(), room, bytes.data(), bytes.size(), level);
  if (ZSTD_isError(size)) throw std::bad_alloc();  // the bound always fits: only memory can be short
  return Bytes(frame.get(), frame.get() + size);
}

Outcome<Bytes> inflate(ByteView frame, std::size_t bytes) {
  if (bytes > inflated_bytes_max) return Refusal::inflated_too_large;
  const auto stated = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (stated == ZSTD_CONTENTSIZE_ERROR || stated == ZSTD_CONTENTSIZE_UNKNOWN) return Refusal::malformed;
  if (stated > bytes) return Refusal::inflated_too_large;
  if (stated < bytes || bytes == 0) return Refusal::malformed;
  if (ZSTD_findFrameCompressedSize(frame.data(), frame.size()) != frame.size()) return Refusal::malformed;
  Bytes inflated(bytes);
  const std::size_t size = ZSTD_decompressDCtx(contexts().inflate.get(), inflated.data(), inflated.size(),
                                               frame.data(), frame.size());
  if (ZSTD_isError(size))
    return ZSTD_getErrorCode(size) == ZSTD_error_dstSize_tooSmall ? Refusal::inflated_too_large
                                                                  : Refusal::malformed;
  if (size != bytes) return Refusal::malformed;
  return inflated;
}

}  // namespace hansa::protocol::wire
