#include "protocol/noise.h"

#include <doctest/doctest.h>

#include <fstream>
#include <map>

#include "dice.h"

using namespace hansa::protocol;
using namespace hansa::protocol::testing;

namespace {

struct Vector {
  std::map<std::string, Bytes> values;
  std::vector<std::pair<Bytes, Bytes>> messages;  // payload, ciphertext

  NoiseKeyPair pair(const std::string& key) const {
    const Bytes& secret = values.at(key);
    return NoiseKeyPair::from_secret(std::span<const std::uint8_t, 32>(secret.data(), 32));
  }
};

std::vector<Vector> published_vectors() {
  std::ifstream file(HANSA_SOURCE_DIR "/tests/vectors/noise_xx_25519_chachapoly_blake2b.txt");
  std::vector<Vector> vectors;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    const auto space = line.find(' ');
    const std::string key = line.substr(0, space);
    if (key == "vector") {
      vectors.emplace_back();
      continue;
    }
    const Bytes value = *from_hex(line.substr(space + 1));
    if (key == "payload") {
      vectors.back().messages.emplace_back(value, Bytes{});
    } else if (key == "ciphertext") {
      vectors.back().messages.back().second = value;
    } else {
      vectors.back().values[key] = value;
    }
  }
  return vectors;
}

struct Pair {
  NoiseHandshake initiator;
  NoiseHandshake responder;
};

Pair fresh_pair(Dice& dice, ByteView prologue) {
  const Entropy entropy = dice.entropy();
  const auto key = [&] { return NoiseKeyPair::generate(entropy); };
  return {NoiseHandshake(NoiseRole::initiator, prologue, key(), key()),
          NoiseHandshake(NoiseRole::responder, prologue, key(), key())};
}

Bytes write(NoiseHandshake& from, ByteView payload) {
  Bytes message;
  REQUIRE(from.write_tokens(message));
  from.write_payload(payload, message);
  return message;
}

Outcome<Bytes> read(NoiseHandshake& to, ByteView message) {
  if (const auto tokens = to.read_tokens(message); !tokens) return tokens.error();
  return to.read_payload(message);
}

}  // namespace

TEST_CASE("the published vectors of Noise_XX_25519_ChaChaPoly_BLAKE2b") {
  const auto vectors = published_vectors();
  REQUIRE(vectors.size() == 2);
  for (const Vector& v : vectors) {
    REQUIRE(v.messages.size() >= 5);
    Pair pair{NoiseHandshake(NoiseRole::initiator, v.values.at("init_prologue"), v.pair("init_static"),
                             v.pair("init_ephemeral")),
              NoiseHandshake(NoiseRole::responder, v.values.at("resp_prologue"), v.pair("resp_static"),
                             v.pair("resp_ephemeral"))};
    for (std::size_t i = 0; i < 3; ++i) {
      NoiseHandshake& from = i % 2 == 0 ? pair.initiator : pair.responder;
      NoiseHandshake& to = i % 2 == 0 ? pair.responder : pair.initiator;
      CHECK(from.writes_next());
      CHECK_FALSE(to.writes_next());
      CHECK(write(from, v.messages[i].first) == v.messages[i].second);
      const auto payload = read(to, v.messages[i].second);
      REQUIRE(payload);
      CHECK(*payload == v.messages[i].first);
    }
    CHECK(pair.initiator.handshake_hash() == pair.responder.handshake_hash());
    if (v.values.contains("handshake_hash")) {
      CHECK(std::ranges::equal(pair.initiator.handshake_hash(), v.values.at("handshake_hash")));
    }
    CHECK(pair.responder.remote_static() == v.pair("init_static").public_key);
    auto initiator = pair.initiator.split();
    auto responder = pair.responder.split();
    for (std::size_t i = 3; i < v.messages.size(); ++i) {
      auto& from = i % 2 == 0 ? initiator : responder;
      auto& to = i % 2 == 0 ? responder : initiator;
      Bytes sealed;
      from.send.seal({}, v.messages[i].first, sealed);
      CHECK(sealed == v.messages[i].second);
      Bytes opened;
      REQUIRE(to.receive.open({}, sealed, opened));
      CHECK(opened == v.messages[i].first);
    }
  }
}

TEST_CASE("a flipped byte anywhere in a handshake message ends it, there or at the next message") {
  for (std::size_t which = 0; which < 3; ++which) {
    std::size_t size = 1;
    for (std::size_t at = 0; at < size; ++at) {
      Dice dice(21);
      Pair pair = fresh_pair(dice, view_of("prologue"));
      bool broken = false;
      for (std::size_t i = 0; i < 3 && !broken; ++i) {
        NoiseHandshake& from = i % 2 == 0 ? pair.initiator : pair.responder;
        NoiseHandshake& to = i % 2 == 0 ? pair.responder : pair.initiator;
        Bytes message = write(from, view_of("payload"));
        if (i == which) {
          size = message.size();
          message[at] ^= 0x40;
        }
        broken = !read(to, message);
      }
      CHECK(broken);
    }
  }
}

TEST_CASE("another prologue ends the handshake") {
  Dice dice(22);
  Pair pair = fresh_pair(dice, view_of("one"));
  Pair other = fresh_pair(dice, view_of("two"));
  REQUIRE(read(other.responder, write(pair.initiator, {})));
  CHECK(read(pair.initiator, write(other.responder, {})).error() == Refusal::bad_seal);
}

TEST_CASE("an ephemeral key of small order is refused") {
  Dice dice(23);
  Pair pair = fresh_pair(dice, {});
  const Bytes zeros(32);
  REQUIRE(read(pair.responder, zeros));
  Bytes message;
  CHECK(pair.responder.write_tokens(message).error() == Refusal::malformed);
}

TEST_CASE("cut handshake messages are refused") {
  for (std::size_t which = 0; which < 3; ++which) {
    std::size_t size = 1;
    for (std::size_t keep = 0; keep < size; ++keep) {
      Dice dice(24);
      Pair pair = fresh_pair(dice, {});
      for (std::size_t i = 0; i <= which; ++i) {
        NoiseHandshake& from = i % 2 == 0 ? pair.initiator : pair.responder;
        NoiseHandshake& to = i % 2 == 0 ? pair.responder : pair.initiator;
        const Bytes message = write(from, {});
        if (i == which) {
          size = message.size();
          CHECK_FALSE(read(to, ByteView(message).first(keep)));
        } else {
          REQUIRE(read(to, message));
        }
      }
    }
  }
}

TEST_CASE("a cipher opens each message once, in order") {
  Dice dice(25);
  const Hash key = dice.hash();
  NoiseCipher send{std::span<const std::uint8_t, 32>(key)};
  NoiseCipher receive{std::span<const std::uint8_t, 32>(key)};
  Bytes first;
  Bytes second;
  send.seal({}, view_of("first"), first);
  send.seal({}, view_of("second"), second);
  CHECK(send.nonce() == 2);
  Bytes out;
  CHECK(receive.open({}, second, out).error() == Refusal::bad_seal);  // out of order
  CHECK(out.empty());
  CHECK(receive.nonce() == 0);
  REQUIRE(receive.open({}, first, out));
  CHECK(receive.open({}, first, out).error() == Refusal::bad_seal);  // again
  REQUIRE(receive.open({}, second, out));
  CHECK(text_of(out) == "firstsecond");
}
