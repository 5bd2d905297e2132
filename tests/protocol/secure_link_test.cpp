#include "protocol/secure_link.h"

#include <doctest/doctest.h>

#include "handshakes.h"

using namespace hansa::protocol;
using namespace hansa::protocol::testing;

namespace {

struct Linked {
  Dice dice;
  Hash federation = dice.hash();
  Side a{dice, federation};
  Side b{dice, federation};
  std::optional<SecureLink> at_a;
  std::optional<SecureLink> at_b;

  explicit Linked(std::uint64_t seed) : dice(seed) {
    Talk talk(dice, a.terms, b.terms);
    talk.run();
    REQUIRE(talk.linked());
    at_a = talk.initiator.take_link();
    at_b = talk.responder.take_link();
  }
};

/// Seals any plain stream as one transport message of `link`'s peer: what a hostile peer may send.
Bytes framed(std::uint32_t length, std::size_t body) {
  Bytes bytes = {static_cast<std::uint8_t>(length), static_cast<std::uint8_t>(length >> 8),
                 static_cast<std::uint8_t>(length >> 16), static_cast<std::uint8_t>(length >> 24)};
  bytes.resize(4 + body, 'x');
  return bytes;
}

/// A link whose far end seals plain streams of our choice.
struct Hostile {
  Dice dice{51};
  Hash federation = dice.hash();
  Side b{dice, federation};
  SecretKey key = dice.key();
  NoiseCipher send;
  std::optional<SecureLink> link;

  Hostile() {
    LinkHandshake responder = LinkHandshake::respond(b.terms, dice.entropy());
    Bytes first = {'H', 'A', 'N', 'S', 'A', 0, 1, 1, 0};
    Bytes prologue = {'h', 'a', 'n', 's', 'a', ' ', 'l', 'i', 'n', 'k', 0, 0, 0, 0, 0, 0};
    prologue.insert(prologue.end(), first.begin(), first.end());
    prologue.insert(prologue.end(), {1, 0});
    const auto own = NoiseKeyPair::generate(dice.entropy());
    NoiseHandshake noise(NoiseRole::initiator, prologue, own, NoiseKeyPair::generate(dice.entropy()));
    REQUIRE(noise.write_tokens(first));
    noise.write_payload({}, first);
    const Bytes second = responder.receive(first).send;
    ByteView rest = ByteView(second).subspan(2);
    REQUIRE(noise.read_tokens(rest));
    REQUIRE(noise.read_payload(rest));
    Bytes third;
    REQUIRE(noise.write_tokens(third));
    Bytes proof(federation.begin(), federation.end());
    proof.push_back(0);
    proof.insert(proof.end(), noise.handshake_hash().begin(), noise.handshake_hash().end());
    proof.insert(proof.end(), own.public_key.begin(), own.public_key.end());
    Bytes identity(federation.begin(), federation.end());
    const auto& public_key = key.public_key().bytes;
    identity.insert(identity.end(), public_key.begin(), public_key.end());
    const auto signature = key.sign(Purpose::link, proof).bytes;
    identity.insert(identity.end(), signature.begin(), signature.end());
    noise.write_payload(identity, third);
    REQUIRE(responder.receive(third).complete);
    link = responder.take_link();
    send = std::move(noise.split().send);
  }
  Outcome<std::vector<Bytes>> receive(ByteView plain) {
    Bytes sealed;
    send.seal({}, plain, sealed);
    return link->decrypt(sealed);
  }
};

}  // namespace

TEST_CASE("messages of every size cross the link whole and in order") {
  Linked l(52);
  l.at_b->set_message_bytes_max(link_message_bytes_max);
  for (const std::size_t size :
       {1UL, 100UL, 65515UL, 65516UL, 65519UL, 65520UL, 131034UL, link_message_bytes_max}) {
    const Bytes message = l.dice.bytes(size);
    std::vector<Bytes> got;
    for (const Bytes& transport : l.at_a->encrypt(message)) {
      CHECK(transport.size() <= noise_message_bytes_max);
      CHECK(got.empty());
      auto messages = l.at_b->decrypt(transport);
      REQUIRE(messages);
      std::ranges::move(*messages, std::back_inserter(got));
    }
    REQUIRE(got.size() == 1);
    CHECK(got[0] == message);
  }
  CHECK(l.at_a->counters().messages_sent == 8);
  CHECK(l.at_b->counters().messages_received == 8);
  CHECK(l.at_a->counters().bytes_sent == l.at_b->counters().bytes_received);
}

TEST_CASE("a flipped byte at any offset breaks the link for good") {
  for (std::size_t at = 0; at < 30; ++at) {
    Linked l(53);
    Bytes transport = l.at_a->encrypt(view_of("0123456789")).front();
    REQUIRE(transport.size() == 30);
    const Bytes good = transport;
    transport[at] ^= 0x80;
    CHECK(l.at_b->decrypt(transport).error() == Refusal::bad_seal);
    CHECK(l.at_b->decrypt(good).error() == Refusal::bad_seal);
  }
}

TEST_CASE("a cut message, a replay, a gap and a reflection do not open") {
  for (std::size_t keep = 0; keep < 21; ++keep) {
    Linked l(54);
    const Bytes transport = l.at_a->encrypt(view_of("1")).front();
    REQUIRE(transport.size() == 21);
    CHECK(l.at_b->decrypt(ByteView(transport).first(keep)).error() == Refusal::bad_seal);
  }
  Linked replayed(55);
  const Bytes once = replayed.at_a->encrypt(view_of("once")).front();
  REQUIRE(replayed.at_b->decrypt(once));
  CHECK(replayed.at_b->decrypt(once).error() == Refusal::bad_seal);
  Linked gap(56);
  (void)gap.at_a->encrypt(view_of("lost"));
  CHECK(gap.at_b->decrypt(gap.at_a->encrypt(view_of("next")).front()).error() == Refusal::bad_seal);
  Linked reflected(57);
  CHECK(reflected.at_a->decrypt(reflected.at_a->encrypt(view_of("mine")).front()).error() ==
        Refusal::bad_seal);
}

TEST_CASE("frames: several in one message, one over several") {
  Hostile h;
  Bytes two = framed(3, 3);
  const Bytes second = framed(2, 2);
  two.insert(two.end(), second.begin(), second.end());
  const auto both = h.receive(two);
  REQUIRE(both);
  REQUIRE(both->size() == 2);
  CHECK((*both)[1].size() == 2);
  const Bytes whole = framed(5, 5);
  for (std::size_t i = 0; i + 1 < whole.size(); ++i) {
    const auto none = h.receive(ByteView(whole).subspan(i, 1));
    REQUIRE(none);
    CHECK(none->empty());
  }
  const auto last = h.receive(ByteView(whole).last(1));
  REQUIRE(last);
  CHECK(last->size() == 1);
}

TEST_CASE("the frame limit is refused by its length, before its bytes, and can be raised") {
  CHECK(Hostile().receive(framed(link_message_bytes_first + 1, 0)).error() == Refusal::too_large);
  Hostile exact;
  CHECK(exact.receive(framed(link_message_bytes_first, link_message_bytes_first))->size() == 1);
  Hostile raised;
  raised.link->set_message_bytes_max(10'000);
  CHECK(raised.receive(framed(10'000, 10'000))->size() == 1);
  CHECK(raised.receive(framed(10'001, 0)).error() == Refusal::too_large);
}

TEST_CASE("empty frames, empty messages and oversize transport messages are refused") {
  CHECK(Hostile().receive(framed(0, 0)).error() == Refusal::malformed);
  CHECK(Hostile().receive({}).error() == Refusal::malformed);
  Hostile h;
  CHECK(h.link->decrypt(Bytes(noise_message_bytes_max + 1)).error() == Refusal::too_large);
}

TEST_CASE("a parting says why, and nothing comes after it") {
  Linked l(58);
  const auto last = l.at_a->encrypt(view_of("last words")).front();
  const Bytes parting = l.at_a->part(Refusal::limit_exceeded);
  CHECK(l.at_b->decrypt(last)->size() == 1);
  CHECK(l.at_b->parted() == std::nullopt);
  CHECK(l.at_b->decrypt(parting)->empty());
  CHECK(l.at_b->parted() == Refusal::limit_exceeded);
  CHECK(l.at_b->decrypt(l.at_a->encrypt(view_of("more")).front()).error() == Refusal::malformed);
  Hostile unknown;
  CHECK(unknown.receive(framed(0x8000'ffff, 0)));
  CHECK(unknown.link->parted() == Refusal::closed);
  Hostile more;
  CHECK(more.receive(framed(0x8000'0001, 1)).error() == Refusal::malformed);
  Linked unnamed(59);
  REQUIRE(unnamed.at_b->decrypt(unnamed.at_a->part(Refusal::not_found)));
  CHECK(unnamed.at_b->parted() == Refusal::closed);
}
