#include "protocol/hold.h"

#include <algorithm>

#include "packed_fields.h"

namespace hansa::protocol {
namespace {

constexpr std::uint16_t layout_version = 1;
constexpr std::size_t signature_bytes = 64;
constexpr std::size_t hold_bytes_max = 1024;

/// Version, kind, federation, charter, node, signer.
Bytes front(std::uint8_t kind, const Hash& federation, const Hash& charter, const PublicKey& node,
            const PublicKey& signer) {
  Bytes bytes;
  append_le(bytes, layout_version);
  bytes.push_back(kind);
  append(bytes, federation);
  append(bytes, charter);
  append(bytes, node.bytes);
  append(bytes, signer.bytes);
  return bytes;
}

Bytes sealed(Bytes bytes, const SecretKey& signer) {
  append(bytes, signer.sign(Purpose::hold, bytes).bytes);
  return bytes;
}

std::optional<Refusal> fault_of(const std::vector<EntryRef>& from) {
  if (from.size() > hold_positions_max) return Refusal::limit_exceeded;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i].sequence == 0 || (i > 0 && from[i].log <= from[i - 1].log)) return Refusal::malformed;
  }
  return std::nullopt;
}

}  // namespace

Outcome<Bytes> seal_hold(Hold hold, const SecretKey& signer) {
  if (const auto refusal = fault_of(hold.from)) return *refusal;
  Bytes bytes = front(hold_proof_kind, hold.federation, hold.charter, hold.node, signer.public_key());
  append_le(bytes, static_cast<std::uint8_t>(hold.from.size()));
  for (const auto& entry : hold.from) {
    append(bytes, entry.log);
    append_le(bytes, entry.sequence);
  }
  return sealed(std::move(bytes), signer);
}

Bytes seal_hold_release(HoldRelease release, const SecretKey& signer) {
  return sealed(
      front(hold_release_proof_kind, release.federation, release.charter, release.node, signer.public_key()),
      signer);
}

Outcome<std::variant<Hold, HoldRelease>> read_hold(ByteView bytes) {
  if (bytes.size() < 2 || bytes.size() > hold_bytes_max) return Refusal::malformed;
  PackedFields fields(bytes);
  if (fields.number<std::uint16_t>() != layout_version) return Refusal::unsupported_version;
  const auto kind = fields.number<std::uint8_t>();
  if (kind != hold_proof_kind && kind != hold_release_proof_kind) return Refusal::malformed;
  Hold hold;
  fields.take(hold.federation);
  fields.take(hold.charter);
  fields.take(hold.node.bytes);
  fields.take(hold.signer.bytes);
  if (kind == hold_proof_kind) {
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
  if (const auto refusal = fault_of(hold.from)) return *refusal;
  if (!verify(Purpose::hold, hold.signer, bytes.first(bytes.size() - signature_bytes), signature))
    return Refusal::bad_signature;
  if (kind == hold_proof_kind) return std::variant<Hold, HoldRelease>(std::move(hold));
  return std::variant<Hold, HoldRelease>(HoldRelease{hold.federation, hold.charter, hold.node, hold.signer});
}

std::vector<Hold> holds_now(const Charter& charter, const std::vector<std::variant<Hold, HoldRelease>>& set) {
  std::vector<Hold> acting;
  for (const auto& one : set) {
    const auto* hold = std::get_if<Hold>(&one);
    if (hold == nullptr || hold->federation != charter.federation() || hold->charter != charter.hash())
      continue;
    if (charter.signer(hold->signer) == nullptr || charter.node(hold->node) == nullptr) continue;
    const HoldRelease release{hold->federation, hold->charter, hold->node, hold->signer};
    const bool released = std::ranges::any_of(set, [&](const auto& other) {
      const auto* found = std::get_if<HoldRelease>(&other);
      return found != nullptr && *found == release;
    });
    if (!released) acting.push_back(*hold);
  }
  return acting;
}

bool is_held(const Hold& hold, const PublicKey& author, const EntryRef& entry) {
  if (author != hold.node) return false;
  const auto from = std::ranges::find(hold.from, entry.log, &EntryRef::log);
  return from == hold.from.end() || entry.sequence >= from->sequence;
}

}  // namespace hansa::protocol
