#include "protocol/ids.h"

#include <doctest/doctest.h>

#include "protocol/entry.h"

using namespace hansa::protocol;

namespace {
RecordId sample() {
  RecordId id;
  for (std::size_t i = 0; i < id_bytes; ++i) {
    id.owner.bytes[i] = static_cast<std::uint8_t>(i);
    id.local[i] = static_cast<std::uint8_t>(0xff - i);
  }
  return id;
}
}  // namespace

TEST_CASE("a record id has one text and it reads back") {
  const auto id = sample();
  const auto text = to_text(id);
  // Checked against Python's base64.b32encode.
  CHECK(text == "urn:hansa:aaaqeayeaudaocajbifqydiob4:777p37h37l47r57w6x2ph4xr6a");
  CHECK(text.size() == record_id_text_chars);
  const auto back = parse_record_id(text);
  REQUIRE(back);
  CHECK(*back == id);
  const auto bytes = to_bytes(id);
  CHECK(*record_id_from_bytes(bytes) == id);
}

TEST_CASE("any other text of an id is refused") {
  const auto text = to_text(sample());
  auto last = text;
  last.back() = 'b';  // same first 128 bits, stray low bits set
  CHECK_FALSE(parse_record_id(last));
  auto upper = text;
  upper[12] = 'A';
  CHECK_FALSE(parse_record_id(upper));
  CHECK_FALSE(parse_record_id(text + "a"));
  CHECK_FALSE(parse_record_id(text.substr(1)));
  CHECK_FALSE(parse_record_id("urn:hansb:" + text.substr(10)));
  auto separator = text;
  separator[36] = '-';
  CHECK_FALSE(parse_record_id(separator));
  CHECK_FALSE(parse_partner_id(""));
  CHECK_FALSE(record_id_from_bytes(Bytes(31)));
  CHECK_FALSE(record_id_from_bytes(Bytes(33)));
}

TEST_CASE("hex is lowercase and even") {
  CHECK(to_hex(Bytes{0, 0x0f, 0xab}) == "000fab");
  CHECK(*from_hex("000fab") == Bytes{0, 0x0f, 0xab});
  CHECK_FALSE(from_hex("0"));
  CHECK_FALSE(from_hex("AB"));
  CHECK_FALSE(from_hex("zz"));
  CHECK_FALSE(hash_from_hex(std::string(63, '0')));
  CHECK_FALSE(hash_from_hex(std::string(66, '0')));
  CHECK(hash_from_hex(std::string(64, '0')));
}

TEST_CASE("every refusal has a name") {
  CHECK(name(Refusal::bad_signature) == "bad_signature");
  CHECK(name(Refusal::timeout) == "timeout");
}

TEST_CASE("a number is decimal digits alone; a place in a log a log, a colon and such a number") {
  CHECK(parse_number("0") == 0);
  CHECK(parse_number("18446744073709551615") == UINT64_MAX);
  for (const char* wrong : {"", " 5", "5 ", "+5", "-5", "0x5", "5.0", "five", "18446744073709551616"})
    CHECK_FALSE(parse_number(wrong));
  const std::string log = std::string(62, '0') + "ab";
  const auto place = parse_entry_ref(log + ":17");
  REQUIRE(place);
  CHECK(to_hex(place->log) == log);
  CHECK(place->sequence == 17);
  CHECK(to_text(*place) == log + ":17");
  for (const auto& wrong : std::vector<std::string>{log, log + ":", log + ":0", log + ":-5", log + ": 5",
                                                    log + ":5 ", log + ":5:", ":5", "ab:5", log + "0:5",
                                                    std::string(62, '0') + "AB:5", std::string()})
    CHECK_FALSE(parse_entry_ref(wrong));
}
