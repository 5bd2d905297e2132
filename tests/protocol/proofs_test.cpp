// The proof set on links: every node comes to hold all of it, and the digest covers it.

#include <doctest/doctest.h>

#include "protocol/hold.h"
#include "sync_bench.h"

using namespace hansa::protocol;
using hansa::test::Bench;

TEST_CASE("proofs reach everyone, at once and later, and each crosses a link once") {
  Bench bench(3);
  bench.start();
  for (std::uint8_t i = 1; i <= 5; ++i) bench[0].add_proof(Bytes(100 + i, i));
  bench[2].add_proof(Bytes(200, 77));
  std::size_t crossed = 0;
  bench.filter = [&](std::size_t, std::size_t, const wire::Message& message) {
    if (std::holds_alternative<wire::Proof>(message)) ++crossed;
    return true;
  };
  bench.link(0, 1);
  bench.settle();
  bench.link(1, 2);
  bench.run_for(2000);
  for (const std::size_t i : {0, 1, 2}) {
    CHECK(bench[i].proofs.size() == 6);
    CHECK(bench.equal(0, i));
  }
  CHECK(crossed == 12);
  bench[1].add_proof(Bytes(proof_bytes_max, 9));
  bench.run_for(50);
  CHECK(bench[0].proofs.size() == 7);
  CHECK(bench[2].proofs.size() == 7);
  CHECK(crossed == 14);
  CHECK(bench.closed.empty());
}

TEST_CASE("who holds the same proofs is sent none, and a difference shows in the digest") {
  Bench bench(2);
  bench.start();
  const Hash without = bench.engine(0).digest();
  for (const std::size_t i : {0, 1}) bench[i].add_proof(Bytes(100, 3));
  CHECK(bench.engine(0).digest() != without);
  const auto first = bench.link(0, 1);
  bench.settle();
  bench.run_for(1500);
  bench.cut(first);
  std::size_t crossed = 0;
  bench.filter = [&](std::size_t, std::size_t, const wire::Message& message) {
    if (std::holds_alternative<wire::Proof>(message)) ++crossed;
    return true;
  };
  bench.link(0, 1);
  bench.settle();
  CHECK(crossed == 0);
}

TEST_CASE("a proof that comes between hello and answer is sent all the same") {
  Bench bench(2);
  bench.start();
  bench.link(0, 1);  // the initiator's hello is under way
  bench[0].add_proof(Bytes(50, 4));
  bench[1].add_proof(Bytes(50, 5));
  bench.settle();
  CHECK(bench[0].proofs.size() == 2);
  CHECK(bench[1].proofs.size() == 2);
}

TEST_CASE("bytes that prove nothing cost the link, and so do too many") {
  Bench bench(2);
  bench.start();
  auto link = bench.link(0, 1);
  bench.settle();
  bench.inject(link, 0, wire::encode(wire::Proof{Bytes(50, 0)}));
  bench.settle();
  CHECK_FALSE(bench.is_up(link));
  CHECK(bench.engine(0).counters().refusals.at(Refusal::bad_signature) == 1);

  link = bench.link(0, 1);
  bench.settle();
  bench[0].add_proof(Bytes(50, 1));
  const Bytes again = wire::encode(wire::Proof{Bytes(50, 1)});
  const auto tell = [&](std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) bench.inject(link, 0, again);
    bench.settle();
  };
  tell(proofs_taken_per_minute - 1);  // one was bad
  CHECK(bench.is_up(link));
  // Who comes anew has no more to say.
  bench.cut(link);
  bench.settle();
  link = bench.link(0, 1);
  bench.settle();
  REQUIRE(bench.is_up(link));
  bench.run_for(30'000);  // half as many again
  tell(proofs_taken_per_minute / 2);
  CHECK(bench.is_up(link));
  tell(1);
  CHECK_FALSE(bench.is_up(link));
  CHECK(bench.engine(0).counters().refusals.at(Refusal::limit_exceeded) == 1);
}

namespace {

/// A word of one signer about one key, as far as a link looks at it.
Bytes word(std::uint8_t subject, std::uint8_t said) {
  Bytes bytes(hold_subject_at + hold_subject_bytes + 1, subject);
  bytes[0] = 1;
  bytes[2] = said % 2 == 0 ? hold_proof_kind : hold_release_proof_kind;
  bytes.back() = said;
  return bytes;
}

}  // namespace

TEST_CASE("of one subject the latest goes to a peer, at most once a minute; others do not wait for it") {
  Bench bench(2);
  bench.start();
  bench.link(0, 1);
  bench.settle();
  std::vector<Bytes> crossed;
  bench.filter = [&](std::size_t, std::size_t, const wire::Message& message) {
    if (const auto* proof = std::get_if<wire::Proof>(&message)) crossed.push_back(proof->bytes);
    return true;
  };
  const auto hold_only = [&](const std::vector<Bytes>& proofs) {
    bench[0].proofs = {proofs.begin(), proofs.end() - 1};
    bench[0].add_proof(proofs.back());
    bench.run_for(100);
  };
  hold_only({word(1, 0)});
  for (std::uint8_t said = 1; said <= 200; ++said) hold_only({word(1, said)});
  CHECK(crossed == std::vector<Bytes>{word(1, 0)});
  hold_only({word(1, 200), word(2, 7)});
  CHECK(crossed == std::vector<Bytes>{word(1, 0), word(2, 7)});
  bench.run_for(proof_pace_ms);
  CHECK(crossed == std::vector<Bytes>{word(1, 0), word(2, 7), word(1, 200)});
  hold_only({word(1, 201), word(2, 7)});
  bench.run_for(proof_pace_ms / 2);
  CHECK(crossed.size() == 3);
  bench.run_for(proof_pace_ms / 2);
  CHECK(crossed.size() == 4);
  CHECK(crossed.back() == word(1, 201));
  CHECK(bench.closed.empty());
}

TEST_CASE("what a node sends of ever new subjects never exceeds what its peer takes, even if it comes late") {
  Bench bench(2);
  bench.start();
  const auto link = bench.link(0, 1);
  bench.settle();
  std::vector<Bytes> sent;
  bench.filter = [&](std::size_t from, std::size_t, const wire::Message& message) {
    const auto* proof = std::get_if<wire::Proof>(&message);
    if (from == 0 && proof != nullptr) sent.push_back(wire::encode(message));
    return from != 0 || proof == nullptr;  // held up on the way
  };
  constexpr std::uint64_t step_ms = 50;
  for (std::size_t i = 0; i < silence_ms_max / step_ms; ++i) {
    Bytes proof(60, 1);
    proof[10] = static_cast<std::uint8_t>(i);
    proof[11] = static_cast<std::uint8_t>(i >> 8);
    bench[0].proofs = {proof};
    bench[0].add_proof(proof);
    bench.run_for(step_ms);
  }
  CHECK(sent.size() > proofs_sent_per_minute);
  CHECK(sent.size() <= proofs_taken_per_minute);
  bench.filter = {};
  for (const auto& bytes : sent) {
    bench[1].proofs.clear();  // of such a set a node keeps few
    bench.inject(link, 1, bytes);
    bench.settle();
  }
  CHECK(bench.is_up(link));
}
