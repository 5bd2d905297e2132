#include "protocol/signer_line.h"

#include <algorithm>

#include "armour.h"
#include "names.h"
#include "packed_fields.h"

namespace hansa::protocol {
namespace {

constexpr std::size_t signature_bytes = 64;
constexpr std::size_t line_bytes_max = 32 + id_bytes + 2 + charter_name_bytes_max + signature_bytes;

}  // namespace

Outcome<std::string> write_signer_line(CharterSigner signer, const SecretKey& key) {
  if (!is_name(signer.name, charter_name_bytes_max)) return Refusal::malformed;
  Bytes bytes(key.public_key().bytes.begin(), key.public_key().bytes.end());
  append(bytes, signer.partner.value_or(PartnerId{}).bytes);
  append_text(bytes, signer.name);
  append(bytes, key.sign(Purpose::signer, bytes).bytes);
  return armour("signer", bytes);
}

Outcome<CharterSigner> read_signer_line(std::string_view text) {
  const auto bytes = read_armour("signer", text, line_bytes_max);
  if (!bytes) return bytes.error();
  if (bytes->size() < signature_bytes) return Refusal::malformed;
  const ByteView signed_part = ByteView(*bytes).first(bytes->size() - signature_bytes);
  PackedFields fields(signed_part);
  CharterSigner signer;
  PartnerId partner;
  fields.take(signer.key.bytes);
  fields.take(partner.bytes);
  signer.name = fields.text();
  if (!fields.ended() || !is_name(signer.name, charter_name_bytes_max)) return Refusal::malformed;
  if (partner != PartnerId{}) signer.partner = partner;
  Signature signature;
  std::copy_n(bytes->end() - signature_bytes, signature_bytes, signature.bytes.begin());
  if (!verify(Purpose::signer, signer.key, signed_part, signature)) return Refusal::bad_signature;
  return signer;
}

}  // namespace hansa::protocol
