// Messages to bytes and back; what a reader refuses.

#include "protocol/wire.h"

#include <doctest/doctest.h>
#include <zstd.h>

#include <random>

#include "protocol/entry.h"

using namespace hansa::protocol;
using namespace hansa::protocol::wire;

namespace {

Hash some_hash(std::uint8_t seed) {
  Hash hash;
  for (std::size_t i = 0; i < hash.size(); ++i) hash[i] = static_cast<std::uint8_t>(seed + 31 * i);
  return hash;
}

/// Bytes that do not compress.
Bytes noise(std::size_t size) {
  std::mt19937_64 random(5);
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

Hello some_hello() {
  Hello hello;
  hello.charter_version = 3;
  hello.receive_credit_bytes = receive_credit_bytes_default;
  hello.message_bytes_max = message_bytes_max;
  hello.payloads_missing = 4;
  hello.epoch = 2;
  hello.entries_total = 77;
  hello.time_ms = 1'700'000'000'000;
  hello.software = "hansa/0.1.0";
  hello.charter_hash = some_hash(1);
  hello.own = Head{some_hash(2), 9, some_hash(3)};
  hello.stated = Head{some_hash(4), 0, {}};
  hello.signature.bytes[5] = 9;
  hello.digest = some_hash(5);
  hello.buckets[255] = 1;
  return hello;
}

std::vector<Message> samples() {
  Hello answer = some_hello();
  answer.agrees = answer.stated_is_yours = true;
  answer.stated.reset();
  answer.charter_hash = answer.digest = {};
  answer.buckets = {};
  Hello silent = some_hello();
  silent.own.reset();
  silent.stated.reset();
  const auto prefix = LogName::of(prefix_of(some_hash(6)));
  const auto whole = LogName::of(some_hash(7));
  return {some_hello(),
          answer,
          silent,
          Statement{{some_hash(1), 5, some_hash(2)}, {}},
          Statement{{some_hash(1), 0, {}}, {}},
          Heads{0x80000001, {{prefix, 3, prefix_of(some_hash(8))}, {whole, 4, prefix_of(some_hash(9))}}},
          Heads{0, {}},
          Pull{1, prefix, 1, 2048, std::nullopt},
          Pull{2, whole, 100, 1, prefix_of(some_hash(1))},
          Batch{3, Bytes(1000, 42)},
          PullPayloads{4, {{prefix, 1, 1024}}},
          PullPayloads{5, {{prefix, 7, 7}, {whole, 8, 9}}},
          Payloads{6, true, {}},
          Payloads{7, false, {{0, 1, {}, Bytes(10, 1)}, {1, 8, {}, {}}}},
          Payloads{8, true, {{0, 1, {}, noise(500'000)}, {0, 2, {}, Bytes(1000, 7)}}},
          Batch{9, noise(900'000)},
          Push{Bytes(424, 1), Salt{}, Bytes(300, 2)},
          Push{Bytes(324, 1), std::nullopt, {}},
          Announce{{{prefix, 0, {}}, {whole, 4, prefix_of(some_hash(9))}}},
          Held{{{prefix_of(some_hash(1)), 12}}},
          Deny{9, DenyReason::differs},
          Credit{1},
          Ping{1, 2},
          Pong{1, 3},
          Close{"different_charter"},
          Charters{{Bytes(1, 1), Bytes(256 * 1024, 2)}},
          Charters{},
          PullCharters{1},
          Proof{Bytes(proof_bytes_max, 3)}};
}

std::uint64_t word(const Bytes& bytes, std::size_t index) {
  std::uint64_t value;
  std::memcpy(&value, bytes.data() + 8 * index, 8);
  return value;
}

/// Sets the union's arm, which stands in the first data word of the root.
void set_arm(Bytes& bytes, std::uint16_t arm) { std::memcpy(bytes.data() + 16, &arm, 2); }

Refusal refusal_of(const Bytes& bytes) {
  const auto message = decode(bytes);
  REQUIRE(!message);
  return message.error();
}

}  // namespace

TEST_CASE("every message comes back as it was") {
  for (const Message& message : samples()) {
    const Bytes bytes = encode(message);
    CAPTURE(message.index());
    const auto back = decode(bytes);
    REQUIRE(back);
    CHECK((*back == message));
    CHECK(encode(*back) == bytes);
  }
}

TEST_CASE("a message is one segment, whole words and as long as it says") {
  for (const Message& message : samples()) {
    const Bytes bytes = encode(message);
    for (std::size_t cut = 1; cut <= 16 && cut < bytes.size(); ++cut)
      CHECK(refusal_of(Bytes(bytes.begin(), bytes.end() - static_cast<std::ptrdiff_t>(cut))) ==
            Refusal::malformed);
    Bytes longer = bytes;
    longer.resize(bytes.size() + 8);
    CHECK(refusal_of(longer) == Refusal::malformed);
    Bytes two_segments = bytes;
    two_segments[0] = 1;
    CHECK(refusal_of(two_segments) == Refusal::malformed);
  }
  CHECK(refusal_of({}) == Refusal::malformed);
  CHECK(refusal_of(Bytes(message_bytes_max + 8)) == Refusal::too_large);
}

TEST_CASE("an arm of a newer peer is unknown, not wrong") {
  Bytes bytes = encode(Ping{1, 2});
  REQUIRE(word(bytes, 2) == 12);
  set_arm(bytes, 1000);
  const auto message = decode(bytes);
  REQUIRE(message);
  CHECK(std::get<Unknown>(*message).arm == 1000);
}

TEST_CASE("a flipped bit is refused or gives another message, and never reads outside") {
  std::mt19937_64 random(20261121);
  for (const Message& message : samples()) {
    const Bytes bytes = encode(message);
    for (std::size_t bit = 0; bit < bytes.size() * 8; bit += 1 + random() % (1 + bytes.size() / 64)) {
      Bytes flipped = bytes;
      flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      const auto back = decode(flipped);
      if (back && !std::holds_alternative<Unknown>(*back)) CHECK(decode(encode(*back)).has_value());
    }
  }
}

TEST_CASE("a block that inflates beyond 4 MiB is a bomb") {
  Bytes bomb(ZSTD_compressBound(64 << 20));
  const Bytes zeros(64 << 20);
  bomb.resize(ZSTD_compress(bomb.data(), bomb.size(), zeros.data(), zeros.size(), 3));
  // A real batch whose block is exchanged for the bomb, which must not be larger.
  Bytes bytes = encode(Batch{1, noise(bomb.size() * 2)});
  const auto magic = std::search(bytes.begin(), bytes.end(), bomb.begin(), bomb.begin() + 4);
  REQUIRE(magic != bytes.end());
  REQUIRE(bytes.end() - magic > std::ssize(bomb));
  std::copy(bomb.begin(), bomb.end(), magic);
  CHECK(refusal_of(bytes) == Refusal::inflated_too_large);

  // One that says so at once.
  Bytes boast = encode(Batch{1, Bytes(1000)});
  const std::uint32_t said = inflated_bytes_max + 1;
  const std::uint64_t honest = std::uint64_t{1000} << 32 | 1;  // ticket, inflatedBytes
  for (std::size_t i = 0; i < boast.size() / 8; ++i)
    if (word(boast, i) == honest) std::memcpy(boast.data() + 8 * i + 4, &said, 4);
  CHECK(refusal_of(boast) == Refusal::inflated_too_large);
}

TEST_CASE("texts and numbers beyond their limits are refused") {
  Bytes bytes = encode(Close{"reason"});
  const auto text = std::search(bytes.begin(), bytes.end(), std::begin("reason"), std::begin("reason") + 6);
  REQUIRE(text != bytes.end());
  Bytes not_utf8 = bytes;
  not_utf8[static_cast<std::size_t>(text - bytes.begin())] = 0xff;
  CHECK(refusal_of(not_utf8) == Refusal::malformed);
  Bytes with_nul = bytes;
  with_nul[static_cast<std::size_t>(text - bytes.begin())] = 0;
  CHECK(refusal_of(with_nul) == Refusal::malformed);

  const auto prefix = LogName::of(prefix_of(some_hash(6)));
  CHECK(refusal_of(encode(Announce{{{prefix, sequence_max + 1, {}}}})) == Refusal::malformed);
  CHECK(refusal_of(encode(PullPayloads{1, {{prefix, 1, pull_payloads_max + 1}}})) == Refusal::too_large);
  CHECK(refusal_of(encode(PullPayloads{1, {{prefix, 1, 600}, {prefix, 1000, 1600}}})) == Refusal::too_large);
  CHECK(refusal_of(encode(PullPayloads{1, {{prefix, 5, 4}}})) == Refusal::malformed);
  CHECK(refusal_of(encode(Pull{0, prefix, 1, 1, std::nullopt})) == Refusal::malformed);
  Hello hello = some_hello();
  hello.receive_credit_bytes = receive_credit_bytes_min - 1;
  CHECK(refusal_of(encode(hello)) == Refusal::malformed);
}

TEST_CASE("what a hello's signature covers depends on everything it says") {
  const auto own = std::optional<Head>(Head{some_hash(1), 2, some_hash(3)});
  PublicKey to;
  const Bytes base = hello_statement(some_hash(9), to, own, std::nullopt);
  CHECK(base != hello_statement(some_hash(8), to, own, std::nullopt));
  CHECK(base != hello_statement(some_hash(9), to, std::nullopt, own));
  CHECK(base != head_statement(some_hash(9), to, *own));
  to.bytes[0] = 1;
  CHECK(base != hello_statement(some_hash(9), to, own, std::nullopt));
}
