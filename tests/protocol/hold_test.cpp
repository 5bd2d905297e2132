#include "protocol/hold.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "charters.h"
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
    hold.from = {{dice.hash(), 5}, {dice.hash(), 1}};
    std::ranges::sort(hold.from);
  }
  HoldRelease release() const { return {hold.federation, hold.charter, hold.node, {}}; }
};

}  // namespace

TEST_CASE("a hold and its release come back") {
  Held f(601);
  const auto bytes = seal_hold(f.hold, f.signers[0]);
  REQUIRE(bytes);
  const auto read = read_hold(*bytes);
  REQUIRE(read);
  f.hold.signer = f.signers[0].public_key();
  CHECK(std::get<Hold>(*read) == f.hold);
  const auto release = read_hold(seal_hold_release(f.release(), f.signers[0]));
  REQUIRE(release);
  CHECK(std::get<HoldRelease>(*release).signer == f.hold.signer);
  f.hold.from.clear();
  for (std::uint8_t i = 0; i < hold_positions_max; ++i) f.hold.from.push_back({Hash{i}, 1});
  const auto largest = seal_hold(f.hold, f.signers[0]);
  REQUIRE(largest);
  CHECK(largest->size() <= 1024);
  CHECK(read_hold(*largest));
}

TEST_CASE("a hold has one encoding, and every bit of it is signed") {
  Held f(602);
  const Bytes good = *seal_hold(f.hold, f.signers[0]);
  for (std::size_t size = 0; size < good.size(); ++size) CHECK_FALSE(read_hold(ByteView(good).first(size)));
  for (std::size_t at = 0; at < good.size(); ++at) {
    Bytes bytes = good;
    bytes[at] ^= 1;
    CHECK_FALSE(read_hold(bytes));
  }
  Bytes longer = good;
  longer.push_back(0);
  CHECK(said(read_hold(longer)) == "malformed");
  std::swap(f.hold.from[0], f.hold.from[1]);
  CHECK(said(seal_hold(f.hold, f.signers[0])) == "malformed");
  f.hold.from.resize(hold_positions_max + 1);
  CHECK(said(seal_hold(f.hold, f.signers[0])) == "limit_exceeded");
}

TEST_CASE("a hold acts while its signer signs, its charter is in force and it is not released") {
  Held f(603);
  using Set = std::vector<std::variant<Hold, HoldRelease>>;
  const auto hold = *read_hold(*seal_hold(f.hold, f.signers[0]));
  CHECK(holds_now(*f.charter, Set{hold}).size() == 1);
  const auto release = *read_hold(seal_hold_release(f.release(), f.signers[0]));
  CHECK(holds_now(*f.charter, Set{hold, release}).empty());
  CHECK(holds_now(*f.charter, Set{release, hold}).empty());
  const auto others = *read_hold(seal_hold_release(f.release(), f.signers[1]));
  CHECK(holds_now(*f.charter, Set{hold, others}).size() == 1);
  const SecretKey stranger = f.dice.key();
  CHECK(holds_now(*f.charter, Set{*read_hold(*seal_hold(f.hold, stranger))}).empty());
  CHECK(holds_now(*f.read_next(f.next()), Set{hold}).empty());
  f.hold.node = stranger.public_key();
  CHECK(holds_now(*f.charter, Set{*read_hold(*seal_hold(f.hold, f.signers[0]))}).empty());
}

TEST_CASE("a hold is from positions on, and on whole logs that it does not name") {
  Held f(604);
  f.hold.from = {{Hash{1}, 5}};
  const PublicKey author = f.hold.node;
  CHECK_FALSE(is_held(f.hold, author, {Hash{1}, 4}));
  CHECK(is_held(f.hold, author, {Hash{1}, 5}));
  CHECK(is_held(f.hold, author, {Hash{2}, 1}));
  CHECK_FALSE(is_held(f.hold, f.nodes[0].public_key(), {Hash{2}, 1}));
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
