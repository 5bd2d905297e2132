#pragma once
// One message as it travels: a segment table for one segment, and the segment. Private to this room.

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/exception.h>

#include <cassert>
#include <cstring>

#include "protocol/schema/wire.capnp.h"
#include "protocol/sync_limits.h"
#include "wire/packed.h"

namespace hansa::protocol::wire {

/// What `read` makes of the message in `bytes`; too_large or malformed if there is none.
template <class Result, class Read>
Outcome<Result> read_framed(ByteView bytes, Read read) try {
  if (bytes.size() > message_bytes_max) return Refusal::too_large;
  if (bytes.size() < 2 * sizeof(capnp::word) || bytes.size() % sizeof(capnp::word) != 0)
    return Refusal::malformed;
  Unpacker frame(bytes);
  const auto further_segments = frame.integer<std::uint32_t>();
  const auto words = frame.integer<std::uint32_t>();
  if (further_segments != 0 || words != frame.left() / sizeof(capnp::word)) return Refusal::malformed;
  // What came off the network stands at no particular address; Cap'n Proto reads words.
  auto body = kj::heapArray<capnp::word>(words);
  std::memcpy(body.begin(), bytes.data() + sizeof(capnp::word), frame.left());
  capnp::ReaderOptions limits;
  limits.traversalLimitInWords = words + 16;  // every list is read once: a second time counts again
  limits.nestingLimit = 4;
  const kj::ArrayPtr<const capnp::word> segment = body;
  capnp::SegmentArrayMessageReader reader(kj::arrayPtr(&segment, 1), limits);
  return read(reader.getRoot<schema::Message>());
} catch (const kj::Exception&) {  // how Cap'n Proto reports input it does not take
  return Refusal::malformed;
}

/// The message that `write` puts together. `body_bytes`: of the lists it carries, so that a second segment is
/// never needed: the reader takes one only.
template <class Write>
Bytes framed(std::size_t body_bytes, Write write) {
  capnp::MallocMessageBuilder builder(static_cast<unsigned>(body_bytes / 8 + 128));
  write(builder.initRoot<schema::Message>());
  const auto segments = builder.getSegmentsForOutput();
  assert(segments.size() == 1);
  const auto body = segments[0].asBytes();
  Packer packer;
  packer.reserve(sizeof(capnp::word) + body.size());
  packer.integer(std::uint32_t{0}).integer(static_cast<std::uint32_t>(body.size() / sizeof(capnp::word)));
  Bytes out = packer.bytes({body.begin(), body.size()}).take();
  assert(out.size() <= message_bytes_max);
  return out;
}

}  // namespace hansa::protocol::wire
