#include "protocol/handshake.h"

#include <doctest/doctest.h>

#include "handshakes.h"

using namespace hansa::protocol;
using namespace hansa::protocol::testing;

TEST_CASE("two nodes of one federation come to a link in three messages") {
  Dice dice(31);
  const Hash federation = dice.hash();
  const Side a(dice, federation);
  const Side b(dice, federation);
  Talk talk(dice, a.terms, b.terms);
  talk.run();
  REQUIRE(talk.linked());
  CHECK(talk.messages.size() == 3);
  std::size_t bytes = 0;
  for (const Bytes& message : talk.messages) bytes += message.size();
  CHECK(bytes == 41 + 226 + 192);
  CHECK(talk.initiator.peer() == b.key.public_key());
  CHECK(talk.responder.peer() == a.key.public_key());
  CHECK(talk.initiator.version() == 1);
  CHECK(talk.initiator.binding() == talk.responder.binding());
  SecureLink at_a = talk.initiator.take_link();
  SecureLink at_b = talk.responder.take_link();
  const auto sent = at_a.encrypt(view_of("hello"));
  REQUIRE(sent.size() == 1);
  const auto got = at_b.decrypt(sent[0]);
  REQUIRE(got);
  REQUIRE(got->size() == 1);
  CHECK(text_of(got->front()) == "hello");
}

TEST_CASE("a flipped bit at any offset of any message: no link") {
  for (std::size_t which = 0; which < 3; ++which) {
    std::size_t size = 1;
    for (std::size_t at = 0; at < size; ++at) {
      Dice dice(32);
      const Hash federation = dice.hash();
      const Side a(dice, federation);
      const Side b(dice, federation);
      Talk talk(dice, a.terms, b.terms);
      talk.run([&](std::size_t n, Bytes& message) {
        if (n != which) return;
        size = message.size();
        message[at] ^= 0x01;
      });
      INFO("message ", which, " offset ", at);
      CHECK_FALSE(talk.linked());
    }
  }
}

TEST_CASE("a cut or lengthened message: no link") {
  for (std::size_t which = 0; which < 3; ++which) {
    std::size_t size = 1;
    for (std::size_t keep = 0; keep <= size + 1; ++keep) {
      if (keep == size && size > 1) continue;
      Dice dice(33);
      const Hash federation = dice.hash();
      const Side a(dice, federation);
      const Side b(dice, federation);
      Talk talk(dice, a.terms, b.terms);
      talk.run([&](std::size_t n, Bytes& message) {
        if (n != which) return;
        size = message.size();
        message.resize(keep);
      });
      CHECK_FALSE(talk.linked());
    }
  }
}

TEST_CASE("the highest version both speak is chosen") {
  Dice dice(34);
  const Hash federation = dice.hash();
  Side a(dice, federation);
  Side b(dice, federation);
  a.terms.versions = {4, 3, 2};
  b.terms.versions = {3, 2, 1};
  Talk talk(dice, a.terms, b.terms);
  talk.run();
  REQUIRE(talk.linked());
  CHECK(talk.initiator.version() == 3);
  CHECK(talk.responder.version() == 3);
}

TEST_CASE("no common version is said, not guessed") {
  Dice dice(35);
  const Hash federation = dice.hash();
  Side a(dice, federation);
  Side b(dice, federation);
  a.terms.versions = {2};
  Talk talk(dice, a.terms, b.terms);
  talk.run();
  CHECK(talk.last_responder.refused == Refusal::unsupported_version);
  CHECK(talk.messages.back() == Bytes{0, 0});
  CHECK(talk.last_initiator.refused == Refusal::unsupported_version);
}

TEST_CASE("a man in the middle cannot lower the version") {
  Dice dice(36);
  const Hash federation = dice.hash();
  Side a(dice, federation);
  Side b(dice, federation);
  a.terms.versions = {2, 1};
  b.terms.versions = {2, 1};
  // Message 0 is HANSA\0, a count, two versions, a key: only version 1 is let through.
  Talk offer(dice, a.terms, b.terms);
  offer.run([](std::size_t n, Bytes& message) {
    if (n != 0) return;
    message[6] = 1;
    message.erase(message.begin() + 7, message.begin() + 9);
  });
  CHECK(offer.last_initiator.refused == Refusal::bad_seal);
  Talk choice(dice, a.terms, b.terms);
  choice.run([](std::size_t n, Bytes& message) {
    if (n == 1) message[0] = 1;
  });
  CHECK(choice.last_initiator.refused == Refusal::bad_seal);
}

TEST_CASE("another federation is named, and the initiator learns why") {
  Dice dice(37);
  const Side a(dice, dice.hash());
  Side b(dice, dice.hash());
  Talk talk(dice, a.terms, b.terms);
  talk.run();
  CHECK(talk.last_initiator.refused == Refusal::wrong_federation);
  CHECK(talk.last_initiator.send.empty());  // not a word to a stranger
}

TEST_CASE("a key that no charter lists is refused and told so") {
  Dice dice(38);
  const Hash federation = dice.hash();
  const Side a(dice, federation);
  Side b(dice, federation);
  PublicKey judged;
  b.terms.admits = [&](const PublicKey& peer) -> Outcome<Done> {
    judged = peer;
    return Refusal::unknown_key;
  };
  Talk talk(dice, a.terms, b.terms);
  talk.run();
  CHECK(judged == a.key.public_key());
  CHECK(talk.last_responder.refused == Refusal::unknown_key);
  REQUIRE(talk.last_initiator.complete);
  SecureLink link = talk.initiator.take_link();
  const auto nothing = link.decrypt(talk.last_responder.send);
  REQUIRE(nothing);
  CHECK(nothing->empty());
  CHECK(link.parted() == Refusal::unknown_key);
  // And the other way round: who dials judges, too.
  Talk back(dice, b.terms, a.terms);
  back.run();
  CHECK(back.last_initiator.refused == Refusal::unknown_key);
}

TEST_CASE("a node that reaches itself notices") {
  Dice dice(39);
  const Side a(dice, dice.hash());
  Talk talk(dice, a.terms, a.terms);
  talk.run();
  CHECK(talk.last_initiator.refused == Refusal::own_key);
}

TEST_CASE("a proof made with another key, or for the other role, does not pass") {
  Dice dice(40);
  const Hash federation = dice.hash();
  const Side a(dice, federation);
  const Side b(dice, federation);
  // Mallory shakes hands in Noise without fault but has only someone else's identity payload: it is bound to
  // that other link's hash and static key.
  Talk earlier(dice, a.terms, b.terms);
  earlier.run();
  REQUIRE(earlier.linked());
  const Bytes stolen(128, 7);
  LinkHandshake victim = LinkHandshake::respond(b.terms, dice.entropy());
  const NoiseKeyPair ephemeral = NoiseKeyPair::generate(dice.entropy());
  Bytes first = {'H', 'A', 'N', 'S', 'A', 0, 1, 1, 0};
  Bytes prologue(view_of("hansa link").begin(), view_of("hansa link").end());
  prologue.resize(16);
  prologue.insert(prologue.end(), first.begin(), first.end());
  prologue.insert(prologue.end(), {1, 0});
  NoiseHandshake noise(NoiseRole::initiator, prologue, a.terms.static_key, ephemeral);
  REQUIRE(noise.write_tokens(first));
  noise.write_payload({}, first);
  const auto step = victim.receive(first);
  REQUIRE_FALSE(step.refused);
  ByteView second = ByteView(step.send).subspan(2);
  REQUIRE(noise.read_tokens(second));
  const auto identity = noise.read_payload(second);
  REQUIRE(identity);
  CHECK(std::ranges::equal(ByteView(*identity).first(32), federation));
  // Reflecting b's own proof back: right key, right link, wrong role and hash.
  Bytes third;
  REQUIRE(noise.write_tokens(third));
  noise.write_payload(*identity, third);
  const auto refused = victim.receive(third);
  CHECK(refused.refused == Refusal::bad_signature);
  CHECK(refused.send.empty());
}

TEST_CASE("messages out of turn and oversize ones end the attempt") {
  Dice dice(41);
  const Hash federation = dice.hash();
  const Side a(dice, federation);
  LinkHandshake responder = LinkHandshake::respond(a.terms, dice.entropy());
  CHECK(responder.receive(Bytes(handshake_message_bytes_max + 1)).refused == Refusal::too_large);
  CHECK(responder.receive(Bytes(10)).refused == Refusal::malformed);
  LinkHandshake early = LinkHandshake::initiate(a.terms, dice.entropy());
  CHECK(early.receive(Bytes(226)).refused == Refusal::malformed);
}

TEST_CASE("offers of no, too many, repeated, ascending or zero versions are malformed") {
  Dice dice(42);
  const Side a(dice, dice.hash());
  const auto refused = [&](std::vector<std::uint16_t> versions) {
    Bytes message = {'H', 'A', 'N', 'S', 'A', 0, static_cast<std::uint8_t>(versions.size())};
    for (const auto version : versions)
      message.insert(message.end(), {static_cast<std::uint8_t>(version), 0});
    message.resize(message.size() + 32, 9);
    return LinkHandshake::respond(a.terms, dice.entropy()).receive(message).refused;
  };
  CHECK(refused({1}) == std::nullopt);
  CHECK(refused({}) == Refusal::malformed);
  CHECK(refused({1, 1}) == Refusal::malformed);
  CHECK(refused({1, 2}) == Refusal::malformed);
  CHECK(refused({1, 0}) == Refusal::malformed);
  CHECK(refused({17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}) == Refusal::malformed);
}
