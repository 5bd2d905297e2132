#include "protocol/keys.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "dice.h"

using namespace hansa::protocol;
using namespace hansa::protocol::testing;

TEST_CASE("the public key of RFC 8032's first test vector") {
  const auto seed = hash_from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  const SecretKey key = SecretKey::from_seed(*seed);
  CHECK(to_text(key.public_key()) == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  CHECK(std::ranges::equal(key.seed(), *seed));
}

TEST_CASE("a signature verifies for its key, purpose and message, and for nothing else") {
  Dice dice(1);
  const SecretKey key = dice.key();
  const Bytes message = dice.bytes(100);
  const Signature signature = key.sign(Purpose::entry, message);
  CHECK(verify(Purpose::entry, key.public_key(), message, signature));
  for (const Purpose other : {Purpose::link, Purpose::head, Purpose::charter, Purpose::card, Purpose::join}) {
    CHECK_FALSE(verify(other, key.public_key(), message, signature));
  }
  CHECK_FALSE(verify(Purpose::entry, dice.key().public_key(), message, signature));
  Bytes other = message;
  other[50] ^= 1;
  CHECK_FALSE(verify(Purpose::entry, key.public_key(), other, signature));
  for (std::size_t i = 0; i < signature.bytes.size(); ++i) {
    Signature flipped = signature;
    flipped.bytes[i] ^= 0x10;
    CHECK_FALSE(verify(Purpose::entry, key.public_key(), message, flipped));
  }
}

TEST_CASE("messages longer than the stack buffer are signed whole") {
  Dice dice(2);
  const SecretKey key = dice.key();
  for (const std::size_t size : {1007, 1008, 1009, 5000}) {
    Bytes message = dice.bytes(size);
    const Signature signature = key.sign(Purpose::card, message);
    CHECK(verify(Purpose::card, key.public_key(), message, signature));
    message.back() ^= 1;
    CHECK_FALSE(verify(Purpose::card, key.public_key(), message, signature));
  }
}

TEST_CASE("a key of small order verifies nothing") {
  // The identity: under lax rules a zero signature scalar would verify for it, whatever the message.
  PublicKey identity;
  identity.bytes[0] = 1;
  Signature signature;
  signature.bytes[0] = 1;
  CHECK_FALSE(verify(Purpose::entry, identity, view_of("anything"), signature));
}

TEST_CASE("a moved key signs as before") {
  Dice dice(3);
  SecretKey first = dice.key();
  const PublicKey public_key = first.public_key();
  const SecretKey second = std::move(first);
  CHECK(verify(Purpose::head, public_key, view_of("head"), second.sign(Purpose::head, view_of("head"))));
}

TEST_CASE("hashing in pieces is hashing the whole, and the tag counts") {
  Dice dice(4);
  const Bytes bytes = dice.bytes(300);
  const ByteView view = bytes;
  const Hash whole = hash(Tag::entry, view);
  CHECK(hash(Tag::entry, {view.first(1), view.subspan(1, 200), view.subspan(201)}) == whole);
  CHECK(hash(Tag::log, view) != whole);
}

TEST_CASE("tags and purposes are 16 bytes and all different") {
  std::vector<std::string> all;
  for (int i = 0; i <= static_cast<int>(Tag::words); ++i)
    all.emplace_back(text_of(bytes_of(static_cast<Tag>(i))));
  for (int i = 0; i <= static_cast<int>(Purpose::join); ++i) {
    all.emplace_back(text_of(bytes_of(static_cast<Purpose>(i))));
  }
  for (const auto& tag : all) CHECK(tag.size() == 16);
  std::ranges::sort(all);
  CHECK(std::ranges::adjacent_find(all) == all.end());
}

TEST_CASE("text of a public key: one form") {
  Dice dice(5);
  const PublicKey key{dice.hash()};
  REQUIRE(parse_public_key(to_text(key)));
  CHECK(*parse_public_key(to_text(key)) == key);
  CHECK_FALSE(parse_public_key(to_text(key).substr(1)));
}

TEST_CASE("the system's entropy does not repeat") {
  const Entropy entropy = system_entropy();
  Hash first{};
  Hash second{};
  entropy(first);
  entropy(second);
  CHECK(first != second);
  CHECK(first != Hash{});
}
