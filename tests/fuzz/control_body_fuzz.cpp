// What the payloads of control entries hold, and holds: never crashes, and what is read has one encoding.

#include "fixed.h"
#include "protocol/control_body.h"
#include "protocol/hold.h"

using namespace hansa::protocol;
using hansa::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  if (const auto approval = read_approval(bytes))
    must(write_approval(*approval) == Bytes(bytes.begin(), bytes.end()));
  if (const auto announcement = read_announcement(bytes)) {
    const auto again = write_announcement(*announcement);
    must(again && *again == Bytes(bytes.begin(), bytes.end()));
  }
  if (const auto hold = read_hold(bytes)) must(hold->from.size() <= hold_positions_max);
  return 0;
}
