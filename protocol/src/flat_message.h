#pragma once
// Cap'n Proto messages in one segment, from bytes of any alignment and to bytes. Private to this room.

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <cstring>
#include <utility>

#include "protocol/bytes.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

/// What a decoder may throw inside read_flat().
template <class Fault>
struct RefusedFields {
  Fault fault;
};

/// Exactly one segment and nothing behind it, read behind limits near its own size: a small message cannot
/// pose as a large one. Cap'n Proto throws for input it cannot read; that ends here. `Fault` begins with a
/// Refusal.
template <class Root, class Value, class Fault, class Read>
Outcome<Value, Fault> read_flat(ByteView bytes, std::size_t bytes_max, Read read) {
  if (bytes.size() > bytes_max) return Fault{Refusal::too_large, {}};
  if (bytes.size() % sizeof(capnp::word) != 0 || bytes.size() < 2 * sizeof(capnp::word)) {
    return Fault{Refusal::malformed, {}};
  }
  if (bytes[0] != 0 || bytes[1] != 0 || bytes[2] != 0 || bytes[3] != 0) return Fault{Refusal::malformed, {}};
  auto words = kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word));
  std::memcpy(words.begin(), bytes.data(), bytes.size());
  capnp::ReaderOptions limits;
  limits.traversalLimitInWords = 2 * words.size() + 64;
  limits.nestingLimit = 8;
  try {
    capnp::FlatArrayMessageReader message(words, limits);
    if (message.getEnd() != words.end()) return Fault{Refusal::malformed, {}};
    return read(message.getRoot<Root>());
  } catch (const RefusedFields<Fault>& refused) {
    return refused.fault;
  } catch (const kj::Exception&) {
    return Fault{Refusal::malformed, {}};
  }
}

/// The message with its segment table. The builder must have been given a first segment large enough for all:
/// readers take one segment only.
inline Bytes to_flat(capnp::MessageBuilder& message) {
  const auto words = capnp::messageToFlatArray(message);
  const auto bytes = words.asBytes();
  return Bytes(bytes.begin(), bytes.end());
}

}  // namespace hansa::protocol
