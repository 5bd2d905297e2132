// A log that forked, and a charter that says which branch counts.

#include <doctest/doctest.h>

#include <algorithm>

#include "charter_bench.h"
#include "hostile_peer.h"
#include "protocol/fork.h"
#include "protocol/wire.h"

using namespace hansa;
using namespace hansa::test;
using namespace hansa::protocol;

namespace {

/// Everybody knows that node 1's log of five entries has another fourth one; the charter names the branch
/// that node 0 holds, and node 2 holds neither.
struct NamedBranch : CharterWorld {
  NamedBranch() : CharterWorld(19) {
    settle();
    for (int i = 0; i < 4; ++i) REQUIRE((*this)[1].publish("record " + std::to_string(i)));
    settle();
    log = (*this)[1].node->status().own_log.value().id;
    right = (*this)[0].store->snapshot()->headers(log, 1, 10, 10'000);
    REQUIRE(right.size() == 5);
    const auto& federation = (*this)[0].charters.get()->federation();
    EntryFields fields;
    fields.kind = EntryKind::announcement;
    const LogTip tip{federation, log, (*this)[1].key.public_key(), 3, entry_hash(right[2])};
    wrong = *seal_entry(fields, tip, (*this)[1].key);
    const auto evidence = make_fork(federation, right[0], right[3], wrong);
    REQUIRE(evidence);
    Bytes kept(8, 0);
    kept.insert(kept.end(), evidence->bytes().begin(), evidence->bytes().end());
    for (const std::size_t node : {0, 2}) {
      (*this)[node].store->put_setting("proof/" + to_hex(log), kept);
      restart(node);
      REQUIRE(held(node) == 3);
    }
    (*this)[2].store->drop_aside(log, {{4, entry_hash(right[3])}, {5, entry_hash(right[4])}});
    auto body = next_body();
    const auto of = std::ranges::find(body.nodes, (*this)[1].key.public_key(), &CharterNode::key);
    of->cuts = {{log, 5, entry_hash(right[4])}};
    const std::vector<Bytes> charters{charter(body, {0, 1})};
    for (const std::size_t node : {0, 2}) {
      (*this)[node].node->take_charters(charters);
      (*this)[node].node->after_batch();
      REQUIRE(version(node) == 2);
    }
    REQUIRE(held(0) == 5);
    REQUIRE(held(2) == 3);
  }
  std::uint64_t held(std::size_t node) { return (*this)[node].store->snapshot()->log(log)->sequence; }

  Hash log{};
  std::vector<Bytes> right;
  Bytes wrong;
};

}  // namespace

TEST_CASE("a peer that claims the named branch and gives entries of the other one does not hold it up") {
  NamedBranch world;
  auto& victim = world[2];
  HostilePeer hostile(SecretKey::from_seed(world[1].key.seed()), *victim.charters.get());
  hostile.log = world.log;
  for (const auto& header : world.right) hostile.entries.push_back({header, {}, {}});
  hostile.entries[3].header = world.wrong;
  hostile.twist = [&](const wire::Message& message) {
    const auto* pull = std::get_if<wire::Pull>(&message);
    if (pull == nullptr || pull->from > 4) return false;
    auto most = *pull;
    most.count = static_cast<std::uint32_t>(std::min<std::uint64_t>(pull->count, 5 - pull->from));
    hostile.say(hostile.batch(most));
    return true;
  };
  const core::LinkId link = 1000;
  victim.node->link_up(link, hostile.key.public_key(), core::LinkRole::accepted, HostilePeer::version,
                       "test");
  victim.node->after_batch();
  hostile.say(hostile.hello(victim.key.public_key()));
  for (int rounds = 0; rounds < 20; ++rounds) {
    for (auto& bytes : std::exchange(hostile.to_say, {})) {
      victim.node->message(link, std::move(bytes));
      victim.node->after_batch();
    }
    for (auto& sent : std::exchange(victim.sent, {})) hostile.hear(sent.bytes);
  }
  REQUIRE(world.held(2) == 4);
  REQUIRE(victim.store->snapshot()->log(world.log)->head == entry_hash(world.wrong));
  victim.node->link_down(link, core::LinkEnd::cut);
  victim.check_everything();

  for (int times = 0; times < 3; ++times) world.settle(0, 2);
  CHECK(world.held(2) == 5);
  CHECK(victim.store->snapshot()->log(world.log)->head == entry_hash(world.right[4]));
  CHECK(victim.node->status().digest == world[0].node->status().digest);
}

namespace {

/// The charter names a branch of node 1's log that node 2 alone holds, written by somebody else with node 1's
/// key, before any two nodes could compare the branches.
struct WrongBranchNamed : CharterWorld {
  WrongBranchNamed() : CharterWorld(20) {
    settle();
    for (int i = 0; i < 2; ++i) REQUIRE((*this)[1].publish("record " + std::to_string(i)));
    settle();
    log = (*this)[1].node->status().own_log.value().id;
    unlink_all();
    for (int i = 2; i < 4; ++i) written.push_back((*this)[1].publish("record " + std::to_string(i))->record);
    write_with_stolen_key();
    named = next_body();
    const auto of = std::ranges::find(named.nodes, (*this)[1].key.public_key(), &CharterNode::key);
    of->cuts = {{log, 4, entry_hash(wrong)}};
    take(charter(named, {0, 1}));
    settle();
    for (std::size_t node = 0; node < 3; ++node)
      REQUIRE((*this)[node].store->snapshot()->log(log)->head == entry_hash(wrong));
  }
  void write_with_stolen_key() {
    auto& victim = *(*this)[2].store;
    const auto held = victim.snapshot()->log(log).value();
    REQUIRE(held.sequence == 3);
    const LogTip tip{(*this)[2].charters.get()->federation(), log, held.author, 3, held.head};
    EntryFields fields;
    fields.kind = EntryKind::announcement;
    wrong = *seal_entry(fields, tip, (*this)[1].key);
    auto run = chain(tip.federation, tip, wrong);
    REQUIRE(run);
    store::Batch batch;
    batch.runs.push_back(std::move(*run));
    victim.commit(batch, clock, store::Durability::synced);
    restart(2);
  }
  /// Each node for itself.
  void take(const Bytes& version) {
    unlink_all();
    for (std::size_t node = 0; node < 3; ++node) {
      (*this)[node].node->take_charters(std::vector<Bytes>{version});
      (*this)[node].node->after_batch();
    }
  }
  void check_that_all_see_what_node_1_wrote() {
    for (std::size_t node = 0; node < 3; ++node) {
      for (const auto& record : written) CHECK((*this)[node].store->snapshot()->record(record));
      CHECK((*this)[node].node->status().digest == (*this)[0].node->status().digest);
    }
  }

  Hash log{};
  Bytes wrong;
  CharterBody named;
  std::vector<RecordId> written;
};

}  // namespace

// Found by the simulation: the author's entries stayed aside everywhere, for good, and nobody said so.
TEST_CASE(
    "when the cut that named the wrong branch goes, the log ends at the fork and its author writes again") {
  WrongBranchNamed world;
  for (std::size_t node = 0; node < 2; ++node) CHECK(world[node].node->status().forks.at.at(world.log) == 4);
  auto freed = next_of(world.named);
  std::ranges::find(freed.nodes, world[1].key.public_key(), &CharterNode::key)->cuts.clear();
  world.take(world.charter(freed, {0, 1}));
  world.settle();
  for (std::size_t node = 0; node < 3; ++node)
    CHECK(world[node].store->snapshot()->log(world.log)->sequence == 3);
  world.check_that_all_see_what_node_1_wrote();
}

TEST_CASE("when a later charter names the author's branch instead, every node takes it") {
  WrongBranchNamed world;
  const auto aside = world[1].store->snapshot()->aside(world.log, 5, 1);
  REQUIRE(aside.size() == 1);
  auto righted = next_of(world.named);
  std::ranges::find(righted.nodes, world[1].key.public_key(), &CharterNode::key)->cuts = {
      {world.log, 5, aside.front().place.hash}};
  world.take(world.charter(righted, {0, 1}));
  world.settle();
  for (std::size_t node = 0; node < 3; ++node)
    CHECK(world[node].store->snapshot()->log(world.log)->head == aside.front().place.hash);
  world.check_that_all_see_what_node_1_wrote();
}
