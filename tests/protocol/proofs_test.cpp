// The proof set on links: every node comes to hold all of it, and the digest covers it.

#include <doctest/doctest.h>

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
  for (std::size_t i = 0; i < proofs_per_link; ++i) bench.inject(link, 0, again);
  bench.settle();
  CHECK(bench.is_up(link));
  bench.inject(link, 0, again);
  bench.settle();
  CHECK_FALSE(bench.is_up(link));
  CHECK(bench.engine(0).counters().refusals.at(Refusal::limit_exceeded) == 1);
}
