// Evidence of forks: never crashes, and what is read has one encoding.

#include <algorithm>

#include "fixed.h"
#include "protocol/fork.h"

using namespace hansa::protocol;
using hansa::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  Hash federation{};
  // The federation that the first header names, so that signatures are reached.
  constexpr std::size_t federation_at = 2 + 1 + 32 + 32 + 4;
  if (size >= federation_at + federation.size())
    std::copy_n(bytes.begin() + federation_at, federation.size(), federation.begin());
  if (const auto fork = read_fork(federation, bytes)) {
    must(fork->bytes() == Bytes(bytes.begin(), bytes.end()));
    must(fork->sequence() > 0 && !outranks(*fork, *fork));
    must(read_fork(federation, fork->bytes()).has_value());
  }
  return 0;
}
