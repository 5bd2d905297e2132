#include "protocol/hold.h"

#include <algorithm>
#include <cassert>

#include "armour.h"
#include "packed_fields.h"

namespace hansa::protocol {
namespace {

constexpr std::uint16_t layout_version = 1;
constexpr std::size_t signature_bytes = 64;

std::optional<Refusal> fault_of(const Hold& hold) {
  const auto& from = hold.from;
  if (from.size() > hold_positions_max) return Refusal::limit_exceeded;
  if (hold.is_release && !from.empty()) return Refusal::malformed;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i].sequence == 0 || (i > 0 && from[i].log <= from[i - 1].log)) return Refusal::malformed;
  }
  return std::nullopt;
}

}  // namespace

Outcome<Bytes> seal_hold(Hold hold, const SecretKey& signer) {
  if (const auto refusal = fault_of(hold)) return *refusal;
  Bytes bytes;
  append_le(bytes, layout_version);
  bytes.push_back(hold.is_release ? hold_release_proof_kind : hold_proof_kind);
  append(bytes, hold.federation);
  append(bytes, hold.charter);
  append(bytes, hold.node.bytes);
  append(bytes, signer.public_key().bytes);
  append_le(bytes, hold.signed_ms);
  if (!hold.is_release) append_le(bytes, static_cast<std::uint8_t>(hold.from.size()));
  for (const auto& entry : hold.from) {
    append(bytes, entry.log);
    append_le(bytes, entry.sequence);
  }
  append(bytes, signer.sign(Purpose::hold, bytes).bytes);
  assert(bytes.size() <= hold_bytes_max);
  return bytes;
}

Outcome<Hold> read_hold(ByteView bytes) {
  if (bytes.size() < 3 || bytes.size() > hold_bytes_max) return Refusal::malformed;
  PackedFields fields(bytes);
  const auto version = fields.number<std::uint16_t>();
  const auto kind = fields.number<std::uint8_t>();
  const bool is_known = kind == hold_proof_kind || kind == hold_release_proof_kind;
  if (version != layout_version || !is_known) return Refusal::unsupported_version;
  Hold hold;
  hold.is_release = kind == hold_release_proof_kind;
  fields.take(hold.federation);
  fields.take(hold.charter);
  fields.take(hold.node.bytes);
  fields.take(hold.signer.bytes);
  hold.signed_ms = fields.number<std::uint64_t>();
  if (!hold.is_release) {
    const std::size_t count = fields.number<std::uint8_t>();
    if (count > hold_positions_max) return Refusal::limit_exceeded;
    hold.from.resize(count);
    for (auto& entry : hold.from) {
      fields.take(entry.log);
      entry.sequence = fields.number<std::uint64_t>();
    }
  }
  Signature signature;
  fields.take(signature.bytes);
  if (!fields.ended()) return Refusal::malformed;
  if (const auto refusal = fault_of(hold)) return *refusal;
  if (!verify(Purpose::hold, hold.signer, bytes.first(bytes.size() - signature_bytes), signature))
    return Refusal::bad_signature;
  return hold;
}

std::string armour_hold(ByteView hold) { return armour("hold", hold); }

Outcome<Bytes> read_hold_text(std::string_view text) { return read_armour("hold", text, hold_bytes_max); }

bool may_act(const Hold& hold, const Charter& charter) {
  return hold.federation == charter.federation() && hold.charter == charter.hash() &&
         charter.signer(hold.signer) != nullptr && charter.node(hold.node) != nullptr;
}

bool outranks(const Hold& a, ByteView a_bytes, const Hold& b, ByteView b_bytes) {
  assert(a.signer == b.signer && a.node == b.node && a.charter == b.charter);
  if (a.signed_ms != b.signed_ms) return a.signed_ms > b.signed_ms;
  return std::ranges::lexicographical_compare(a_bytes, b_bytes);
}

}  // namespace hansa::protocol
