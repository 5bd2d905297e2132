#pragma once
// Integers in our own layouts: little-endian, whatever the machine. Private to this room.

#include <cstddef>
#include <cstdint>

#include "protocol/bytes.h"

namespace hansa::protocol {

template <class Integer>
void put_le(std::uint8_t* at, Integer value) {
  for (std::size_t i = 0; i < sizeof value; ++i) at[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

template <class Integer>
Integer get_le(const std::uint8_t* at) {
  Integer value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i) {
    value = static_cast<Integer>(value | static_cast<Integer>(at[i]) << (8 * i));
  }
  return value;
}

template <class Integer>
void append_le(Bytes& out, Integer value) {
  std::uint8_t bytes[sizeof value];
  put_le(bytes, value);
  out.insert(out.end(), bytes, bytes + sizeof value);
}

inline void append(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

}  // namespace hansa::protocol
