#include "protocol/control_body.h"

#include <algorithm>
#include <cassert>
#include <set>

#include "armour.h"
#include "packed_fields.h"

namespace hansa::protocol {
namespace {

constexpr std::uint16_t layout_version = 1;
constexpr std::size_t approval_fixed_bytes = 2 + 32 + 1;
constexpr std::size_t signed_by_bytes = 32 + 64;
constexpr std::size_t approval_bytes_max = approval_fixed_bytes + approval_signatures_max * signed_by_bytes;

std::optional<Refusal> fault_of(const Announcement& announcement) {
  if (announcement.addresses.size() > announced_addresses_max) return Refusal::limit_exceeded;
  std::set<std::string_view> seen;
  for (const auto& address : announcement.addresses) {
    if (address.size() > announced_address_bytes_max) return Refusal::too_large;
    if (!is_link_address(address)) return Refusal::malformed;
    if (!seen.insert(address).second) return Refusal::duplicate;
  }
  return std::nullopt;
}

}  // namespace

Bytes write_approval(const CharterApproval& approval) {
  assert(!approval.signatures.empty() && approval.signatures.size() <= approval_signatures_max);
  auto ascending = approval.signatures;
  std::ranges::sort(ascending);
  Bytes bytes;
  append_le(bytes, layout_version);
  append(bytes, approval.charter);
  append_le(bytes, static_cast<std::uint8_t>(ascending.size()));
  for (const auto& [key, signature] : ascending) {
    append(bytes, key.bytes);
    append(bytes, signature.bytes);
  }
  return bytes;
}

Outcome<CharterApproval> read_approval(ByteView content) {
  if (content.size() > approval_bytes_max) return Refusal::too_large;
  PackedFields fields(content);
  if (fields.number<std::uint16_t>() != layout_version)
    return content.size() < 2 ? Refusal::malformed : Refusal::unsupported_version;
  CharterApproval approval;
  fields.take(approval.charter);
  const std::size_t count = fields.number<std::uint8_t>();
  if (count > approval_signatures_max) return Refusal::limit_exceeded;
  if (count == 0 || content.size() != approval_fixed_bytes + count * signed_by_bytes)
    return Refusal::malformed;
  for (std::size_t i = 0; i < count; ++i) {
    SignedBy one;
    fields.take(one.first.bytes);
    fields.take(one.second.bytes);
    if (i > 0 && one.first == approval.signatures.back().first) return Refusal::duplicate;
    if (i > 0 && one.first < approval.signatures.back().first) return Refusal::malformed;
    approval.signatures.push_back(one);
  }
  return approval;
}

Outcome<Bytes> write_announcement(const Announcement& announcement) {
  if (const auto refusal = fault_of(announcement)) return *refusal;
  Bytes bytes;
  append_le(bytes, layout_version);
  append_le(bytes, static_cast<std::uint8_t>(announcement.addresses.size()));
  for (const auto& address : announcement.addresses) append_text(bytes, address);
  return bytes;
}

Outcome<Announcement> read_announcement(ByteView content) {
  PackedFields fields(content);
  if (fields.number<std::uint16_t>() != layout_version)
    return content.size() < 2 ? Refusal::malformed : Refusal::unsupported_version;
  const std::size_t count = fields.number<std::uint8_t>();
  if (count > announced_addresses_max) return Refusal::limit_exceeded;
  Announcement announcement;
  for (std::size_t i = 0; i < count; ++i) announcement.addresses.push_back(fields.text());
  if (!fields.ended()) return Refusal::malformed;
  if (const auto refusal = fault_of(announcement)) return *refusal;
  return announcement;
}

std::string armour_proposal(ByteView body) { return armour("proposal", body); }

Outcome<Bytes> read_proposal_text(std::string_view text) {
  return read_armour("proposal", text, charter_body_bytes_max);
}

std::string armour_approval(const CharterApproval& approval) {
  return armour("approval", write_approval(approval));
}

Outcome<CharterApproval> read_approval_text(std::string_view text) {
  const auto bytes = read_armour("approval", text, approval_bytes_max);
  if (!bytes) return bytes.error();
  return read_approval(*bytes);
}

}  // namespace hansa::protocol
