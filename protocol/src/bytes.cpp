#include "protocol/bytes.h"

#include <algorithm>

namespace hansa::protocol {
namespace {

constexpr int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool decode_hex(std::string_view text, std::uint8_t* out) {
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const int high = digit_value(text[i]);
    const int low = digit_value(text[i + 1]);
    if (high < 0 || low < 0) return false;
    out[i / 2] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

}  // namespace

std::string to_hex(ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t b : bytes) {
    text += digits[b >> 4];
    text += digits[b & 15];
  }
  return text;
}

Outcome<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return Refusal::malformed;
  Bytes bytes(text.size() / 2);
  if (!decode_hex(text, bytes.data())) return Refusal::malformed;
  return bytes;
}

Outcome<Hash> hash_from_hex(std::string_view text) {
  Hash hash{};
  if (text.size() != hash.size() * 2 || !decode_hex(text, hash.data())) return Refusal::malformed;
  return hash;
}

}  // namespace hansa::protocol
