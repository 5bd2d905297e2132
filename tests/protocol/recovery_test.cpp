#include "protocol/recovery.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>

#include "dice.h"

using namespace hansa::protocol;
using namespace hansa::protocol::testing;

namespace {

constexpr SealCost cheap{1, 8};

PhraseFault fault(std::string_view typed) {
  const auto phrase = parse_recovery_phrase(typed);
  REQUIRE_FALSE(phrase);
  return phrase.error();
}

}  // namespace

TEST_CASE("the word list is BIP-39's English one") {
  CHECK(word(0) == "abandon");
  CHECK(word(2047) == "zoo");
  Hasher hasher(Tag::words);
  for (std::size_t i = 0; i < word_list_size; ++i) {
    if (i > 0) CHECK(word(i - 1).substr(0, 4) < word(i).substr(0, 4));
    CHECK(word(i).size() >= 3);
    CHECK(word(i).size() <= 8);
    hasher.add(view_of(word(i)));
  }
  // Changes if any word does: phrases on paper would be lost.
  CHECK(to_hex(hasher.finish()) == "92a2b22d3f471e3fbf00bd296943f0d5c0ac0878963e06bb66ecac4d50c7417e");
}

TEST_CASE("a phrase is read back whatever its length, its case and its spaces") {
  Dice dice(random_seed());
  for (std::size_t words = phrase_words_min; words <= phrase_words_max; ++words) {
    const std::string phrase = make_recovery_phrase(words, dice.entropy());
    CHECK(static_cast<std::size_t>(std::ranges::count(phrase, ' ')) == words - 1);
    const auto same = parse_recovery_phrase(phrase);
    REQUIRE(same);
    CHECK(*same == phrase);
    std::string typed = "  ";
    for (const char c : phrase)
      typed += c == ' ' ? std::string("\n \t") : std::string(1, static_cast<char>(std::toupper(c)));
    const auto read = parse_recovery_phrase(typed + "\r\n");
    REQUIRE(read);
    CHECK(*read == phrase);
  }
}

TEST_CASE("what is wrong with a phrase is said, with the number of the word") {
  Dice dice(71);
  const std::string phrase = make_recovery_phrase(16, dice.entropy());
  CHECK(fault("").code == PhraseFault::Code::wrong_count);
  CHECK(fault("abandon ability able").word_number == 3);
  CHECK(fault(std::string(phrase_chars_max + 1, 'a')).code == PhraseFault::Code::too_long);
  std::string typo = phrase;
  typo.replace(typo.rfind(' ') + 1, std::string::npos, "riga");
  CHECK(fault(typo).code == PhraseFault::Code::unknown_word);
  CHECK(fault(typo).word_number == 16);
  const auto first = phrase.find(' ');
  const auto second = phrase.find(' ', first + 1);
  const std::string swapped =
      phrase.substr(first + 1, second - first) + phrase.substr(0, first) + phrase.substr(second);
  REQUIRE(swapped != phrase);
  CHECK(fault(swapped).code == PhraseFault::Code::wrong_checksum);
  CHECK(name(PhraseFault::Code::wrong_checksum) == "wrong_checksum");
}

TEST_CASE("a sealed key opens under its words, and under no others") {
  Dice dice(72);
  const SecretKey key = dice.key();
  const std::string phrase = make_recovery_phrase(12, dice.entropy());
  const auto sealed = seal_key(key, phrase, dice.entropy(), cheap);
  REQUIRE(sealed);
  CHECK(sealed->size() == sealed_key_bytes);
  const auto opened = unseal_key(*sealed, phrase);
  REQUIRE(opened);
  CHECK(std::ranges::equal(opened->seed(), key.seed()));
  CHECK(*sealed_key_owner(*sealed) == key.public_key());
  CHECK(unseal_key(*sealed, phrase + " ").error() == Refusal::bad_seal);
  CHECK(unseal_key(*sealed, "").error() == Refusal::malformed);
  CHECK(std::search(sealed->begin(), sealed->end(), key.seed().begin(), key.seed().end()) == sealed->end());
}

TEST_CASE("damage to sealed bytes is refused wherever it is") {
  Dice dice(73);
  const auto sealed = seal_key(dice.key(), "words", dice.entropy(), cheap);
  REQUIRE(sealed);
  for (std::size_t at = 0; at < sealed->size(); ++at) {
    if (at >= 20 && at < 28) continue;  // the cost: other limits, not other bytes
    Bytes flipped = *sealed;
    flipped[at] ^= 0x01;
    CHECK_FALSE(unseal_key(flipped, "words"));
    CHECK_FALSE(unseal_key(ByteView(*sealed).first(at), "words"));
  }
  Bytes dear = *sealed;
  dear[27] = 0xff;
  CHECK(unseal_key(dear, "words").error() == Refusal::limit_exceeded);
  Bytes newer = *sealed;
  newer[16] = 2;
  CHECK(unseal_key(newer, "words").error() == Refusal::unsupported_version);
}

TEST_CASE("a passphrase means the same however the keyboard composes it") {
  Dice dice(74);
  const auto sealed = seal_key(dice.key(), "K\xc4\x93kava", dice.entropy(), cheap);  // e with macron
  REQUIRE(sealed);
  CHECK(unseal_key(*sealed, "Ke\xcc\x84kava"));  // e, combining macron
  CHECK(seal_key(dice.key(), "\xff", dice.entropy(), cheap).error() == Refusal::malformed);
  CHECK(seal_key(dice.key(), std::string(passphrase_bytes_max + 1, 'x'), dice.entropy(), cheap).error() ==
        Refusal::too_large);
}

TEST_CASE("a sealed key as a line of text") {
  Dice dice(75);
  const auto sealed = seal_key(dice.key(), "words", dice.entropy(), cheap);
  REQUIRE(sealed);
  const std::string text = armour_sealed_key(*sealed);
  CHECK(text.starts_with("hansa-key-1:"));
  std::string wrapped = text;
  wrapped.insert(50, "\r\n  ");
  REQUIRE(read_sealed_key(wrapped));
  CHECK(*read_sealed_key(wrapped) == *sealed);
  CHECK(read_sealed_key("hansa-key-2:AAAA").error() == Refusal::unsupported_version);
  CHECK(read_sealed_key("hansa-card-1:AAAA").error() == Refusal::malformed);
  CHECK(read_sealed_key(text.substr(0, text.size() - 1)).error() == Refusal::malformed);
  CHECK(read_sealed_key(text + "A").error() == Refusal::malformed);
  CHECK(read_sealed_key(std::string(5000, 'a')).error() == Refusal::too_large);
}
