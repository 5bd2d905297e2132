// Evidence of forks: what proves one, and what does not.

#include "protocol/fork.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "dice.h"
#include "logs.h"
#include "protocol/proof.h"

using namespace hansa::protocol;
using namespace hansa::protocol::testing;

namespace {

/// One log in two versions that part behind `common` entries.
struct Parted {
  Dice dice{11};
  Dice same_dice{11};
  Hash federation{1};
  WrittenLog one{dice, federation};
  WrittenLog other{same_dice, federation};

  explicit Parted(std::size_t common) {
    for (std::size_t count = 1; count < common; ++count)
      for (auto* log : {&one, &other}) log->add_content();
    same_dice.number();
    for (int count = 0; count < 3; ++count)
      for (auto* log : {&one, &other}) log->add_content();
  }
  Outcome<ForkEvidence> evidence(std::size_t index) const {
    return make_fork(federation, one.headers()[0], one.headers()[index], other.headers()[index]);
  }
};

}  // namespace

TEST_CASE("two signed headers at one place prove a fork, whichever comes first") {
  const Parted parted(4);
  const auto fork = parted.evidence(4);
  REQUIRE(fork);
  CHECK(fork->log() == parted.one.tip().log);
  CHECK(fork->author() == parted.one.key().public_key());
  CHECK(fork->sequence() == 5);
  CHECK(fork->bytes().size() <= fork_bytes_max);
  const auto turned = make_fork(parted.federation, parted.one.headers()[0], parted.other.headers()[4],
                                parted.one.headers()[4]);
  REQUIRE(turned);
  CHECK(turned->bytes() == fork->bytes());
  const auto read = read_fork(parted.federation, fork->bytes());
  REQUIRE(read);
  CHECK(read->sequence() == 5);
  CHECK(federation_of_fork(fork->bytes()) == parted.federation);
  CHECK(federation_of_fork(ByteView(fork->bytes()).first(80)) == Hash{});
  CHECK(kind_of(fork->bytes()) == ProofKind::fork);
  CHECK(subject_of(fork->bytes()) == subject_of(parted.evidence(4)->bytes()));
}

TEST_CASE("the lower place is the one that is kept") {
  const Parted parted(4);
  const auto low = parted.evidence(4);
  const auto high = parted.evidence(5);
  REQUIRE(low);
  REQUIRE(high);
  CHECK(outranks(*low, *high));
  CHECK_FALSE(outranks(*high, *low));
  CHECK_FALSE(outranks(*low, *low));
}

TEST_CASE("a log that forks at its first entry") {
  Dice dice(12);
  const auto federation = dice.hash();
  const auto key = dice.key();
  DeclarationFields fields{federation, 1, dice.hash(), std::nullopt, 1'700'000'000'000};
  const auto a = seal_declaration(fields, key);
  fields.author_time_ms += 1;
  const auto b = seal_declaration(fields, key);
  REQUIRE(a);
  REQUIRE(b);
  const auto fork = make_fork(federation, *a, *a, *b);
  REQUIRE(fork);
  CHECK(fork->sequence() == 1);
}

TEST_CASE("what is no evidence") {
  const Parted parted(4);
  const auto& declaration = parted.one.headers()[0];
  const auto& a = parted.one.headers();
  const auto& b = parted.other.headers();
  CHECK(make_fork(parted.federation, declaration, a[3], b[3]).error() == Refusal::duplicate);
  CHECK(make_fork(parted.federation, declaration, a[4], b[5]).error() == Refusal::bad_chain);
  CHECK(make_fork(Hash{2}, declaration, a[4], b[4]).error() == Refusal::wrong_federation);
  CHECK(make_fork(parted.federation, a[1], a[4], b[4]).error() == Refusal::malformed);
  // Another author's name over the same headers.
  Dice dice(13);
  const WrittenLog stranger(dice, parted.federation);
  CHECK(make_fork(parted.federation, stranger.headers()[0], a[4], b[4]).error() == Refusal::bad_chain);

  const auto fork = parted.evidence(4);
  REQUIRE(fork);
  auto bytes = fork->bytes();
  bytes.push_back(0);
  CHECK_FALSE(read_fork(parted.federation, bytes));
  bytes.resize(bytes.size() - 2);
  CHECK_FALSE(read_fork(parted.federation, bytes));
  bytes = fork->bytes();
  bytes[2] = 2;
  CHECK(read_fork(parted.federation, bytes).error() == Refusal::unsupported_version);
  CHECK(read_fork(parted.federation, {}).error() == Refusal::malformed);
  // Every flipped byte is noticed.
  for (std::size_t at = 0; at < fork->bytes().size(); ++at) {
    bytes = fork->bytes();
    bytes[at] ^= 1;
    CHECK_FALSE(read_fork(parted.federation, bytes));
  }
  // The headers in the other order.
  const auto first = a[4].size();
  bytes = fork->bytes();
  const std::size_t headers_at = bytes.size() - a[4].size() - b[4].size();
  std::rotate(bytes.begin() + static_cast<std::ptrdiff_t>(headers_at),
              bytes.begin() + static_cast<std::ptrdiff_t>(headers_at + first), bytes.end());
  CHECK(read_fork(parted.federation, bytes).error() == Refusal::malformed);
}
