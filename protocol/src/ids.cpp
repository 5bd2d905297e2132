#include "protocol/ids.h"

#include <algorithm>
#include <charconv>

namespace hansa::protocol {
namespace {

constexpr std::string_view urn_prefix = "urn:hansa:";
constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";

std::string base32(const std::array<std::uint8_t, id_bytes>& bytes) {
  std::string text;
  text.reserve(id_text_chars);
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const std::uint8_t b : bytes) {
    buffer = (buffer << 8) | b;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(buffer >> bits) & 31];
    }
  }
  text += alphabet[(buffer << (5 - bits)) & 31];  // 128 bits = 25 characters and 3 bits
  return text;
}

Outcome<std::array<std::uint8_t, id_bytes>> from_base32(std::string_view text) {
  if (text.size() != id_text_chars) return Refusal::malformed;
  std::array<std::uint8_t, id_bytes> bytes{};
  std::uint32_t buffer = 0;
  int bits = 0;
  std::size_t at = 0;
  for (const char c : text) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos) return Refusal::malformed;
    buffer = (buffer << 5) | static_cast<std::uint32_t>(value);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = static_cast<std::uint8_t>(buffer >> bits);
    }
  }
  // The last character carries two bits too many; they must be zero, or one id would have four texts.
  if ((buffer & ((1U << bits) - 1)) != 0) return Refusal::malformed;
  return bytes;
}

}  // namespace

std::string to_text(const PartnerId& id) { return base32(id.bytes); }

std::string to_text(const RecordId& id) {
  return std::string(urn_prefix) + base32(id.owner.bytes) + ':' + base32(id.local);
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

Outcome<PartnerId> parse_partner_id(std::string_view text) {
  const auto bytes = from_base32(text);
  if (!bytes) return bytes.error();
  return PartnerId{*bytes};
}

Outcome<RecordId> parse_record_id(std::string_view text) {
  if (text.size() != record_id_text_chars || !text.starts_with(urn_prefix)) return Refusal::malformed;
  if (text[urn_prefix.size() + id_text_chars] != ':') return Refusal::malformed;
  const auto owner = from_base32(text.substr(urn_prefix.size(), id_text_chars));
  const auto local = from_base32(text.substr(urn_prefix.size() + id_text_chars + 1));
  if (!owner || !local) return Refusal::malformed;
  return RecordId{PartnerId{*owner}, *local};
}

std::array<std::uint8_t, record_id_bytes> to_bytes(const RecordId& id) {
  std::array<std::uint8_t, record_id_bytes> bytes{};
  std::copy(id.owner.bytes.begin(), id.owner.bytes.end(), bytes.begin());
  std::copy(id.local.begin(), id.local.end(), bytes.begin() + id_bytes);
  return bytes;
}

Outcome<RecordId> record_id_from_bytes(ByteView bytes) {
  if (bytes.size() != record_id_bytes) return Refusal::malformed;
  RecordId id;
  std::copy_n(bytes.begin(), id_bytes, id.owner.bytes.begin());
  std::copy_n(bytes.begin() + id_bytes, id_bytes, id.local.begin());
  return id;
}

Outcome<PartnerId> partner_id_from_bytes(ByteView bytes) {
  if (bytes.size() != id_bytes) return Refusal::malformed;
  PartnerId id;
  std::copy_n(bytes.begin(), id_bytes, id.bytes.begin());
  return id;
}

}  // namespace hansa::protocol
