#include "protocol/payload.h"

#include <doctest/doctest.h>

#include "logs.h"

using namespace hansa::protocol;
using namespace hansa::protocol::testing;

namespace {

Bytes entry_for(WrittenLog& log, const SealedPayload& payload) {
  EntryFields fields = log.content_fields();
  fields.payload_blocks = payload.blocks;
  fields.commitment = payload.commitment;
  return log.add(fields);
}

}  // namespace

TEST_CASE("a payload matches its own header and salt, and nothing else does") {
  Dice dice(61);
  WrittenLog log(dice, dice.hash());
  const Salt salt = Salt::generate(dice.entropy());
  const Bytes content = dice.bytes(1000);
  const auto sealed = seal_payload(content, salt);
  REQUIRE(sealed);
  CHECK(sealed->blocks == 4);
  const Bytes bytes = entry_for(log, *sealed);
  const auto header = HeaderView::parse(bytes);
  REQUIRE(header);
  const auto payload = check_payload(*header, salt, content);
  REQUIRE(payload);
  CHECK(payload->log() == log.tip().log);
  CHECK(payload->sequence() == 2);
  CHECK(payload->salt() == salt);
  CHECK(payload->content() == content);
  for (std::size_t at = 0; at < content.size(); at += 37) {
    Bytes other = content;
    other[at] ^= 1;
    CHECK(check_payload(*header, salt, other).error() == Refusal::bad_commitment);
  }
  Salt other_salt = salt;
  other_salt.bytes[31] ^= 1;
  CHECK(check_payload(*header, other_salt, content).error() == Refusal::bad_commitment);
  // Zeros at the end are not padding.
  Bytes longer = content;
  longer.push_back(0);
  CHECK(check_payload(*header, salt, longer).error() == Refusal::bad_commitment);
  CHECK(check_payload(*header, salt, Bytes(2000)).error() == Refusal::bad_commitment);
  CHECK(check_payload(*header, salt, Bytes(payload_content_bytes_max + 1)).error() == Refusal::too_large);
}

TEST_CASE("size classes") {
  const Salt salt{};
  const auto blocks = [&](std::size_t size) { return seal_payload(Bytes(size), salt)->blocks; };
  CHECK(blocks(0) == 1);
  CHECK(blocks(252) == 1);
  CHECK(blocks(253) == 2);
  CHECK(blocks(payload_content_bytes_max) == payload_blocks_max);
  CHECK(seal_payload(Bytes(payload_content_bytes_max + 1), salt).error() == Refusal::too_large);
}

TEST_CASE("an entry without a payload takes none") {
  Dice dice(62);
  WrittenLog log(dice, dice.hash());
  EntryFields fields;
  fields.kind = EntryKind::receipt;
  const auto header = HeaderView::parse(log.add(fields));
  REQUIRE(header);
  CHECK(check_payload(*header, Salt{}, {}).error() == Refusal::bad_commitment);
}

TEST_CASE("at rest: back as it was, never twice the same bytes, nothing readable") {
  Dice dice(63);
  const Salt salt = Salt::generate(dice.entropy());
  for (const std::size_t size : {0UL, 1UL, 1500UL, payload_content_bytes_max}) {
    Bytes content(size, 'a');
    const Bytes first = encrypt_at_rest(content, salt, dice.entropy());
    const Bytes second = encrypt_at_rest(content, salt, dice.entropy());
    CHECK(first != second);
    CHECK(text_of(first).find("aaaa") == std::string_view::npos);
    const auto back = decrypt_at_rest(first, salt);
    REQUIRE(back);
    CHECK(*back == content);
    if (size > 1000) CHECK(first.size() < size / 2);
  }
}

TEST_CASE("at rest: another salt, a flip or a cut is refused") {
  Dice dice(64);
  const Salt salt = Salt::generate(dice.entropy());
  const Bytes stored = encrypt_at_rest(view_of("what was tried in one town"), salt, dice.entropy());
  Salt other = salt;
  other.bytes[0] ^= 1;
  CHECK(decrypt_at_rest(stored, other).error() == Refusal::bad_seal);
  for (std::size_t at = 0; at < stored.size(); ++at) {
    Bytes flipped = stored;
    flipped[at] ^= 0x20;
    CHECK(decrypt_at_rest(flipped, salt).error() ==
          (at == 0 ? Refusal::unsupported_version : Refusal::bad_seal));
    CHECK_FALSE(decrypt_at_rest(ByteView(stored).first(at), salt));
  }
}
