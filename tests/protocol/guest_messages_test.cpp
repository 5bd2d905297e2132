#include "protocol/guest_messages.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "protocol/card.h"
#include "protocol/wire.h"

using namespace hansa::protocol;
using namespace hansa::protocol::wire;

namespace {

Refusal refusal_of(const Bytes& bytes) {
  const auto message = decode_guest_message(bytes);
  REQUIRE(!message);
  return message.error();
}

Bytes changed(Bytes bytes, std::string_view from, std::string_view to) {
  const auto at = std::search(bytes.begin(), bytes.end(), from.begin(), from.end());
  REQUIRE(at != bytes.end());
  std::copy(to.begin(), to.end(), at);
  return bytes;
}

const Join question{{1, 2, 3}, {4, 5, 6}, "hansa-card-1:abc", 7, {8, 9}};
const JoinState pending{JoinAnswer::pending, "", 0, {}};
const JoinState refused{JoinAnswer::refused, "wrong_secret", 0, {}};
const JoinState approved{JoinAnswer::approved, "", 3, {Bytes(10, 1), Bytes(200'000, 2)}};

}  // namespace

TEST_CASE("a question and every answer come back as they were") {
  const auto back = decode_guest_message(encode(question));
  REQUIRE(back);
  CHECK(std::get<Join>(*back) == question);
  for (const auto& state : {pending, refused, approved}) {
    const auto answer = decode_guest_message(encode(state));
    REQUIRE(answer);
    CHECK(std::get<JoinState>(*answer) == state);
  }
}

TEST_CASE("sync and guests do not speak with each other") {
  CHECK(refusal_of(encode(Message(Ping{1, 2}))) == Refusal::out_of_order);
  const auto unknown = decode(encode(question));
  REQUIRE(unknown);
  CHECK(std::holds_alternative<Unknown>(*unknown));
}

TEST_CASE("an answer to a guest says either why not, or how the charter came to be") {
  CHECK(refusal_of(changed(encode(refused), "wrong_secret", "Wrong secret")) == Refusal::malformed);
  CHECK(refusal_of(encode(JoinState{JoinAnswer::refused, "", 0, {}})) == Refusal::malformed);
  CHECK(refusal_of(encode(JoinState{JoinAnswer::pending, "used", 0, {}})) == Refusal::malformed);
  CHECK(refusal_of(encode(JoinState{static_cast<JoinAnswer>(4), "", 0, {}})) == Refusal::malformed);
  CHECK(refusal_of(encode(JoinState{JoinAnswer::pending, "", 1, {}})) == Refusal::malformed);
  CHECK(refusal_of(encode(JoinState{JoinAnswer::pending, "", 0, {Bytes(1)}})) == Refusal::malformed);
  CHECK(refusal_of(encode(JoinState{JoinAnswer::approved, "", 0, {}})) == Refusal::malformed);
  CHECK(refusal_of(encode(JoinState{JoinAnswer::approved, "", 1, {Bytes()}})) == Refusal::malformed);
}

TEST_CASE("what is larger than stated is refused") {
  CHECK(refusal_of(encode(JoinState{JoinAnswer::approved, "", 1, {Bytes(charter_bytes_max + 1)}})) ==
        Refusal::too_large);
  CHECK(refusal_of(encode(JoinState{JoinAnswer::approved, "", 1, std::vector<Bytes>(65, Bytes(8))})) ==
        Refusal::too_large);
  CHECK(refusal_of(encode(JoinState{JoinAnswer::refused, std::string(65, 'a'), 0, {}})) ==
        Refusal::too_large);
  CHECK(refusal_of(encode(Join{{}, {}, std::string(card_chars_max + 1, 'c'), 0, {}})) == Refusal::too_large);
  CHECK(refusal_of(changed(encode(question), "hansa-card", "hansa\ncard")) == Refusal::malformed);
}

TEST_CASE("a flipped bit is refused or gives another message, and never reads outside") {
  for (const auto& bytes : {encode(question), encode(refused), encode(approved)}) {
    std::mt19937_64 random(20261122);
    for (std::size_t bit = 0; bit < bytes.size() * 8; bit += 1 + random() % (1 + bytes.size() / 64)) {
      Bytes flipped = bytes;
      flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      (void)decode_guest_message(flipped);
    }
  }
}
