// A body and its signatures side by side: version 2, count 2, body length 4, body, then key 32 and signature
// 64 for each, ascending by key. One encoding for each set of signatures.

#include <algorithm>

#include "charter_rules.h"
#include "little_endian.h"

namespace hansa::protocol {
namespace {

constexpr std::uint16_t envelope_version = 1;
constexpr std::size_t fixed_bytes = 8;
constexpr std::size_t signed_by_bytes = 32 + 64;

}  // namespace

Bytes assemble_charter(ByteView body, std::span<const SignedBy> signatures) {
  std::vector<SignedBy> ascending(signatures.begin(), signatures.end());
  std::ranges::sort(ascending);
  Bytes bytes;
  bytes.reserve(fixed_bytes + body.size() + ascending.size() * signed_by_bytes);
  append_le(bytes, envelope_version);
  append_le(bytes, static_cast<std::uint16_t>(ascending.size()));
  append_le(bytes, static_cast<std::uint32_t>(body.size()));
  append(bytes, body);
  for (const auto& [key, signature] : ascending) {
    append(bytes, key.bytes);
    append(bytes, signature.bytes);
  }
  return bytes;
}

Outcome<SignedParts, CharterFault> decode_signed_charter(ByteView bytes) {
  if (bytes.size() > charter_bytes_max) return CharterFault{Refusal::too_large, {}};
  if (bytes.size() < fixed_bytes) return CharterFault{Refusal::malformed, {}};
  if (get_le<std::uint16_t>(bytes.data()) != envelope_version)
    return CharterFault{Refusal::unsupported_version, {}};
  const std::size_t count = get_le<std::uint16_t>(&bytes[2]);
  const std::size_t body_bytes = get_le<std::uint32_t>(&bytes[4]);
  if (count > 2 * charter_signers_max) return CharterFault{Refusal::limit_exceeded, "signatures"};
  if (bytes.size() != fixed_bytes + body_bytes + count * signed_by_bytes)
    return CharterFault{Refusal::malformed, {}};
  SignedParts parts;
  const ByteView body = bytes.subspan(fixed_bytes, body_bytes);
  parts.body.assign(body.begin(), body.end());
  for (std::size_t i = 0; i < count; ++i) {
    const ByteView one = bytes.subspan(fixed_bytes + body_bytes + i * signed_by_bytes, signed_by_bytes);
    SignedBy signed_by;
    std::copy_n(one.begin(), 32, signed_by.first.bytes.begin());
    std::copy_n(one.begin() + 32, 64, signed_by.second.bytes.begin());
    if (i > 0 && signed_by.first <= parts.signatures.back().first) {
      const bool twice = signed_by.first == parts.signatures.back().first;
      return CharterFault{twice ? Refusal::duplicate : Refusal::malformed,
                          "signatures[" + std::to_string(i) + ']'};
    }
    parts.signatures.push_back(signed_by);
  }
  return parts;
}

}  // namespace hansa::protocol
