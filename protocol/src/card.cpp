#include "protocol/card.h"

#include <algorithm>
#include <optional>

#include "armour.h"
#include "names.h"
#include "packed_fields.h"
#include "protocol/unicode.h"

namespace hansa::protocol {
namespace {

constexpr std::size_t signature_bytes = 64;
constexpr std::size_t text_fields = 5;
constexpr std::size_t card_bytes_max = 32 + id_bytes + text_fields * 2 + card_name_bytes_max +
                                       language_bytes_max + 2 + card_org_type_bytes_max +
                                       card_address_bytes_max + signature_bytes;

bool valid_code(std::string_view code) {
  return std::ranges::all_of(
      code, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
}

std::optional<Refusal> fault_of(const Card& card) {
  if (card.name.size() > card_name_bytes_max || card.org_type.size() > card_org_type_bytes_max ||
      card.address.size() > card_address_bytes_max) {
    return Refusal::too_large;
  }
  if (card.partner == PartnerId{} || !is_name(card.name, card_name_bytes_max) ||
      !is_language_tag(card.language) || !is_country(card.country) || !valid_code(card.org_type) ||
      (!card.address.empty() && !is_link_address(card.address))) {
    return Refusal::malformed;
  }
  return std::nullopt;
}

}  // namespace

Outcome<std::string> write_card(const Card& card, const SecretKey& node_key) {
  if (const auto refusal = fault_of(card)) return *refusal;
  Bytes bytes(node_key.public_key().bytes.begin(), node_key.public_key().bytes.end());
  append(bytes, card.partner.bytes);
  append_text(bytes, card.name);
  append_text(bytes, card.language);
  append_text(bytes, card.country);
  append_text(bytes, card.org_type);
  append_text(bytes, card.address);
  append(bytes, node_key.sign(Purpose::card, bytes).bytes);
  return armour("card", bytes);
}

Outcome<Card> read_card(std::string_view text) {
  if (text.size() > card_chars_max) return Refusal::too_large;
  const auto bytes = read_armour("card", text, card_bytes_max);
  if (!bytes) return bytes.error();
  if (bytes->size() < signature_bytes + 32 + id_bytes) return Refusal::malformed;
  const ByteView signed_part = ByteView(*bytes).first(bytes->size() - signature_bytes);
  PackedFields fields(signed_part);
  Card card;
  fields.take(card.node_key.bytes);
  fields.take(card.partner.bytes);
  card.name = fields.text();
  card.language = fields.text();
  card.country = fields.text();
  card.org_type = fields.text();
  card.address = fields.text();
  if (!fields.ended()) return Refusal::malformed;
  if (const auto refusal = fault_of(card)) return *refusal;
  Signature signature;
  std::copy_n(bytes->end() - signature_bytes, signature_bytes, signature.bytes.begin());
  if (!verify(Purpose::card, card.node_key, signed_part, signature)) return Refusal::bad_signature;
  return card;
}

}  // namespace hansa::protocol
