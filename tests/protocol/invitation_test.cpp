#include "protocol/invitation.h"

#include <doctest/doctest.h>

#include <set>

#include "dice.h"

using namespace hansa::protocol;
using namespace hansa::protocol::testing;

namespace {

Invitation sample(Dice& dice, const SecretKey& inviter) {
  Invitation invitation;
  invitation.federation = dice.hash();
  invitation.charter_version = 7;
  invitation.charter_hash = dice.hash();
  invitation.inviter = inviter.public_key();
  invitation.id = dice.partner().bytes;
  invitation.secret = dice.partner().bytes;
  invitation.expires_ms = 1'790'000'000'000;
  invitation.address = "wss://hansa.example.org/link";
  invitation.federation_name = "Ziemeļu–Baltijas integrācijas tīkls";
  return invitation;
}

}  // namespace

TEST_CASE("an invitation comes back as it was written") {
  Dice dice(91);
  const SecretKey inviter = dice.key();
  const Invitation invitation = sample(dice, inviter);
  const auto line = write_invitation(invitation, inviter);
  REQUIRE(line);
  CHECK(line->starts_with("hansa-join-1:"));
  CHECK(line->size() <= invitation_chars_max);
  std::string wrapped = "\n " + *line + "\r\n";
  wrapped.insert(90, "\r\n \t");
  const auto read = read_invitation(wrapped);
  REQUIRE(read);
  CHECK(*read == invitation);
}

TEST_CASE("the largest invitation fits its own limit, and one more byte does not") {
  Dice dice(92);
  const SecretKey inviter = dice.key();
  Invitation invitation = sample(dice, inviter);
  invitation.address = "ws://" + std::string(card_address_bytes_max - 5, 'a');
  invitation.federation_name.assign(charter_name_bytes_max, 'n');
  const auto line = write_invitation(invitation, inviter);
  REQUIRE(line);
  CHECK(read_invitation(*line));
  Invitation longer = invitation;
  longer.address += 'a';
  CHECK(write_invitation(longer, inviter).error() == Refusal::too_large);
  longer = invitation;
  longer.federation_name += 'n';
  CHECK(write_invitation(longer, inviter).error() == Refusal::too_large);
  CHECK(read_invitation(std::string(invitation_chars_max + 1, 'A')).error() == Refusal::too_large);
}

TEST_CASE("any other character of an invitation is noticed, and so is a cut one") {
  Dice dice(93);
  const SecretKey inviter = dice.key();
  const std::string line = *write_invitation(sample(dice, inviter), inviter);
  for (std::size_t at = 0; at < line.size(); ++at) {
    std::string changed = line;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    CHECK_FALSE(read_invitation(changed));
    CHECK_FALSE(read_invitation(std::string_view(line).substr(0, at)));
  }
  CHECK(read_invitation("hansa-join-2:" + line.substr(13)).error() == Refusal::unsupported_version);
  CHECK(read_invitation("hansa-card-1:" + line.substr(13)).error() == Refusal::malformed);
}

TEST_CASE("a name that was changed in the line no longer stands under the inviter's signature") {
  Dice dice(94);
  const SecretKey inviter = dice.key();
  const std::string line = *write_invitation(sample(dice, inviter), inviter);
  std::string changed = line;
  changed[changed.size() - 120] ^= 1;  // inside the federation's name or the signature
  const auto read = read_invitation(changed);
  REQUIRE_FALSE(read);
  CHECK((read.error() == Refusal::bad_signature || read.error() == Refusal::malformed));
}

TEST_CASE("fields that are not what they should be are refused") {
  Dice dice(95);
  const SecretKey inviter = dice.key();
  const auto refused = [&](auto change) {
    Invitation invitation = sample(dice, inviter);
    change(invitation);
    const auto line = write_invitation(invitation, inviter);
    return !line && line.error() == Refusal::malformed;
  };
  CHECK(refused([](Invitation& i) { i.address = ""; }));
  CHECK(refused([](Invitation& i) { i.address = "https://example.org"; }));
  CHECK(refused([](Invitation& i) { i.address = "wss://"; }));
  CHECK(refused([](Invitation& i) { i.federation_name = ""; }));
  CHECK(refused([](Invitation& i) { i.federation_name = "two\nlines"; }));
  CHECK(refused([](Invitation& i) { i.federation_name = "\xff"; }));
  CHECK(refused([](Invitation& i) { i.charter_version = 0; }));
}

TEST_CASE("the words compared depend on both keys, the federation, the invitation and the joiner's nonce") {
  Dice dice(96);
  const auto joiner = dice.key().public_key();
  Invitation invitation;
  invitation.inviter = dice.key().public_key();
  invitation.federation = dice.hash();
  invitation.id = dice.partner().bytes;
  const JoinNonce nonce = dice.partner().bytes;
  const auto words = joining_words(joiner, invitation, nonce);
  CHECK(words == joining_words(joiner, invitation, nonce));
  CHECK(words != joining_words(dice.key().public_key(), invitation, nonce));
  const auto other = [&](auto change) {
    auto changed = invitation;
    change(changed);
    return joining_words(joiner, changed, nonce);
  };
  CHECK(words != other([&](Invitation& i) { i.inviter = dice.key().public_key(); }));
  CHECK(words != other([&](Invitation& i) { i.federation = dice.hash(); }));
  CHECK(words != other([&](Invitation& i) { i.id[15] ^= 1; }));
  CHECK(words != joining_words(joiner, invitation, JoinNonce{}));
  for (const auto word : words) CHECK_FALSE(word.empty());
}

TEST_CASE("keys have words of their own, from the whole list") {
  Dice dice(97);
  std::set<std::string_view> seen;
  for (int i = 0; i < 200; ++i) {
    for (const auto word : key_words(dice.key().public_key())) seen.insert(word);
  }
  CHECK(seen.size() > 700);  // of 1200 drawn from 2048, about 900 are different
}
