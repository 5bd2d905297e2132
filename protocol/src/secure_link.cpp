#include "protocol/secure_link.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "little_endian.h"

namespace hansa::protocol {
namespace {

constexpr std::size_t length_bytes = 4;
constexpr std::size_t plain_bytes_max = noise_message_bytes_max - noise_tag_bytes;
// A length with this bit is no length: the sender parts, the low bits say why.
constexpr std::uint32_t parting_bit = std::uint32_t{1} << 31;

// The numbers of the wire. 0 says nothing; new reasons go to the end.
constexpr std::array<std::pair<std::uint32_t, Refusal>, 12> parting_codes = {
    {{1, Refusal::malformed},
     {2, Refusal::too_large},
     {3, Refusal::limit_exceeded},
     {4, Refusal::bad_signature},
     {5, Refusal::wrong_federation},
     {6, Refusal::unknown_key},
     {7, Refusal::not_permitted},
     {8, Refusal::own_key},
     {9, Refusal::unsupported_version},
     {10, Refusal::timeout},
     {11, Refusal::bad_seal},
     {12, Refusal::bad_chain}}};

std::uint32_t code_of(Refusal why) {
  const auto found = std::ranges::find(parting_codes, why, [](const auto& pair) { return pair.second; });
  return found == parting_codes.end() ? 0 : found->first;
}

Refusal refusal_of(std::uint32_t code) {
  const auto found = std::ranges::find(parting_codes, code, [](const auto& pair) { return pair.first; });
  return found == parting_codes.end() ? Refusal::closed : found->second;
}

}  // namespace

std::vector<Bytes> SecureLink::encrypt(ByteView message) {
  assert(!message.empty() && message.size() <= link_message_bytes_max);
  Bytes framed;
  framed.reserve(length_bytes + message.size());
  append_le(framed, static_cast<std::uint32_t>(message.size()));
  append(framed, message);
  std::vector<Bytes> out;
  out.reserve(framed.size() / plain_bytes_max + 1);
  for (ByteView rest = framed; !rest.empty();) {
    const ByteView piece = rest.first(std::min(rest.size(), plain_bytes_max));
    out.emplace_back().reserve(piece.size() + noise_tag_bytes);
    ciphers_.send.seal({}, piece, out.back());
    counters_.bytes_sent += out.back().size();
    rest = rest.subspan(piece.size());
  }
  ++counters_.messages_sent;
  return out;
}

Bytes SecureLink::part(Refusal why) {
  Bytes plain;
  append_le(plain, parting_bit | code_of(why));
  Bytes out;
  ciphers_.send.seal({}, plain, out);
  counters_.bytes_sent += out.size();
  return out;
}

Outcome<std::vector<Bytes>> SecureLink::decrypt(ByteView transport_message) {
  if (broken_) return *broken_;
  auto frames = [&]() -> Outcome<std::vector<Bytes>> {
    if (parted_) return Refusal::malformed;  // nothing comes after a parting
    if (transport_message.size() > noise_message_bytes_max) return Refusal::too_large;
    if (const auto opened = ciphers_.receive.open({}, transport_message, pending_); !opened) {
      return opened.error();
    }
    if (transport_message.size() == noise_tag_bytes) return Refusal::malformed;
    counters_.bytes_received += transport_message.size();
    return take_frames();
  }();
  if (!frames) {
    broken_ = frames.error();
    pending_ = {};
  }
  return frames;
}

Outcome<std::vector<Bytes>> SecureLink::take_frames() {
  std::vector<Bytes> messages;
  ByteView rest = pending_;
  while (rest.size() >= length_bytes) {
    const auto length = get_le<std::uint32_t>(rest.data());
    if ((length & parting_bit) != 0) {
      if (rest.size() > length_bytes) return Refusal::malformed;
      parted_ = refusal_of(length & ~parting_bit);
      rest = {};
      break;
    }
    if (length == 0) return Refusal::malformed;
    if (length > message_bytes_max_) return Refusal::too_large;
    if (rest.size() - length_bytes < length) break;
    const ByteView message = rest.subspan(length_bytes, length);
    messages.emplace_back(message.begin(), message.end());
    rest = rest.subspan(length_bytes + length);
  }
  counters_.messages_received += messages.size();
  pending_.erase(pending_.begin(), pending_.end() - static_cast<std::ptrdiff_t>(rest.size()));
  return messages;
}

void SecureLink::set_message_bytes_max(std::size_t bytes) {
  assert(bytes <= link_message_bytes_max);
  message_bytes_max_ = bytes;
}

}  // namespace hansa::protocol
