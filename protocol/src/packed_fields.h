#pragma once
// Fields of the small signed layouts that people pass on as one line of text (cards, invitations). Private to
// this room.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "little_endian.h"
#include "protocol/bytes.h"

namespace hansa::protocol {

/// A length of two bytes, then the text.
inline void append_text(Bytes& out, std::string_view text) {
  append_le(out, static_cast<std::uint16_t>(text.size()));
  append(out, view_of(text));
}

/// Takes fields from the front; after one that is not there, everything is missing.
class PackedFields {
 public:
  explicit PackedFields(ByteView bytes) : rest_(bytes) {}

  ByteView take(std::size_t count) {
    if (!whole_ || count > rest_.size()) {
      whole_ = false;
      return {};
    }
    const ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  /// Zeros if it is missing.
  template <std::size_t n>
  void take(std::array<std::uint8_t, n>& into) {
    std::ranges::copy(take(n), into.begin());
  }
  /// Zero if it is missing.
  template <class Integer>
  Integer number() {
    const ByteView bytes = take(sizeof(Integer));
    return bytes.empty() ? Integer{0} : get_le<Integer>(bytes.data());
  }
  std::string text() { return std::string(text_of(take(number<std::uint16_t>()))); }
  /// Everything was there, and nothing is left.
  bool ended() const { return whole_ && rest_.empty(); }

 private:
  ByteView rest_;
  bool whole_ = true;
};

/// A `ws://` or `wss://` address in printable ASCII; what is behind the scheme is for those who dial.
inline bool is_link_address(std::string_view address) {
  if (!address.starts_with("ws://") && !address.starts_with("wss://")) return false;
  const auto host = address.substr(address.find("//") + 2);
  return !host.empty() && std::ranges::all_of(address, [](char c) { return c > ' ' && c < 127; });
}

}  // namespace hansa::protocol
