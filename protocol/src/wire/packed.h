#pragma once
// Rows of integers and hashes packed by hand, and compressed blocks: the parts of a message that Cap'n Proto
// carries as Data.

#include <cassert>
#include <cstdint>
#include <cstring>
#include <vector>

#include "protocol/bytes.h"
#include "protocol/outcome.h"

namespace hansa::protocol::wire {

/// Appends little-endian integers and bytes.
class Packer {
 public:
  template <class Integer>
  Packer& integer(Integer value) {
    for (std::size_t i = 0; i < sizeof(Integer); ++i)
      bytes_.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i)));
    return *this;
  }
  void reserve(std::size_t bytes) { bytes_.reserve(bytes); }
  Packer& bytes(ByteView more) {
    bytes_.insert(bytes_.end(), more.begin(), more.end());
    return *this;
  }
  ByteView view() const { return bytes_; }
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

/// Takes from the front. Reading more than is left is a bug: ask left() first.
class Unpacker {
 public:
  explicit Unpacker(ByteView bytes) : bytes_(bytes) {}
  std::size_t left() const { return bytes_.size(); }
  template <class Integer>
  Integer integer() {
    assert(left() >= sizeof(Integer));
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Integer); ++i)
      value |= static_cast<std::uint64_t>(bytes_[i]) << (8 * i);
    bytes_ = bytes_.subspan(sizeof(Integer));
    return static_cast<Integer>(value);
  }
  ByteView bytes(std::size_t count) {
    assert(left() >= count);
    const ByteView front = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return front;
  }
  template <std::size_t N>
  std::array<std::uint8_t, N> array() {
    std::array<std::uint8_t, N> out;
    const auto front = bytes(N);
    std::memcpy(out.data(), front.data(), N);
    return out;
  }

 private:
  ByteView bytes_;
};

/// One zstd frame.
Bytes deflate(ByteView bytes);
/// Refusals: inflated_too_large (it says, or would inflate to, more than inflated_bytes_max or than `bytes`),
/// malformed (no zstd frame of exactly `bytes`, or something behind it).
Outcome<Bytes> inflate(ByteView frame, std::size_t bytes);

}  // namespace hansa::protocol::wire
