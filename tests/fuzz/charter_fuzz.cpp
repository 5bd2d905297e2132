// Any bytes as a charter, and as the body of one: what is accepted keeps its meaning when written again.

#include "fixed.h"
#include "protocol/charter.h"

using namespace hansa::protocol;
using hansa::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const auto charter = read_charter(bytes, nullptr);
  if (charter) {
    must(charter->hash() == charter->federation());
    must(charter->signatures().size() >= signatures_needed(charter->body().signers.size()));
  }
  const auto body = read_charter_body(bytes);
  if (!body) return 0;
  const auto once = encode_charter_body(*body);
  must(once.has_value());
  const auto again = read_charter_body(*once);
  must(again.has_value());
  must(*encode_charter_body(*again) == *once);
  return 0;
}
