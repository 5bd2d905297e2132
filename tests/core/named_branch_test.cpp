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
