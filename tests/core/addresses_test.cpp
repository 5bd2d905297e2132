// Where nodes are reached: announced by themselves, known to all, dialled without being asked.
#include <doctest/doctest.h>

#include "joining_bench.h"

using namespace hansa;
using namespace hansa::protocol;
using test::JoiningParty;
using test::JoiningWorld;

namespace {

using Addresses = std::vector<std::string>;

/// A federation of the inviter and one more, both up to date.
struct Pair {
  explicit Pair(std::uint64_t seed, PartnerRole role = PartnerRole::member)
      : world(seed), joiner(world.stranger("Cēsis", {"ws://cesis.example/link"})) {
    const auto made = world.invite();
    REQUIRE(joiner->join(made.line));
    world.meet(joiner);
    world.approve(joiner, role);
    world.meet(joiner);
    REQUIRE(joiner.charters.get());
    world.link(joiner, world.inviter);
  }
  /// As the settings say when the time for the next announcement has come.
  void move(JoiningParty& party, Addresses to) {
    world.clock += 20'000;
    party.restart_at(std::move(to));
    world.link(party, &party == &joiner ? world.inviter : joiner);
  }
  Addresses known_to_inviter() {
    const auto known = core::known_addresses(*world.inviter.store->snapshot());
    const auto found = known.find(joiner.key.public_key());
    return found == known.end() ? Addresses{"none known"} : found->second.addresses;
  }

  JoiningWorld world;
  JoiningParty joiner;
};

}  // namespace

TEST_CASE("a node that moves tells the others, and is dialled at its new place") {
  Pair pair(601);
  CHECK(pair.known_to_inviter() == Addresses{"ws://cesis.example/link"});
  CHECK(pair.world.inviter->to_dial() == Addresses{"ws://cesis.example/link"});
  (void)pair.world.inviter->take_events();
  pair.move(pair.joiner, {"wss://new.example/link", "ws://second.example/link"});
  CHECK(pair.world.inviter->to_dial() == Addresses{"wss://new.example/link", "ws://second.example/link"});
  CHECK(pair.world.inviter->take_events().addresses_changed);
  pair.move(pair.joiner, {});
  CHECK(pair.known_to_inviter().empty());
  CHECK(pair.world.inviter->to_dial().empty());
}

TEST_CASE("an address is announced once, not at every start") {
  Pair pair(602);
  const auto before = pair.joiner->status().own_log->sequence;
  pair.move(pair.joiner, {"ws://cesis.example/link"});
  CHECK(pair.joiner->status().own_log->sequence == before);
  pair.move(pair.joiner, {"ws://elsewhere.example/link"});
  CHECK(pair.joiner->status().own_log->sequence == before + 1);
}

TEST_CASE("what a node announced stands above what came with a file, and survives a restart") {
  Pair pair(603);
  pair.world.inviter->addresses().note(pair.joiner.key.public_key(), "ws://old.example/link");
  CHECK(pair.known_to_inviter() == Addresses{"ws://cesis.example/link"});
  pair.world.inviter.restart();
  CHECK(pair.world.inviter->to_dial() == Addresses{"ws://cesis.example/link"});
}

TEST_CASE("nodes that the charter no longer lists as active are not dialled") {
  Pair pair(604);
  auto body = next_body(*pair.world.inviter.charters.get(), pair.world.entropy);
  body.nodes.back().status = NodeStatus::retired;
  pair.world.take(body);
  CHECK(pair.world.inviter->to_dial().empty());
}

TEST_CASE("an observer announces nothing; its address is known from nobody, and it dials itself") {
  Pair pair(605, PartnerRole::observer);
  CHECK(pair.known_to_inviter() == Addresses{"none known"});
  CHECK(pair.joiner->to_dial() == Addresses{"ws://inviter.example/link"});
}
