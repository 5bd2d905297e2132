#include "protocol/card.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "dice.h"

using namespace hansa::protocol;
using namespace hansa::protocol::testing;

namespace {

Card sample(Dice& dice, const SecretKey& key) {
  return {key.public_key(),
          dice.partner(),
          "Cēsu novada pašvaldība",
          "lv",
          "LV",
          "municipality",
          "wss://hansa.example.org/link"};
}

}  // namespace

TEST_CASE("a card comes back as it was written") {
  Dice dice(81);
  const SecretKey key = dice.key();
  const Card card = sample(dice, key);
  const auto text = write_card(card, key);
  REQUIRE(text);
  CHECK(text->starts_with("hansa-card-1:"));
  CHECK(text->find('\n') == std::string::npos);
  CHECK(text->size() <= card_chars_max);
  const auto read = read_card("  " + *text + "\r\n");
  REQUIRE(read);
  CHECK(*read == card);
}

TEST_CASE("the largest card fits its own limit") {
  Dice dice(82);
  const SecretKey key = dice.key();
  Card card = sample(dice, key);
  card.name.assign(card_name_bytes_max, 'n');
  card.org_type.assign(card_org_type_bytes_max, 'o');
  card.address = "ws://" + std::string(card_address_bytes_max - 5, 'a');
  const auto text = write_card(card, key);
  REQUIRE(text);
  CHECK(read_card(*text));
  card.name += 'n';
  CHECK(write_card(card, key).error() == Refusal::too_large);
}

TEST_CASE("any other character of a card is noticed") {
  Dice dice(83);
  const SecretKey key = dice.key();
  const std::string text = *write_card(sample(dice, key), key);
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    CHECK_FALSE(read_card(changed));
    CHECK_FALSE(read_card(std::string_view(text).substr(0, at)));
  }
  CHECK(read_card("hansa-card-2:" + text.substr(13)).error() == Refusal::unsupported_version);
  CHECK(read_card("a note").error() == Refusal::malformed);
}

TEST_CASE("a card with another's key is not signed by it") {
  Dice dice(84);
  const SecretKey key = dice.key();
  Card card = sample(dice, key);
  card.node_key = dice.key().public_key();
  // write_card sets the key of who signs.
  CHECK(read_card(*write_card(card, key))->node_key == key.public_key());
}

TEST_CASE("fields that are not what they should be are refused") {
  Dice dice(85);
  const SecretKey key = dice.key();
  const auto refused = [&](auto change) {
    Card card = sample(dice, key);
    change(card);
    const auto text = write_card(card, key);
    return !text && text.error() == Refusal::malformed;
  };
  CHECK(refused([](Card& c) { c.name = ""; }));
  CHECK(refused([](Card& c) { c.name = "two\nlines"; }));
  CHECK(refused([](Card& c) { c.name = "\xff"; }));
  CHECK(refused([](Card& c) { c.name = " space"; }));
  CHECK(refused([](Card& c) { c.country = "lv"; }));
  CHECK(refused([](Card& c) { c.country = "LVA"; }));
  CHECK(refused([](Card& c) { c.language = ""; }));
  CHECK(refused([](Card& c) { c.language = "lv-"; }));
  CHECK(refused([](Card& c) { c.language = "LV"; }));
  CHECK(refused([](Card& c) { c.org_type = "Town Hall"; }));
  CHECK(refused([](Card& c) { c.address = "https://example.org"; }));
  CHECK(refused([](Card& c) { c.address = "wss://"; }));
  CHECK(refused([](Card& c) { c.address = "wss://a b"; }));
  CHECK(refused([](Card& c) { c.partner = {}; }));
  CHECK_FALSE(refused([](Card& c) { c.address = ""; }));
  CHECK_FALSE(refused([](Card& c) { c.org_type = ""; }));
  CHECK_FALSE(refused([](Card& c) { c.language = "sr-Latn-RS"; }));
}
