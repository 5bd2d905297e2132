// The keeper of charters by itself: pins, evidence of another side, and a disk that fails.

#include "core/charter_keeper.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "charter_bench.h"
#include "core/epoch_guard.h"
#include "core/status.h"
#include "store/broken.h"

using namespace hansa;
using namespace hansa::test;
using namespace hansa::protocol;

TEST_CASE("a store behind its pin takes the history that leads there as a whole, in place of another one") {
  CharterWorld world(41);
  const auto body = world.next_body();
  const auto three = next_of(body);
  const Bytes charters[] = {world.charter(body, {0, 1}), world.charter(three, {0, 1})};
  const Bytes other = world.charter(world.next_body(), {1, 2});
  MemoryStore store([](const PublicKey&) { return std::vector<PartnerId>{}; });
  {
    core::CharterKeeper keeper(store);
    const auto founding = world[0].charters.get()->bytes();
    const Bytes first[] = {Bytes(founding.begin(), founding.end()), other};
    CHECK(keeper.take(first, 1).changed);
    CHECK(keeper.pin({3, charter_hash(3, world.encode(three))}));
    CHECK(said(keeper.take({charters, 1}, 2)) == "held_back");
    CHECK(keeper.chain()->newest().bytes().size() == other.size());
    CHECK(keeper.life()->behind_version == 3);
    CHECK(keeper.take(charters, 3).changed);
    CHECK(keeper.life()->behind_version == 0);
  }
  core::CharterKeeper keeper(store);
  REQUIRE(keeper.chain()->newest().version() == 3);
  CHECK(keeper.chain()->at(2)->hash() == charter_hash(2, world.encode(body)));
}

TEST_CASE(
    "behind its pin a keeper keeps the histories of its peers apart: a short one disturbs no long one") {
  CharterWorld world(43);
  const auto two = world.next_body();
  const auto three = next_of(two);
  const auto four = next_of(three);
  const PublicKey honest = world[1].key.public_key();
  const PublicKey former = world[2].key.public_key();
  MemoryStore store([](const PublicKey&) { return std::vector<PartnerId>{}; });
  core::CharterKeeper keeper(store);
  const auto founding = world[0].charters.get()->bytes();
  const Bytes first(founding.begin(), founding.end());
  CHECK(keeper.take({&first, 1}, 1).changed);
  CHECK(keeper.pin({4, charter_hash(4, world.encode(four))}));
  const Bytes begin[] = {world.charter(two, {0, 1}), world.charter(three, {0, 1})};
  CHECK(said(keeper.take(begin, 2, honest)) == "held_back");
  // Who signed once rewrites the second version, and sends it between two messages of the honest peer.
  const Bytes short_one = world.charter(world.next_body(), {1, 2});
  CHECK(said(keeper.take({&short_one, 1}, 3, former)) == "held_back");
  const Bytes end = world.charter(four, {0, 1});
  CHECK(keeper.take({&end, 1}, 4, honest).changed);
  CHECK(keeper.chain()->newest().hash() == charter_hash(4, world.encode(four)));
}

TEST_CASE("evidence is told of a version that is not held, beside the one that is") {
  CharterWorld world(44);
  const auto one = world.next_body();
  const auto other = world.next_body();
  MemoryStore store([](const PublicKey&) { return std::vector<PartnerId>{}; });
  const auto own = [](const core::CharterKeeper& keeper) {
    std::vector<core::Alarm> alarms;
    keeper.tell(alarms);
    return alarms.size() == 1 ? alarms[0].params.at("own") : std::string();
  };
  {
    core::CharterKeeper keeper(store);
    const auto founding = world[0].charters.get()->bytes();
    const Bytes first[] = {Bytes(founding.begin(), founding.end()), world.charter(one, {0, 1}),
                           world.charter(next_of(one), {0, 1}), world.charter(other, {0, 1})};
    CHECK(said(keeper.take({first, 3}, 1)) == "extended");
    CHECK(said(keeper.take({first + 3, 1}, 2)) == "sibling_final");
    REQUIRE(keeper.life()->siblings.size() == 1);
    CHECK(own(keeper) == to_hex(charter_hash(2, world.encode(one))));
    // The host remembers that this node was on the other side: it takes the history that leads there.
    const auto three = next_of(other);
    const auto four = next_of(three);
    CHECK(keeper.pin({4, charter_hash(4, world.encode(four))}));
    const Bytes side[] = {first[3], world.charter(three, {0, 1}), world.charter(four, {0, 1})};
    CHECK(keeper.take(side, 3).changed);
    CHECK(keeper.life()->siblings.empty());
    CHECK(own(keeper).empty());
  }
  core::CharterKeeper keeper(store);
  CHECK(keeper.chain()->at(2)->hash() == charter_hash(2, world.encode(other)));
  CHECK(keeper.life()->siblings.empty());
}

namespace {

/// A disk that fails once a certain setting is to be written.
struct FailingStore : MemoryStore {
  using MemoryStore::MemoryStore;
  void put_setting(std::string_view key, store::ByteView value) override {
    if (key == fails_at) throw store::StoreBroken("the disk failed");
    MemoryStore::put_setting(key, value);
  }
  std::string fails_at;
};

}  // namespace

TEST_CASE("wherever the power goes while a version is taken, it is known since when it is in force") {
  CharterWorld world(45);
  const auto second = world.charter(world.next_body(), {0, 1});
  for (const auto* key : {"charter/00000002", "charter_time/00000002"}) {
    CAPTURE(key);
    FailingStore store([](const PublicKey&) { return std::vector<PartnerId>{}; });
    {
      core::CharterKeeper keeper(store);
      const auto founding = world[0].charters.get()->bytes();
      const Bytes first(founding.begin(), founding.end());
      REQUIRE(keeper.take({&first, 1}, 1).changed);
      store.fails_at = key;
      CHECK_THROWS_AS(keeper.take({&second, 1}, 2), store::StoreBroken);
    }
    store.fails_at.clear();
    core::CharterKeeper keeper(store);
    keeper.take({&second, 1}, 3);
    REQUIRE(keeper.life()->versions.size() == 2);
    CHECK(keeper.life()->versions[1].since_ms != 0);
  }
}

namespace {

/// What the host of a node remembers.
struct Remembering final : core::EpochGuard {
  Kept kept() const override { return now; }
  void bind(const core::HostMark& mark) override { now = {Standing::bound, mark}; }
  void advance(std::uint64_t sequence) override { now.mark.sequence = sequence; }
  Kept now;
};

}  // namespace

// Found by the simulation: a node settles on a side that the others leave, or never were on, and its store is
// restored from before that; the host remembers the pin, and no node holds that version any more.
TEST_CASE("a restored node whose host remembers a side that everybody left lets go of it, for good") {
  CharterWorld world(46);
  Remembering host;
  const auto second = world.next_body();
  const auto left = charter_hash(3, world.encode(next_of(next_of(world.next_body()))));
  const Bytes two = world.charter(second, {0, 1});
  const Bytes three = world.charter(next_of(second), {0, 1});
  world[0].guard = &host;
  host.bind({world[0].charters.get()->federation(), {}, 0, 0, 3, left});
  world.restart(0);
  world[0].node->after_batch();
  const auto own = world[0].charters.get()->hash();
  const auto is_behind = [&] { return world.keeper(0).life()->behind_version == 3; };
  REQUIRE(is_behind());
  CHECK(said(world[0].node->take_charters(std::vector<Bytes>{two, three})) == "not_permitted pin");
  CHECK(world[0].node->follow_charter(left).error().refusal == Refusal::not_found);
  REQUIRE(is_behind());

  REQUIRE(world[0].node->follow_charter(own));
  CHECK_FALSE(is_behind());
  CHECK(host.now.mark.charter_version == 1);
  CHECK(host.now.mark.charter_hash == own);
  world.restart(0);
  CHECK_FALSE(is_behind());
  CHECK(world[0].node->follow_charter(own).error().refusal == Refusal::not_found);
  CHECK(said(world[0].node->take_charters(std::vector<Bytes>{two, three})) == "extended");
  world[0].node->after_batch();
  CHECK(world.version(0) == 3);
  CHECK(std::ranges::none_of(world[0].node->status().alarms,
                             [](const core::Alarm& alarm) { return alarm.code.starts_with("charter_"); }));
}
