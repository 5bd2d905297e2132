#include "protocol/hold.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "charters.h"
#include "protocol/heads.h"
#include "protocol/proof.h"
#include "protocol/signer_line.h"

using namespace hansa::protocol;
using namespace hansa::protocol::testing;

namespace {

template <class T>
std::string said(const Outcome<T>& outcome) {
  return outcome ? "taken" : std::string(name(outcome.error()));
}

struct Held : Federation {
  Hold hold;
  explicit Held(std::uint64_t seed) : Federation(seed) {
    hold.federation = charter->federation();
    hold.charter = charter->hash();
    hold.node = nodes[1].public_key();
    hold.signed_ms = 1'800'000'000'000;
    hold.from = {{dice.hash(), 5}, {dice.hash(), 1}};
    std::ranges::sort(hold.from);
  }
  Hold release() const {
    Hold released = hold;
    released.is_release = true;
    released.from.clear();
    return released;
  }
};

}  // namespace

TEST_CASE("a hold and its release come back, also as a line of text") {
  Held f(601);
  for (auto said : {f.hold, f.release()}) {
    const auto bytes = seal_hold(said, f.signers[0]);
    REQUIRE(bytes);
    said.signer = f.signers[0].public_key();
    const auto read = read_hold(*bytes);
    REQUIRE(read);
    CHECK(*read == said);
    const auto line = armour_hold(*bytes);
    CHECK(line.starts_with("hansa-hold-1:"));
    const auto again = read_hold_text(line + "\n");
    REQUIRE(again);
    CHECK(*again == *bytes);
  }
  f.hold.from.clear();
  for (std::uint8_t i = 0; i < hold_positions_max; ++i) f.hold.from.push_back({Hash{i}, 1});
  const auto largest = seal_hold(f.hold, f.signers[0]);
  REQUIRE(largest);
  CHECK(largest->size() <= hold_bytes_max);
  CHECK(read_hold(*largest));
  CHECK(said(read_hold_text(armour_hold(Bytes(2 * hold_bytes_max, 7)))) == "too_large");
}

TEST_CASE("a hold has one encoding, and every bit of it is signed") {
  Held f(602);
  for (const auto& hold : {f.hold, f.release()}) {
    const Bytes good = *seal_hold(hold, f.signers[0]);
    for (std::size_t size = 0; size < good.size(); ++size) CHECK_FALSE(read_hold(ByteView(good).first(size)));
    for (std::size_t at = 0; at < good.size(); ++at) {
      Bytes bytes = good;
      bytes[at] ^= 1;
      CHECK_FALSE(read_hold(bytes));
    }
    Bytes longer = good;
    longer.push_back(0);
    CHECK(said(read_hold(longer)) == "malformed");
    Bytes other_kind = good;
    other_kind[2] = 9;
    CHECK(said(read_hold(other_kind)) == "unsupported_version");
  }
  Hold release = f.release();
  release.from = f.hold.from;
  CHECK(said(seal_hold(release, f.signers[0])) == "malformed");
  std::swap(f.hold.from[0], f.hold.from[1]);
  CHECK(said(seal_hold(f.hold, f.signers[0])) == "malformed");
  f.hold.from.resize(hold_positions_max + 1);
  CHECK(said(seal_hold(f.hold, f.signers[0])) == "limit_exceeded");
}

TEST_CASE("a hold may act while its signer signs and its charter is in force") {
  Held f(603);
  const auto sealed = [&](const SecretKey& signer) { return *read_hold(*seal_hold(f.hold, signer)); };
  CHECK(may_act(sealed(f.signers[0]), *f.charter));
  const SecretKey stranger = f.dice.key();
  CHECK_FALSE(may_act(sealed(stranger), *f.charter));
  CHECK_FALSE(may_act(sealed(f.nodes[1]), *f.charter));
  CHECK_FALSE(may_act(sealed(f.signers[0]), *f.read_next(f.next())));
  f.hold.node = stranger.public_key();
  CHECK_FALSE(may_act(sealed(f.signers[0]), *f.charter));
  f.hold.node = f.nodes[1].public_key();
  f.hold.federation = f.dice.hash();
  CHECK_FALSE(may_act(sealed(f.signers[0]), *f.charter));
}

TEST_CASE("the later word of a signer about a key holds, and at one time there is one that does") {
  Held f(606);
  f.hold.signer = f.signers[0].public_key();
  auto release = f.release();
  const auto bytes = [&](const Hold& hold) { return *seal_hold(hold, f.signers[0]); };
  const auto wins = [&](const Hold& a, const Hold& b) { return outranks(a, bytes(a), b, bytes(b)); };
  release.signed_ms += 1;
  CHECK(wins(release, f.hold));
  CHECK_FALSE(wins(f.hold, release));
  f.hold.signed_ms += 2;
  CHECK(wins(f.hold, release));
  release.signed_ms = f.hold.signed_ms;
  CHECK(wins(f.hold, release));  // in doubt it is held
  CHECK_FALSE(wins(release, f.hold));
}

TEST_CASE("what a proof is about is seen before it is read") {
  Held f(607);
  const auto seal = [&](const Hold& hold, std::size_t signer) { return *seal_hold(hold, f.signers[signer]); };
  const auto held = seal(f.hold, 0);
  CHECK(kind_of(held) == ProofKind::hold);
  CHECK(kind_of(seal(f.release(), 0)) == ProofKind::hold);
  CHECK(subject_of(seal(f.release(), 0)) == subject_of(held));
  CHECK(subject_of(seal(f.hold, 1)) != subject_of(held));
  f.hold.node = f.nodes[0].public_key();
  CHECK(subject_of(seal(f.hold, 0)) != subject_of(held));
  // What is too short, or of a kind that nobody knows, is about itself.
  for (const std::size_t size : {0, 2, 3, 66, 130})
    CHECK(subject_of(ByteView(held).first(size)) == proof_hash(ByteView(held).first(size)));
  CHECK(subject_of(ByteView(held).first(131)) == subject_of(held));
  CHECK(kind_of(ByteView(held).first(2)) == ProofKind::other);
  auto unknown = held;
  unknown[2] = 9;
  CHECK(kind_of(unknown) == ProofKind::other);
  CHECK(subject_of(unknown) == proof_hash(unknown));
}

TEST_CASE("all signers together say no more than a proof set takes") {
  for (std::size_t signers = 0; signers <= charter_signers_max; ++signers) {
    CHECK(holds_of_signer_max(signers) >= 1);
    CHECK(holds_of_signer_max(signers) <= holds_per_signer_max);
    CHECK(holds_of_signer_max(signers) * signers <= holds_max);
  }
  CHECK(holds_of_signer_max(3) == 16);
  CHECK(holds_of_signer_max(64) == 4);
}

TEST_CASE("a signer introduces itself with one line") {
  Dice dice(605);
  const SecretKey key = dice.key();
  const CharterSigner anna{{}, "Anna Bērziņa", dice.partner()};
  const auto line = write_signer_line(anna, key);
  REQUIRE(line);
  CHECK(line->starts_with("hansa-signer-1:"));
  const auto read = read_signer_line(*line + "\n");
  REQUIRE(read);
  CHECK(read->key == key.public_key());
  CHECK(read->name == anna.name);
  CHECK(read->partner == anna.partner);
  CHECK_FALSE(read_signer_line(*write_signer_line({{}, "Office", {}}, key))->partner);
  CHECK(said(write_signer_line({{}, "a\nb", {}}, key)) == "malformed");
  std::string changed = *line;
  changed[40] = changed[40] == 'A' ? 'B' : 'A';
  CHECK(said(read_signer_line(changed)) == "bad_signature");
  CHECK(said(read_signer_line("hansa-signer-2:AAAA")) == "unsupported_version");
  CHECK(said(read_signer_line("hansa-card-1:AAAA")) == "malformed");
}
