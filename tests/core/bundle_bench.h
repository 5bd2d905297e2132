#pragma once
// Bundles of nodes in one process: made, written as a file, checked, taken in.

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "core/bundles.h"
#include "core_bench.h"
#include "protocol/bundle.h"
#include "protocol/bundle_check.h"

namespace hansa::test {

/// A bundle's bytes, and where each of its messages stands in them (length included).
struct WrittenBundle {
  protocol::Bytes bytes;
  std::vector<std::pair<std::size_t, std::size_t>> frames;  ///< offset, bytes
};

/// Of these logs of the node: all of them, or what `asked` chose.
inline WrittenBundle bundle_of(const CoreNode& from, std::vector<protocol::BundleLog> logs,
                               const std::string& asked = "") {
  protocol::BundleOpening opening;
  opening.is_everything = asked.empty();
  opening.asked = asked;
  opening.logs = logs;
  auto front = from.node->begin_bundle(opening);
  REQUIRE(front);
  WrittenBundle bundle{std::move(*front), {}};
  const auto snapshot = from.store->snapshot();
  for (const auto& log : logs)
    for (std::uint64_t at = 1; at <= log.head.sequence; at += protocol::bundle_batch_entries_max) {
      const auto frames = core::bundle_entries(*snapshot, log.head.log, at, log.head.sequence, log.payloads);
      REQUIRE(frames);
      bundle.bytes.insert(bundle.bytes.end(), frames->begin(), frames->end());
    }
  std::size_t at = protocol::bundle_mark().size();
  while (at < bundle.bytes.size()) {
    std::size_t length = 4;
    for (int i = 0; i < 4; ++i) length += std::size_t{bundle.bytes[at + i]} << (8 * i);
    bundle.frames.emplace_back(at, length);
    at += length;
  }
  protocol::BundleSum sum;
  sum.add(bundle.bytes);
  const auto end = sum.end();
  bundle.bytes.insert(bundle.bytes.end(), end.begin(), end.end());
  return bundle;
}
inline WrittenBundle bundle_of_everything(const CoreNode& from) {
  const auto logs = core::bundle_logs(*from.store->snapshot());
  REQUIRE(logs);
  return bundle_of(from, *logs);
}

/// With a hash at the end that fits, as somebody would write it who alters a bundle on purpose.
inline protocol::Bytes with_new_sum(protocol::Bytes bytes) {
  bytes.resize(bytes.size() - 4 - 32);
  protocol::BundleSum sum;
  sum.add(bytes);
  const auto end = sum.end();
  bytes.insert(bytes.end(), end.begin(), end.end());
  return bytes;
}

inline protocol::BundleFrames frames_of(const protocol::Bytes& bytes, std::size_t& at) {
  return protocol::BundleFrames([&bytes, &at](std::span<std::uint8_t> into) {
    const auto count = std::min(into.size(), bytes.size() - at);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), count, into.begin());
    at += count;
    return count;
  });
}

/// None: not even its opening can be read.
inline std::optional<protocol::BundleCheck> check(const protocol::Bytes& bytes) {
  std::size_t at = 0;
  auto frames = frames_of(bytes, at);
  const auto opening = frames.opening();
  if (!opening) return std::nullopt;
  auto check = protocol::BundleCheck::open(*opening);
  if (!check) return std::nullopt;
  for (;;) {
    auto message = frames.next();
    if (!message) {
      check->stop(message.error(), frames.offset());
      return std::move(*check);
    }
    if (!*message) {
      check->end(frames.offset());
      return std::move(*check);
    }
    check->take(**message, frames.offset());
  }
}
inline bool is_valid(const protocol::Bytes& bytes) {
  const auto checked = check(bytes);
  return checked && checked->is_valid();
}

/// As the command does it, a message after the other; a batch stays with its payloads.
inline core::BundleTaken take_in(CoreNode& to, const WrittenBundle& bundle) {
  core::BundleTaken sum;
  protocol::Bytes frames;
  const auto flush = [&] {
    const auto part = protocol::read_bundle_part(frames);
    REQUIRE(part);
    frames.clear();
    if (!part->charters.empty()) to.node->take_charters(part->charters);
    to.node->after_batch();
    const auto taken = to.node->take_in(*part);
    to.node->after_batch();
    sum.entries += taken.entries;
    sum.known += taken.known;
    sum.payloads += taken.payloads;
    sum.refused.insert(sum.refused.end(), taken.refused.begin(), taken.refused.end());
  };
  for (std::size_t i = 1; i < bundle.frames.size(); ++i) {
    const auto [offset, length] = bundle.frames[i];
    const auto frame = protocol::ByteView(bundle.bytes).subspan(offset, length);
    const auto message = protocol::wire::decode(frame.subspan(4));
    REQUIRE(message);
    if (!frames.empty() && !std::holds_alternative<protocol::wire::Payloads>(*message)) flush();
    frames.insert(frames.end(), frame.begin(), frame.end());
  }
  if (!frames.empty()) flush();
  return sum;
}

}  // namespace hansa::test
