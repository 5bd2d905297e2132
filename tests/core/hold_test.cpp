// Holds: what one signer says about a node key reaches every node, and ends with its release or the charter.

#include "protocol/hold.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "charter_bench.h"
#include "core/explain.h"
#include "dice.h"
#include "protocol/wire.h"

using namespace hansa;
using namespace hansa::test;
using core::HoldTaken;
using protocol::Bytes;
using protocol::Hold;

namespace {

struct Holding : CharterWorld {
  using CharterWorld::CharterWorld;

  Hold about(std::size_t node) {
    Hold hold;
    const auto charter = (*this)[0].charters.get();
    hold.federation = charter->federation();
    hold.charter = charter->hash();
    hold.node = (*this)[node].key.public_key();
    hold.signed_ms = clock;
    return hold;
  }
  Bytes hold(std::size_t node, std::size_t signer, std::vector<protocol::EntryRef> from = {}) {
    auto said = about(node);
    said.from = std::move(from);
    return *protocol::seal_hold(said, signers[signer]);
  }
  Bytes release(std::size_t node, std::size_t signer) {
    auto said = about(node);
    said.is_release = true;
    return *protocol::seal_hold(said, signers[signer]);
  }
  HoldTaken give(std::size_t node, const Bytes& bytes) {
    const auto taken = (*this)[node].node->hold(bytes);
    REQUIRE(taken);
    (*this)[node].node->after_batch();
    return *taken;
  }
  std::vector<core::HeldNode> held(std::size_t node) { return *(*this)[node].node->status().held_nodes; }
  bool equal(std::size_t a, std::size_t b) {
    return (*this)[a].node->status().digest == (*this)[b].node->status().digest;
  }
};

std::string said(HoldTaken taken) { return std::string(core::name(taken)); }

}  // namespace

TEST_CASE("a hold reaches every node, is kept, alarms, and ends with its signer's release") {
  Holding world(71);
  world.settle();
  const auto before = world[0].node->status().digest;
  const auto log = world[1].node->status().own_log;
  REQUIRE(log);
  CHECK(said(world.give(0, world.hold(1, 2, {{log->id, 4}}))) == "taken");
  CHECK(world[0].node->status().digest != before);
  world.settle();
  for (const std::size_t i : {0, 1, 2}) {
    for (int times = 0; times < 2; ++times) {
      const auto held = world.held(i);
      REQUIRE(held.size() == 1);
      CHECK(held[0].hold.node == world[1].key.public_key());
      CHECK(held[0].hold.signer == world.signers[2].public_key());
      CHECK(held[0].hold.from.at(0) == protocol::EntryRef{log->id, 4});
      CHECK(protocol::read_hold_text(held[0].text));
      CHECK(world.equal(i, 0));
      const auto status = world[i].node->status();
      const auto alarm = std::ranges::find(status.alarms, "node_held", &core::Alarm::code);
      REQUIRE(alarm != status.alarms.end());
      CHECK(alarm->params.at("node") == protocol::to_text(world[1].key.public_key()));
      CHECK(alarm->params.at("signer") == "Signer");
      CHECK(alarm->since_ms == held[0].hold.signed_ms);
      if (times == 0) world.restart(i);
    }
  }
  const auto status = world[0].node->status();
  const auto explained =
      core::explain({status, *world[0].store->snapshot(), {}}, protocol::to_text(world[1].key.public_key()));
  REQUIRE(explained);
  CHECK(std::ranges::any_of(explained->findings,
                            [](const core::Finding& found) { return found.what.code == "node_held"; }));

  world.clock += 1;
  CHECK(said(world.give(2, world.release(1, 1))) == "taken");  // another signer's: nothing to do with it
  CHECK(world.held(2).size() == 1);
  CHECK(said(world.give(2, world.release(1, 2))) == "taken");
  world.clock += protocol::proof_pace_ms;
  world.settle();
  for (const std::size_t i : {0, 1, 2}) {
    CHECK(world.held(i).empty());
    CHECK(world.equal(i, 0));
  }
  // The hold that somebody kept does not come back; a new one does.
  world.clock += protocol::proof_pace_ms;
  CHECK(said(world.give(0, world.hold(1, 2))) == "taken");
  world.settle();
  CHECK(world.held(1).size() == 1);
}

TEST_CASE("an earlier word of a signer changes nothing, whichever way it comes") {
  Holding world(72);
  const auto hold = world.hold(1, 0);
  world.clock += 5;
  const auto release = world.release(1, 0);
  CHECK(said(world.give(0, release)) == "taken");
  CHECK(said(world.give(0, release)) == "known");
  CHECK(said(world.give(0, hold)) == "not_the_latest");
  CHECK(said(world.give(1, hold)) == "taken");
  world.settle();
  for (const std::size_t i : {0, 1, 2}) {
    CHECK(world.held(i).empty());
    CHECK(world.equal(i, 0));
    CHECK(world[i].closed.empty());
  }
}

TEST_CASE("with the next version of the charter all holds are over, on every node and for good") {
  Holding world(73);
  CHECK(said(world.give(0, world.hold(1, 0))) == "taken");
  CHECK(said(world.give(0, world.hold(2, 1))) == "taken");
  const auto old = world.hold(0, 2);
  world.settle();
  REQUIRE(world.held(2).size() == 2);
  const auto next = world.charter(world.next_body(), {0, 1});
  CHECK(world[1].node->take_charters({&next, 1}).changed);
  world[1].node->after_batch();
  CHECK(world.held(1).empty());
  CHECK(world[1].store->snapshot()->settings("hold/").empty());
  world.settle();
  for (const std::size_t i : {0, 1, 2}) {
    CHECK(world.held(i).empty());
    CHECK(world[i].store->snapshot()->settings("hold/").empty());
    CHECK(said(world.give(i, old)) == "charter_changed");
    CHECK(world.equal(i, 0));
  }
}

TEST_CASE("only signers of the charter hold, and only its nodes are held; peers are told nothing else") {
  Holding world(74);
  world.settle();
  auto hold = world.about(1);
  const auto stranger = protocol::SecretKey::generate(world.entropy);
  CHECK(said(world.give(0, *protocol::seal_hold(hold, stranger))) == "not_a_signer");
  CHECK(said(world.give(0, *protocol::seal_hold(hold, world[1].key))) == "not_a_signer");
  hold.node = stranger.public_key();
  CHECK(said(world.give(0, *protocol::seal_hold(hold, world.signers[0]))) == "unknown_node");
  hold.federation = {};
  CHECK(said(world.give(0, *protocol::seal_hold(hold, world.signers[0]))) == "charter_changed");
  auto forged = world.hold(1, 0);
  forged.back() ^= 1;
  const auto refused = world[0].node->hold(forged);
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == protocol::Refusal::bad_signature);
  CHECK(world[0].store->snapshot()->settings("hold/").empty());

  // By a link: what does not act is left alone, what is forged ends the link.
  world.unlink_all();
  constexpr core::LinkId link = 900;
  link_up(world[0], world[1], link);
  carry({&world[0], &world[1]}, &world.clock);
  const auto tell = [&](const Bytes& bytes) {
    world[0].node->message(link, protocol::wire::encode(protocol::wire::Proof{bytes}));
    world[0].node->after_batch();
  };
  tell(*protocol::seal_hold(world.about(1), stranger));
  CHECK(world[0].closed.empty());
  tell(forged);
  CHECK(world[0].closed.size() == 1);
  CHECK(world.held(0).empty());
}

TEST_CASE("what is kept of many holds follows from the holds, not from their order") {
  const auto seed = protocol::testing::random_seed();
  std::mt19937_64 chance(seed);
  constexpr std::size_t nodes = 21;  // more than a signer may speak about
  Holding world(75, nodes);
  std::vector<Bytes> all;
  for (int i = 0; i < 120; ++i) {
    world.clock += chance() % 2;
    const auto node = chance() % nodes;
    const auto signer = chance() % 2;
    all.push_back(chance() % 3 == 0 ? world.release(node, signer) : world.hold(node, signer));
  }
  constexpr core::LinkId link = 900;
  link_up(world[0], world[1], link);
  carry({&world[0], &world[1]}, &world.clock);
  for (const std::size_t i : {0, 1}) {
    std::ranges::shuffle(all, chance);
    for (const auto& proof : all)
      world[i].node->message(link, protocol::wire::encode(protocol::wire::Proof{proof}));
    world[i].node->after_batch();
  }
  const auto kept = [&](std::size_t node) { return world[node].store->snapshot()->settings("hold/"); };
  world.clock += protocol::statements_wait_ms;  // the others never say where they stand
  carry({&world[0], &world[1]}, &world.clock);
  CHECK(kept(0) == kept(1));
  CHECK(kept(0).size() == 2 * protocol::holds_per_signer_max);
  CHECK(world.equal(0, 1));
  CHECK(world[0].closed.empty());
  // An operator is told instead of losing another one.
  std::size_t refused = 0;
  for (std::size_t node = 0; node < nodes; ++node) {
    const auto taken = world.give(0, world.hold(node, 2));
    if (taken == HoldTaken::too_many) ++refused;
  }
  CHECK(refused == nodes - protocol::holds_per_signer_max);
}

namespace {

/// Three nodes in a line: the middle one passes on.
struct Line : Holding {
  explicit Line(std::uint64_t seed) : Holding(seed) {
    link_up((*this)[0], (*this)[1], first);
    link_up((*this)[1], (*this)[2], second);
  }

  void carry_for(std::uint64_t ms) {
    for (const auto end = clock + ms; clock < end; clock += 100) {
      for (const std::size_t i : {0, 1, 2}) {
        (*this)[i].node->tick();
        (*this)[i].node->after_batch();
      }
      while (carry_once()) continue;
    }
  }
  bool carry_once() {
    bool carried = false;
    for (const std::size_t from : {0, 1, 2})
      for (auto sent = std::exchange((*this)[from].sent, {}); !sent.empty(); sent.pop_front()) {
        const auto& message = sent.front();
        const std::size_t to = from != 1 ? 1 : message.link == first ? 0 : 2;
        if (const auto read = protocol::wire::decode(message.bytes);
            read && std::holds_alternative<protocol::wire::Proof>(*read))
          ++proofs_to[to];
        (*this)[to].node->message(message.link, message.bytes);
        (*this)[to].node->after_batch();
        carried = true;
      }
    return carried;
  }

  static constexpr core::LinkId first = 901;
  static constexpr core::LinkId second = 902;
  std::map<std::size_t, std::size_t> proofs_to;
};

}  // namespace

TEST_CASE("a signer who floods ends no honest link; everyone ends with the last word, and passes few on") {
  Line world(76);
  world.carry_for(2 * protocol::statements_wait_ms);
  constexpr std::size_t words = 2 * protocol::proofs_taken_per_minute + 1;
  for (std::size_t i = 0; i < words; ++i) {
    world.clock += 1;
    CHECK(said(world.give(0, i % 2 == 0 ? world.hold(1, 2) : world.release(1, 2))) == "taken");
    if (i % 64 == 0) world.carry_for(2000);
  }
  const auto last = world.held(0);
  REQUIRE(last.size() == 1);
  world.carry_for(2 * protocol::proof_pace_ms + 1000);
  for (const std::size_t i : {0, 1, 2}) {
    CHECK(world[i].closed.empty());
    REQUIRE(world.held(i).size() == 1);
    CHECK(world.held(i)[0].hold == last[0].hold);
    CHECK(world.equal(i, 0));
  }
  const auto minutes = words / 64 * 2000 / protocol::proof_pace_ms + 4;
  CHECK(world.proofs_to[1] <= minutes);
  CHECK(world.proofs_to[2] <= minutes);
  CHECK(world.proofs_to[0] == 0);
}

TEST_CASE("a peer that floods loses its link, and no other node loses one") {
  Line world(77);
  world.carry_for(2 * protocol::statements_wait_ms);
  for (std::size_t i = 0; i <= protocol::proofs_taken_per_minute; ++i) {
    auto hold = world.about(1);
    hold.signed_ms += i;
    const auto bytes = *protocol::seal_hold(hold, world.signers[2]);
    world[1].node->message(Line::first, protocol::wire::encode(protocol::wire::Proof{bytes}));
    world[1].node->after_batch();
    while (world.carry_once()) continue;
  }
  REQUIRE(world[1].closed.size() == 1);
  CHECK(world[1].closed[0].first == Line::first);
  CHECK(world.proofs_to[2] == 1);
  world.carry_for(protocol::proof_pace_ms + 1000);
  CHECK(world[2].closed.empty());
  CHECK(world.proofs_to[2] == 2);
  REQUIRE(world.held(2).size() == 1);
  CHECK(world.held(2)[0].hold == world.held(1)[0].hold);
}
