// Messages: what is read can be written, and read again as the same.

#include "fixed.h"
#include "protocol/guest_messages.h"
#include "protocol/wire.h"

using namespace hansa::protocol;
using hansa::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const auto guest = wire::decode_guest_message(ByteView(data, size))) {
    const Bytes bytes = std::visit([](const auto& message) { return wire::encode(message); }, *guest);
    const auto again = wire::decode_guest_message(bytes);
    must(again.has_value() && *again == *guest);
  }
  const auto message = wire::decode(ByteView(data, size));
  if (!message || std::holds_alternative<wire::Unknown>(*message)) return 0;
  const Bytes bytes = wire::encode(*message);
  const auto again = wire::decode(bytes);
  must(again.has_value());
  must(*again == *message);
  must(wire::encode(*again) == bytes);
  return 0;
}
