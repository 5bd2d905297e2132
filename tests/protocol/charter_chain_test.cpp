#include "protocol/charter_chain.h"

#include <doctest/doctest.h>

#include "charters.h"

using namespace hansa::protocol;
using namespace hansa::protocol::testing;

namespace {

std::string said(const CharterOffer& offer) {
  if (offer.taken != CharterTaken::refused) return std::string(name(offer.taken));
  return std::string(name(offer.fault->refusal)) + ' ' + offer.fault->field;
}

/// A federation whose versions are made by hand.
struct Versions : Federation {
  CharterChain chain;

  explicit Versions(std::uint64_t seed) : Federation(seed), chain(*CharterChain::start(charter->bytes())) {}

  /// A valid version after `before`, signed by the first `signatures` signers.
  Charter after(const Charter& before, std::size_t signatures = 2) {
    const auto body = next_body(before, dice.entropy());
    auto made = read_charter(signed_by(body, pointers(signatures)), &before);
    REQUIRE(made);
    return *made;
  }
  /// Two siblings after `before`, the one with the lower hash first.
  std::pair<Charter, Charter> siblings(const Charter& before) {
    Charter one = after(before);
    Charter other = after(before);
    if (other.hash() < one.hash()) std::swap(one, other);
    return {one, other};
  }
  std::string take(const Charter& version) { return said(chain.take(version.bytes())); }
};

}  // namespace

TEST_CASE("versions follow each other, and what is held already is known") {
  Versions f(301);
  const Charter two = f.after(f.chain.newest());
  const Charter three = f.after(two);
  CHECK(f.take(three) == "bad_chain version");
  CHECK(f.take(two) == "extended");
  CHECK(f.take(three) == "extended");
  CHECK(f.chain.newest().hash() == three.hash());
  CHECK(f.take(two) == "known");
  CHECK(f.take(*f.charter) == "known");
  CHECK(f.chain.at(2)->hash() == two.hash());
  CHECK(f.chain.at(0) == nullptr);
  CHECK(f.chain.at(4) == nullptr);
  CHECK(f.chain.final() == CharterPin{2, two.hash()});
  // The same version with other signatures is the same version.
  const auto more = f.signed_by(two.body(), f.pointers(3));
  CHECK(said(f.chain.take(more)) == "known");
}

TEST_CASE("a founding version alone is final, and another federation's is refused") {
  Versions f(302);
  CHECK(f.chain.final() == CharterPin{1, f.charter->hash()});
  Versions other(303);
  CHECK(f.take(*other.charter) == "wrong_federation federation");
  CHECK(f.take(other.after(other.chain.newest())) == "wrong_federation federation");
  CHECK_FALSE(CharterChain::start(f.after(f.chain.newest()).bytes()));
}

TEST_CASE("forged charters and those of too few signers are refused") {
  Versions f(304);
  const auto body = f.next();
  CHECK(said(f.chain.take(f.signed_by(body, f.pointers(1)))) == "not_signed signatures");
  const SecretKey stranger = f.dice.key();
  CHECK(said(f.chain.take(f.signed_by(body, {&f.signers[0], &stranger}))).starts_with("unknown_key"));
  Bytes flipped = f.signed_by(body, f.pointers(2));
  flipped.back() ^= 1;
  CHECK(said(f.chain.take(flipped)).starts_with("bad_signature signatures"));
  CHECK(said(f.chain.take(Bytes(7))) == "malformed ");
  CHECK(said(f.chain.take(Bytes(charter_bytes_max + 1))) == "too_large ");
  CHECK(f.chain.newest().version() == 1);
}

TEST_CASE("of two siblings the lower hash wins, whichever came first") {
  Versions f(305);
  const auto [lower, higher] = f.siblings(f.chain.newest());
  auto low_first = f.chain;
  CHECK(said(low_first.take(lower.bytes())) == "extended");
  CHECK(said(low_first.take(higher.bytes())) == "sibling_loses");
  auto high_first = f.chain;
  CHECK(said(high_first.take(higher.bytes())) == "extended");
  CHECK(said(high_first.take(lower.bytes())) == "replaced");
  CHECK(low_first.newest().hash() == lower.hash());
  CHECK(high_first.newest().hash() == lower.hash());
  // Not final yet, so the final version is the one before.
  CHECK(high_first.final().version == 1);
}

TEST_CASE("a sibling that has a valid successor wins over a lower hash that has none") {
  Versions f(306);
  const auto [lower, higher] = f.siblings(f.chain.newest());
  const Charter next = f.after(higher);
  CHECK(f.take(lower) == "extended");
  CHECK(f.take(next) == "bad_chain previous");
  CHECK(f.take(higher) == "sibling_loses");
  CHECK(f.take(next) == "replaced");
  CHECK(f.chain.newest().hash() == next.hash());
  CHECK(f.chain.at(2)->hash() == higher.hash());
  // And the other way round: one that gave way comes back with its successor.
  Versions g(307);
  const auto [low, high] = g.siblings(g.chain.newest());
  CHECK(g.take(high) == "extended");
  CHECK(g.take(low) == "replaced");
  CHECK(g.take(g.after(high)) == "replaced");
  CHECK(g.chain.at(2)->hash() == high.hash());
}

TEST_CASE("a version with a successor is final: a sibling is evidence, whatever its hash and successors") {
  Versions f(308);
  const auto [lower, higher] = f.siblings(f.chain.newest());
  CHECK(f.take(higher) == "extended");
  const Charter three = f.after(higher);
  CHECK(f.take(three) == "extended");
  CHECK(f.take(lower) == "sibling_final");
  CHECK(f.take(f.after(lower)) == "bad_chain previous");
  CHECK(f.chain.newest().hash() == three.hash());
}

TEST_CASE("ex-signers cannot rewrite from a version in which they signed") {
  Versions f(309);
  // Version 2 replaces all three signers.
  CharterBody body = f.next();
  std::vector<SecretKey> fresh;
  for (auto& signer : body.signers) {
    fresh.push_back(f.dice.key());
    signer.key = fresh.back().public_key();
  }
  std::vector<const SecretKey*> both = f.pointers(2);
  both.push_back(&fresh[0]);
  both.push_back(&fresh[1]);
  const Bytes two = f.signed_by(body, both);
  CHECK(said(f.chain.take(two)) == "extended");
  // What the old ones sign after version 2 is nobody's; an old version again is nothing new.
  const auto after_two = next_body(f.chain.newest(), f.dice.entropy());
  CHECK(said(f.chain.take(f.signed_by(after_two, f.pointers(3)))).starts_with("unknown_key"));
  CHECK(f.take(*f.charter) == "known");
  // A sibling of version 2 can still be made by them, until version 2 has a successor.
  const Charter rewritten = f.after(*f.charter, 3);
  CHECK(said(f.chain.take(f.signed_by(after_two, {&fresh[0], &fresh[1]}))) == "extended");
  CHECK(f.take(rewritten) == "sibling_final");
  CHECK(f.chain.at(2)->hash() == charter_hash(2, *encode_charter_body(body)));
}

TEST_CASE("nothing beside or below a pin") {
  Versions f(310);
  const auto [lower, higher] = f.siblings(f.chain.newest());
  CHECK(f.chain.pin({2, higher.hash()}));
  CHECK_FALSE(f.chain.reached_pin());
  CHECK(f.take(lower) == "not_permitted pin");
  CHECK(f.take(higher) == "extended");
  CHECK(f.chain.reached_pin());
  CHECK(f.take(lower) == "sibling_final");
  CHECK(f.chain.newest().hash() == higher.hash());
  CHECK(f.chain.final() == CharterPin{2, higher.hash()});
  CHECK_FALSE(f.chain.pin({2, lower.hash()}));
  CHECK(f.chain.pin({1, f.charter->hash()}));
  CHECK_FALSE(f.chain.pin({1, higher.hash()}));
  CHECK(f.chain.pinned() == CharterPin{2, higher.hash()});
}

TEST_CASE("behind its pin a chain takes no history but the one that leads there") {
  Versions f(313);
  const Charter two = f.after(f.chain.newest());
  const Charter three = f.after(two);
  const Charter four = f.after(three);
  const Charter other_two = f.after(f.chain.newest());
  const Charter other_three = f.after(other_two);
  CHECK(f.chain.pin({4, four.hash()}));
  CHECK(f.take(other_two) == "held_back");
  CHECK(f.take(other_three) == "held_back");
  CHECK(f.take(f.after(other_three)) == "not_permitted pin");
  CHECK(f.take(four) == "bad_chain previous");
  CHECK(f.take(f.after(four)) == "bad_chain version");
  CHECK(f.chain.newest().version() == 1);
  CHECK(f.take(two) == "held_back");
  CHECK(f.take(three) == "held_back");
  CHECK(f.take(other_three) == "bad_chain previous");
  CHECK(f.take(four) == "extended");
  CHECK(f.chain.newest().hash() == four.hash());
  CHECK(f.chain.at(2)->hash() == two.hash());
  CHECK(f.take(other_two) == "sibling_final");
}

TEST_CASE("towards its pin a chain keeps what many peers send, and the shortest makes room") {
  Versions f(315);
  const Charter two = f.after(f.chain.newest());
  const Charter three = f.after(two);
  const Charter four = f.after(three);
  CHECK(f.chain.pin({4, four.hash()}));
  const auto peer = [](std::uint8_t number) {
    PublicKey key;
    key.bytes.fill(number);
    return key;
  };
  const auto take = [&](const Charter& version, std::uint8_t from) {
    return said(f.chain.take(version.bytes(), peer(from)));
  };
  CHECK(take(two, 100) == "held_back");
  CHECK(take(three, 100) == "held_back");
  for (std::uint8_t other = 1; other <= 40; ++other)
    CHECK(take(f.after(f.chain.newest()), other) == "held_back");
  // Another peer's history is not continued.
  CHECK(take(four, 40) == "bad_chain version");
  CHECK(take(four, 100) == "extended");
  CHECK(f.chain.newest().hash() == four.hash());
}

TEST_CASE("the history that leads to the pin takes the place of another one that is held") {
  Versions f(314);
  const Charter two = f.after(f.chain.newest());
  const Charter three = f.after(two);
  const Charter other_two = f.after(f.chain.newest());
  CHECK(f.take(other_two) == "extended");
  CHECK(f.take(f.after(other_two)) == "extended");
  CHECK(f.chain.pin({4, f.after(three).hash()}));
  CHECK(f.take(two) == "held_back");
  CHECK(f.take(three) == "held_back");
  CHECK(f.chain.at(2)->hash() == other_two.hash());
  Versions g(314);
  CHECK(g.take(other_two) == "extended");
  CHECK(g.chain.pin({3, three.hash()}));
  CHECK(g.take(two) == "held_back");
  CHECK(g.take(three) == "replaced");
  CHECK(g.chain.at(2)->hash() == two.hash());
  CHECK(g.chain.newest().hash() == three.hash());
}

TEST_CASE("a pin that no history leads to any more is let go of, and the chain goes on from what it holds") {
  Versions f(316);
  const Charter two = f.after(f.chain.newest());
  const Charter three = f.after(two);
  const Charter lost = f.after(f.after(f.chain.newest()));
  CHECK_FALSE(f.chain.let_go_of_pin());
  CHECK(f.take(two) == "extended");
  CHECK(f.chain.pin({3, lost.hash()}));
  CHECK(f.take(three) == "not_permitted pin");
  CHECK(f.chain.let_go_of_pin());
  CHECK(f.chain.pinned() == CharterPin{2, two.hash()});
  CHECK_FALSE(f.chain.let_go_of_pin());
  CHECK(f.take(three) == "extended");
  CHECK(f.take(f.after(f.chain.newest())) == "extended");
}

TEST_CASE("an operator follows the other side of a split federation") {
  Versions f(311);
  const auto [lower, higher] = f.siblings(f.chain.newest());
  const Charter ours = f.after(lower);
  const Charter theirs = f.after(higher);
  CHECK(f.take(lower) == "extended");
  CHECK(f.take(ours) == "extended");
  CHECK(f.take(higher) == "sibling_final");
  Versions stranger(312);
  CHECK_FALSE(f.chain.follow(stranger.after(stranger.chain.newest()).bytes()));
  CHECK_FALSE(f.chain.follow(f.charter->bytes()));
  CHECK(f.chain.newest().hash() == ours.hash());
  REQUIRE(f.chain.follow(higher.bytes()));
  CHECK(f.chain.newest().hash() == higher.hash());
  CHECK(f.take(theirs) == "extended");
  // There is no way back but another decision, and that is always open.
  CHECK(f.take(lower) == "sibling_final");
  CHECK(f.take(ours) == "bad_chain previous");
  CHECK(f.chain.final() == CharterPin{2, higher.hash()});
}
