#include "protocol/entry.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "logs.h"

using namespace hansa::protocol;
using namespace hansa::protocol::testing;

namespace {

Bytes changed(Bytes bytes, std::size_t at, std::initializer_list<int> values) {
  for (const int value : values) bytes[at++] = static_cast<std::uint8_t>(value);
  return bytes;
}

}  // namespace

TEST_CASE("a declaration says who writes the log") {
  Dice dice(1);
  const SecretKey key = dice.key();
  DeclarationFields fields{dice.hash(), 3, dice.hash(), PreviousEpoch{dice.hash(), 77, dice.hash()}, 123456};
  const auto bytes = seal_declaration(fields, key);
  REQUIRE(bytes);
  CHECK(bytes->size() == declaration_bytes);
  const auto header = HeaderView::parse(*bytes);
  REQUIRE(header);
  CHECK(header->is_declaration());
  CHECK(header->version() == 1);
  CHECK(header->sequence() == 1);
  CHECK(header->federation() == fields.federation);
  CHECK(header->log() == log_id(fields.federation, key.public_key(), fields.epoch_nonce));
  CHECK(header->node_key() == key.public_key());
  CHECK(header->epoch_number() == 3);
  CHECK(header->epoch_nonce() == fields.epoch_nonce);
  CHECK(header->previous_epoch() == fields.previous);
  CHECK(header->author_time_ms() == 123456);
  CHECK(header->kind() == EntryKind::none);
  CHECK(header->payload_blocks() == 0);
  CHECK_FALSE(header->record());
  CHECK(verify_signature(*header, key.public_key()));
}

TEST_CASE("every field of an entry comes back as it was sealed") {
  Dice dice(2);
  WrittenLog log(dice, dice.hash());
  EntryFields fields = log.content_fields();
  fields.record_kind = RecordKind::contact;
  fields.visibility = Visibility::network;
  fields.personal = true;
  fields.subject = dice.record();
  fields.parents = {dice.hash(), dice.hash(), dice.hash()};
  fields.retention_month = retention_month(2031, 12);
  const LogTip before = log.tip();
  const auto header = HeaderView::parse(log.add(fields));
  REQUIRE(header);
  CHECK(header->length() == header_bytes);
  CHECK(header->sequence() == 2);
  CHECK(header->previous_hash() == before.hash);
  CHECK(header->kind() == EntryKind::content);
  CHECK(header->record() == fields.record);
  CHECK(header->record_kind() == RecordKind::contact);
  CHECK(header->visibility() == Visibility::network);
  CHECK(header->personal());
  CHECK(header->subject() == fields.subject);
  CHECK(header->payload_blocks() == 6);
  CHECK(header->commitment() == fields.commitment);
  CHECK(header->retention_month() == 2031 * 12 + 11);
  CHECK(header->author_time_ms() == fields.author_time_ms);
  REQUIRE(header->parent_count() == 3);
  std::ranges::sort(fields.parents);
  for (std::size_t i = 0; i < 3; ++i) CHECK(header->parent(i) == fields.parents[i]);
  CHECK(header->hash() == log.tip().hash);
}

TEST_CASE("an erasure may name one entry") {
  Dice dice(3);
  WrittenLog log(dice, dice.hash());
  EntryFields fields;
  fields.kind = EntryKind::erase;
  fields.subject = EntryRef{log.tip().log, 17};
  const auto header = HeaderView::parse(log.add(fields));
  REQUIRE(header);
  CHECK(header->subject() == fields.subject);
  CHECK_FALSE(header->record());
}

TEST_CASE("a flipped bit anywhere is refused or breaks the signature, and changes the hash") {
  Dice dice(4);
  WrittenLog log(dice, dice.hash());
  const Bytes entry = log.add_content();
  for (const Bytes& bytes : log.headers()) {
    const Hash hash = entry_hash(bytes);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      Bytes flipped = bytes;
      flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
      CHECK(entry_hash(flipped) != hash);
      const auto header = HeaderView::parse(flipped);
      // A declaration names its own author; that its key may differ is the id's matter.
      if (header && verify_signature(*header, log.key().public_key())) FAIL_CHECK("bit " << bit);
    }
  }
}

TEST_CASE("every cut and every extra byte is refused") {
  Dice dice(5);
  WrittenLog log(dice, dice.hash());
  log.add_content();
  for (const Bytes& bytes : log.headers()) {
    for (std::size_t size = 0; size < bytes.size(); ++size)
      CHECK_FALSE(HeaderView::parse(ByteView(bytes).first(size)));
    Bytes longer = bytes;
    longer.push_back(0);
    CHECK_FALSE(HeaderView::parse(longer));
    CHECK(HeaderView::parse_front(longer));
  }
}

TEST_CASE("what stands in a field that must be empty is refused") {
  Dice dice(6);
  WrittenLog log(dice, dice.hash());
  EntryFields fields = log.content_fields();
  const Bytes good = log.add(fields);
  REQUIRE(HeaderView::parse(good));
  struct Change {
    std::size_t at;
    std::initializer_list<int> values;
  };
  const Change changes[] = {
      {0, {0, 0}},         {2, {0xa9, 1}}, {68, {0}},  {116, {0, 0}}, {118, {0}},   {119, {0}},
      {120, {2}},          {120, {0x80}},  {121, {1}}, {121, {5}},    {121, {255}}, {122, {0, 0}},
      {122, {0x01, 0x10}}, {126, {1}},     {126, {2}}, {126, {3}},    {127, {1}},   {160, {1}},
      {192, {1}},          {200, {1}},     {327, {1}},
  };
  for (const Change& change : changes) {
    INFO("offset ", change.at);
    const auto header = HeaderView::parse(changed(good, change.at, change.values));
    REQUIRE_FALSE(header);
    CHECK(header.error() == Refusal::malformed);
  }
  CHECK(HeaderView::parse(changed(good, 2, {1, 2})).error() == Refusal::too_large);
  // Unknown numbers are for later versions of the program, not refused.
  for (const Change& change : {Change{116, {0x39, 0x30}}, Change{118, {200}}, Change{119, {99}}}) {
    CHECK(HeaderView::parse(changed(good, change.at, change.values)));
  }
}

TEST_CASE("parents stand once each, ascending") {
  Dice dice(7);
  WrittenLog log(dice, dice.hash());
  EntryFields fields = log.content_fields();
  fields.parents = {dice.hash(), dice.hash()};
  Bytes good = log.add(fields);
  Bytes swapped = good;
  std::swap_ranges(swapped.begin() + 200, swapped.begin() + 232, swapped.begin() + 232);
  CHECK(HeaderView::parse(swapped).error() == Refusal::malformed);
  fields.parents[1] = fields.parents[0];
  CHECK(seal_entry(fields, log.tip(), log.key()).error() == Refusal::malformed);
  fields.parents = {Hash{}};
  CHECK(seal_entry(fields, log.tip(), log.key()).error() == Refusal::malformed);
  fields.parents.assign(5, dice.hash());
  CHECK(seal_entry(fields, log.tip(), log.key()).error() == Refusal::malformed);
}

TEST_CASE("an entry is not sealed in a format that this program does not write") {
  Dice dice(14);
  WrittenLog log(dice, dice.hash());
  EntryFields fields = log.content_fields();
  for (const int version : {0, header_version + 1}) {
    fields.version = static_cast<std::uint16_t>(version);
    CHECK(seal_entry(fields, log.tip(), log.key()).error() == Refusal::unsupported_version);
  }
}

TEST_CASE("fields that contradict each other are not sealed") {
  Dice dice(8);
  WrittenLog log(dice, dice.hash());
  const auto refused = [&](auto change) {
    EntryFields fields = log.content_fields();
    change(fields);
    const auto sealed = seal_entry(fields, log.tip(), log.key());
    return !sealed && sealed.error() == Refusal::malformed;
  };
  CHECK(refused([](EntryFields& f) { f.record.reset(); }));
  CHECK(refused([](EntryFields& f) { f.record_kind = RecordKind::none; }));
  CHECK(refused([](EntryFields& f) { f.record->local = {}; }));
  CHECK(refused([](EntryFields& f) { f.record->owner = {}; }));
  CHECK(refused([](EntryFields& f) { f.visibility = Visibility::none; }));
  CHECK(refused([](EntryFields& f) { f.commitment = {}; }));
  CHECK(refused([](EntryFields& f) { f.payload_blocks = 0; }));
  CHECK(refused([](EntryFields& f) { f.payload_blocks = payload_blocks_max + 1; }));
  CHECK(refused([](EntryFields& f) { f.kind = EntryKind::none; }));
  CHECK(refused([](EntryFields& f) { f.kind = EntryKind::erase; }));
  CHECK(refused([](EntryFields& f) { f.subject = EntryRef{}; }));
  CHECK(refused([](EntryFields& f) { f.subject = RecordId{}; }));
  CHECK(refused([](EntryFields& f) {
    f.kind = EntryKind::withdraw;
    f.payload_blocks = 0;
    f.commitment = {};
    f.retention_month = 1;
  }));
  const SecretKey other = dice.key();
  CHECK(seal_entry(log.content_fields(), log.tip(), other).error() == Refusal::not_permitted);
}

TEST_CASE("a declaration names the epoch before, or none") {
  Dice dice(9);
  const SecretKey key = dice.key();
  DeclarationFields fields{dice.hash(), 2, dice.hash(), PreviousEpoch{dice.hash(), 5, dice.hash()}, 1};
  CHECK(seal_declaration(fields, key));
  fields.epoch_number = 1;
  CHECK(seal_declaration(fields, key).error() == Refusal::malformed);
  fields.previous.reset();
  CHECK(seal_declaration(fields, key));
  fields.epoch_number = 0;
  CHECK(seal_declaration(fields, key).error() == Refusal::malformed);
  fields = {dice.hash(), 2, dice.hash(), PreviousEpoch{dice.hash(), 0, dice.hash()}, 1};
  CHECK(seal_declaration(fields, key).error() == Refusal::malformed);
  fields.previous =
      PreviousEpoch{log_id(fields.federation, key.public_key(), fields.epoch_nonce), 1, dice.hash()};
  CHECK(seal_declaration(fields, key).error() == Refusal::malformed);
}

TEST_CASE("a header of a newer version keeps its prefix and its signature") {
  Dice dice(10);
  WrittenLog log(dice, dice.hash());
  const LogTip before = log.tip();
  Bytes entry = log.add_content();
  for (const std::size_t length : {172, 200, 512}) {
    Bytes newer = changed(entry, 0, {2, 0, static_cast<int>(length & 255), static_cast<int>(length >> 8)});
    newer.resize(length, 0xee);
    const auto sign = log.key().sign(Purpose::entry, ByteView(newer).first(length - 64));
    std::ranges::copy(sign.bytes, newer.end() - 64);
    const auto header = HeaderView::parse(newer);
    REQUIRE(header);
    CHECK_FALSE(header->is_understood());
    CHECK(header->log() == before.log);
    CHECK(header->sequence() == 2);
    CHECK(header->previous_hash() == before.hash);
    CHECK(verify_signature(*header, log.key().public_key()));
  }
  Bytes short_one = changed(entry, 0, {2, 0, 171, 0});
  short_one.resize(171);
  CHECK_FALSE(HeaderView::parse(short_one));
}

TEST_CASE("names of kinds are stable and read back") {
  CHECK(name(EntryKind::restrict_visibility) == "restrict");
  CHECK(name(EntryKind::hold_release) == "hold_release");
  CHECK(name(static_cast<EntryKind>(999)) == "unknown");
  CHECK(name(Visibility::everyone) == "public");
  CHECK(record_kind("practice") == RecordKind::practice);
  CHECK(record_kind(name(RecordKind::resource)) == RecordKind::resource);
  CHECK_FALSE(record_kind("none"));
  CHECK_FALSE(record_kind("unknown"));
  CHECK(visibility("network") == Visibility::network);
}
