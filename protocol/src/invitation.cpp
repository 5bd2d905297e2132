#include "protocol/invitation.h"

#include <algorithm>
#include <optional>

#include "armour.h"
#include "names.h"
#include "packed_fields.h"
#include "protocol/recovery.h"

namespace hansa::protocol {
namespace {

constexpr std::uint16_t invitation_version = 1;
constexpr std::size_t signature_bytes = 64;
constexpr std::size_t invitation_bytes_max = 2 + 32 + 4 + 32 + 32 + 2 * invitation_id_bytes + 8 + 2 +
                                             card_address_bytes_max + 2 + charter_name_bytes_max +
                                             signature_bytes;
constexpr std::size_t word_bits = 11;

std::optional<Refusal> fault_of(const Invitation& invitation) {
  if (invitation.address.size() > card_address_bytes_max ||
      invitation.federation_name.size() > charter_name_bytes_max) {
    return Refusal::too_large;
  }
  if (invitation.charter_version == 0 || !is_link_address(invitation.address) ||
      !is_name(invitation.federation_name, charter_name_bytes_max)) {
    return Refusal::malformed;
  }
  return std::nullopt;
}

/// Eleven bits a word, from the highest bit of the first byte on.
ComparedWords words_of(const Hash& hash) {
  ComparedWords words;
  std::size_t bit = 0;
  for (auto& chosen : words) {
    std::size_t index = 0;
    for (std::size_t i = 0; i < word_bits; ++i, ++bit) {
      index = index << 1 | (hash[bit / 8] >> (7 - bit % 8) & 1U);
    }
    chosen = word(index);
  }
  return words;
}

}  // namespace

Outcome<std::string> write_invitation(const Invitation& invitation, const SecretKey& inviter) {
  if (const auto refusal = fault_of(invitation)) return *refusal;
  Bytes bytes;
  append_le(bytes, invitation_version);
  append(bytes, invitation.federation);
  append_le(bytes, invitation.charter_version);
  append(bytes, invitation.charter_hash);
  append(bytes, inviter.public_key().bytes);
  append(bytes, invitation.id);
  append(bytes, invitation.secret);
  append_le(bytes, invitation.expires_ms);
  append_text(bytes, invitation.address);
  append_text(bytes, invitation.federation_name);
  append(bytes, inviter.sign(Purpose::join, bytes).bytes);
  return armour("join", bytes);
}

Outcome<Invitation> read_invitation(std::string_view text) {
  if (text.size() > invitation_chars_max) return Refusal::too_large;
  const auto bytes = read_armour("join", text, invitation_bytes_max);
  if (!bytes) return bytes.error();
  if (bytes->size() < 2 + signature_bytes) return Refusal::malformed;
  const ByteView signed_part = ByteView(*bytes).first(bytes->size() - signature_bytes);
  PackedFields fields(signed_part);
  if (fields.number<std::uint16_t>() != invitation_version) return Refusal::unsupported_version;
  Invitation invitation;
  fields.take(invitation.federation);
  invitation.charter_version = fields.number<std::uint32_t>();
  fields.take(invitation.charter_hash);
  fields.take(invitation.inviter.bytes);
  fields.take(invitation.id);
  fields.take(invitation.secret);
  invitation.expires_ms = fields.number<std::uint64_t>();
  invitation.address = fields.text();
  invitation.federation_name = fields.text();
  if (!fields.ended()) return Refusal::malformed;
  if (const auto refusal = fault_of(invitation)) return *refusal;
  Signature signature;
  std::copy_n(bytes->end() - signature_bytes, signature_bytes, signature.bytes.begin());
  if (!verify(Purpose::join, invitation.inviter, signed_part, signature)) return Refusal::bad_signature;
  return invitation;
}

ComparedWords joining_words(const PublicKey& joiner, const Invitation& invitation, const JoinNonce& nonce) {
  return words_of(hash(
      Tag::words, {joiner.bytes, invitation.inviter.bytes, invitation.federation, invitation.id, nonce}));
}

ComparedWords key_words(const PublicKey& key) { return words_of(hash(Tag::words, key.bytes)); }

}  // namespace hansa::protocol
