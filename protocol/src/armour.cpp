#include "armour.h"

#include "sodium_ready.h"

namespace hansa::protocol {
namespace {

constexpr int base64url = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace

std::string armour(std::string_view kind, ByteView bytes) {
  ready_sodium();
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), base64url), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), base64url);
  text.pop_back();  // libsodium ends it with a zero
  return "hansa-" + std::string(kind) + "-1:" + text;
}

Outcome<Bytes> read_armour(std::string_view kind, std::string_view text, std::size_t bytes_max) {
  const std::string family = "hansa-" + std::string(kind) + "-";
  // Room for white space; what is longer was never one of these.
  if (text.size() > family.size() + 64 + 2 * (bytes_max * 4 / 3)) return Refusal::too_large;
  std::string line;
  line.reserve(text.size());
  for (const char c : text) {
    if (!is_space(c)) line += c;
  }
  if (!line.starts_with(family)) return Refusal::malformed;
  line.erase(0, family.size());
  if (!line.starts_with("1:")) return Refusal::unsupported_version;
  line.erase(0, 2);
  if (line.size() > bytes_max * 4 / 3 + 2) return Refusal::too_large;
  Bytes bytes(line.size() * 3 / 4 + 1);
  std::size_t size = 0;
  const char* end = nullptr;
  // libsodium refuses bits left over, so that one value has one text.
  if (sodium_base642bin(bytes.data(), bytes.size(), line.data(), line.size(), nullptr, &size, &end,
                        base64url) != 0 ||
      end != line.data() + line.size()) {
    return Refusal::malformed;
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace hansa::protocol
