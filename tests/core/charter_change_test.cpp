// What a new charter does to what every node holds, shows and writes.

#include <doctest/doctest.h>

#include <algorithm>

#include "charter_bench.h"
#include "store/verify.h"

using namespace hansa;
using namespace hansa::test;
using core::PublishRefused;
using protocol::Hash;

namespace {

using Edit = std::function<void(protocol::CharterBody&)>;

/// Makes the next version and gives it to every node.
void enact(CharterWorld& world, const Edit& edit) {
  auto body = world.next_body();
  edit(body);
  const auto bytes = CharterWorld::encode(body);
  std::vector<protocol::SignedBy> signatures;
  for (const std::size_t signer : {0, 1})
    signatures.emplace_back(
        world.signers[signer].public_key(),
        protocol::sign_charter(protocol::charter_hash(body.version, bytes), world.signers[signer]));
  const std::vector<protocol::Bytes> charters{protocol::assemble_charter(bytes, signatures)};
  for (std::size_t node = 0; node < 3; ++node) {
    world[node].node->take_charters(charters);
    world[node].node->after_batch();
    REQUIRE(world.version(node) == body.version);
  }
  world.settle();
}

void publish(CharterWorld& world, std::size_t node, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) REQUIRE(world[node].publish("practice " + std::to_string(i)));
  world.settle();
}

protocol::CharterNode& node_of(protocol::CharterBody& body, CharterWorld& world, std::size_t node) {
  return *std::ranges::find(body.nodes, world[node].key.public_key(), &protocol::CharterNode::key);
}

protocol::CharterPartner& partner_of_node(protocol::CharterBody& body, CharterWorld& world,
                                          std::size_t node) {
  return *std::ranges::find(body.partners, node_of(body, world, node).partner, &protocol::CharterPartner::id);
}

Hash own_log(CharterWorld& world, std::size_t node) { return world[node].node->status().own_log.value().id; }

protocol::Cut cut_at(CharterWorld& world, const Hash& log, std::uint64_t sequence) {
  const auto header = world[0].store->snapshot()->headers(log, sequence, 1, protocol::header_bytes_max);
  REQUIRE(header.size() == 1);
  return {log, sequence, protocol::entry_hash(header.front())};
}

std::uint64_t held(CharterWorld& world, std::size_t node, const Hash& log) {
  const auto state = world[node].store->snapshot()->log(log);
  return state ? state->sequence : 0;
}

/// All nodes hold the log through `sequence`, show the same, and their stores verify.
void check_all(CharterWorld& world, const Hash& log, std::uint64_t sequence) {
  for (std::size_t node = 0; node < 3; ++node) {
    CAPTURE(node);
    CHECK(held(world, node, log) == sequence);
    CHECK(world[node].node->status().digest == world[0].node->status().digest);
    const auto snapshot = world[node].store->snapshot();
    CHECK(snapshot->totals().missing_payloads == 0);
    CHECK(snapshot->totals().records == world[0].store->snapshot()->totals().records);
    const auto verified = store::verify_store(
        *snapshot, world[node].charters.get()->federation(),
        [&](const protocol::PublicKey& key) { return world[node].charters.partners_of(key); },
        [](std::uint64_t, std::uint64_t) { return true; });
    CHECK(verified.differences == 0);
  }
}

}  // namespace

TEST_CASE(
    "an observer's entries cease behind the cut, on every node, and come back when it is a member again") {
  CharterWorld world(1);
  world.settle();
  publish(world, 1, 5);
  const auto log = own_log(world, 1);
  const auto feed_before = world[2].store->snapshot()->totals().last_arrival;
  enact(world, [&](protocol::CharterBody& body) {
    partner_of_node(body, world, 1).role = protocol::PartnerRole::observer;
    node_of(body, world, 1).cuts = {cut_at(world, log, 3)};
  });
  check_all(world, log, 3);
  CHECK(world[1].publish("more").error() == PublishRefused::not_a_publisher);
  for (std::size_t node = 0; node < 3; ++node) {
    const auto snapshot = world[node].store->snapshot();
    CHECK(snapshot->totals().entries_aside == 3);
    CHECK(snapshot->totals().records == 2);
  }
  const auto told = world[2].store->snapshot()->arrivals(feed_before, 100);
  CHECK(std::ranges::count_if(told, &store::Arrival::ceased) == 3);
  world.restart(1);
  world.settle();
  check_all(world, log, 3);

  enact(world, [&](protocol::CharterBody& body) {
    partner_of_node(body, world, 1).role = protocol::PartnerRole::member;
    node_of(body, world, 1).cuts.clear();
  });
  check_all(world, log, 6);
  CHECK(world[2].store->snapshot()->totals().entries_aside == 0);
  const auto next = world[1].publish("again");
  REQUIRE(next);
  CHECK(next->log == log);
  CHECK(next->sequence == 7);
  world.settle();
  check_all(world, log, 7);
}

TEST_CASE("a key that was taken away writes nothing, and its logs that are not named count as empty") {
  CharterWorld world(2);
  world.settle();
  publish(world, 1, 2);
  const auto log = own_log(world, 1);
  enact(world,
        [&](protocol::CharterBody& body) { node_of(body, world, 1).status = protocol::NodeStatus::revoked; });
  CHECK(world[1].publish("more").error() == PublishRefused::key_not_active);
  for (std::size_t node = 0; node < 3; ++node) CHECK(held(world, node, log) == 0);
  CHECK(world[0].store->snapshot()->totals().entries_aside == 3);
}

TEST_CASE("a member that writes without end meets its limit, the same on every node") {
  CharterWorld world(3);
  world.settle();
  const auto limit = [&](std::uint64_t entries) {
    enact(world,
          [&](protocol::CharterBody& body) { node_of(body, world, 1).limits.entries_per_log = entries; });
  };
  limit(5);
  const auto log = own_log(world, 1);
  std::size_t published = 0;
  while (world[1].publish("on and on")) REQUIRE(++published < 100);
  CHECK(published == 4);  // the declaration is the first entry
  world.settle();
  check_all(world, log, 5);
  // Lowered: what lies over it ceases, and no number is used again; raised: it goes on behind them.
  limit(3);
  check_all(world, log, 3);
  CHECK(world[1].publish("more").error() == PublishRefused::log_full);
  world.restart(1);
  world.settle();
  CHECK(world[1].publish("more").error() == PublishRefused::log_full);
  limit(50);
  check_all(world, log, 5);
  CHECK(world[1].publish("more").value().sequence == 6);
}

TEST_CASE(
    "a limit of bytes ends a log at the entry that goes over it, and smaller ones do not slip in behind") {
  CharterWorld world(4);
  world.settle();
  const auto log = own_log(world, 1);
  const auto large = std::string(2 * protocol::payload_block_bytes, 'x');  // three blocks
  REQUIRE(world[1].publish("small"));
  REQUIRE(world[1].publish(large));
  REQUIRE(world[1].publish("small"));
  world.settle();
  const auto limit = [&](std::uint64_t blocks) {
    enact(world, [&](protocol::CharterBody& body) {
      node_of(body, world, 1).limits.payload_bytes_per_log = blocks * protocol::payload_block_bytes;
    });
  };
  limit(3);
  check_all(world, log, 2);
  CHECK(world[1].publish("small").error() == PublishRefused::log_full);
  limit(6);
  check_all(world, log, 4);
  CHECK(world[1].publish(large).error() == PublishRefused::log_full);
  CHECK(world[1].publish("small").value().sequence == 5);
}

TEST_CASE("an active node whose log is cut goes on in a new one") {
  CharterWorld world(5);
  world.settle();
  publish(world, 1, 4);
  const auto log = own_log(world, 1);
  enact(world, [&](protocol::CharterBody& body) { node_of(body, world, 1).cuts = {cut_at(world, log, 4)}; });
  check_all(world, log, 4);
  const auto next = world[1].publish("in another log");
  REQUIRE(next);
  CHECK(next->log != log);
  CHECK(world[1].node->status().own_log->epoch == 2);
  world.settle();
  check_all(world, next->log, 3);  // the entry behind the cut was written again before
}

TEST_CASE("a cut that names another branch leaves nothing that may be of the wrong one") {
  CharterWorld world(6);
  world.settle();
  publish(world, 1, 4);
  const auto log = own_log(world, 1);
  enact(world, [&](protocol::CharterBody& body) {
    auto cut = cut_at(world, log, 4);
    cut.hash[0] ^= 1;
    node_of(body, world, 1).cuts = {cut};
  });
  for (std::size_t node = 0; node < 3; ++node) CHECK(held(world, node, log) == 0);
  CHECK(world[0].store->snapshot()->totals().entries_aside == 5);
  // The entries are offered by nobody and lie aside; with the right cut they are back.
  enact(world, [&](protocol::CharterBody& body) {
    auto& cut = node_of(body, world, 1).cuts.front();
    cut.hash[0] ^= 1;
  });
  check_all(world, log, 4);
}

TEST_CASE("a fork ends a log before it, and a cut that names the held branch brings it back") {
  CharterWorld world(7);
  world.settle();
  publish(world, 1, 4);
  const auto log = own_log(world, 1);
  const auto whole = cut_at(world, log, 5);
  for (std::size_t node = 0; node < 3; ++node) {
    world[node].node->forks_changed({{{log, 4}}, {}});
    world[node].node->after_batch();
  }
  world.settle();
  for (std::size_t node = 0; node < 3; ++node) CHECK(held(world, node, log) == 3);
  // Its owner goes on in another log.
  const auto next = world[1].publish("behind the fork");
  REQUIRE(next);
  CHECK(next->log != log);
  CHECK(next->sequence == 4);  // behind what stood behind the fork
  enact(world, [&](protocol::CharterBody& body) { node_of(body, world, 1).cuts = {whole}; });
  check_all(world, log, 5);
  check_all(world, next->log, 4);
}

TEST_CASE("what a node had not sent when a charter ended its log is written again, votes as well") {
  CharterWorld world(17);
  world.settle();
  publish(world, 1, 2);
  const auto log = own_log(world, 1);
  const auto cut = cut_at(world, log, 3);
  world.unlink_all();
  const auto unsent = world[1].publish("said while nobody listened");
  REQUIRE(unsent);
  const auto proposal = CharterWorld::encode(world.next_body());
  REQUIRE(world.propose(1, proposal));
  enact(world, [&](protocol::CharterBody& body) { node_of(body, world, 1).cuts = {cut}; });
  world.settle();
  check_all(world, log, 3);
  const auto next = own_log(world, 1);
  REQUIRE(next != log);
  check_all(world, next, 3);
  for (std::size_t node = 0; node < 3; ++node)
    CHECK(world[node].store->snapshot()->record(unsent->record).has_value());
  const auto said = world[0].store->snapshot()->payload(next, 3);
  REQUIRE(said);
  CHECK(said->content == proposal);
  // Once is enough.
  world.restart(1);
  world.settle();
  check_all(world, next, 3);
}

TEST_CASE("the new key of a partner writes again what the old one had not sent") {
  CharterWorld world(18);
  world.settle();
  publish(world, 1, 2);
  const auto log = own_log(world, 1);
  const auto cut = cut_at(world, log, 3);
  world.unlink_all();
  const auto unsent = world[1].publish("said while nobody listened");
  REQUIRE(unsent);
  auto fresh = protocol::SecretKey::generate(world.entropy);
  const auto fresh_key = fresh.public_key();
  enact(world, [&](protocol::CharterBody& body) {
    auto& old = node_of(body, world, 1);
    old.status = protocol::NodeStatus::rotated;
    old.cuts = {cut};
    protocol::CharterNode node;
    node.key = fresh_key;
    node.partner = old.partner;
    body.nodes.push_back(node);
  });
  CHECK_FALSE(world[0].store->snapshot()->record(unsent->record));
  world[1].key = std::move(fresh);
  world.restart(1);
  world.settle();
  for (std::size_t node = 0; node < 3; ++node)
    CHECK(world[node].store->snapshot()->record(unsent->record).has_value());
  check_all(world, own_log(world, 1), 2);
}

// Found by the simulation.
TEST_CASE("a vote that was written again under a key that is revoked then is written again by the next key") {
  CharterWorld world(19);
  world.settle();
  const auto log = own_log(world, 1);
  const auto cut = cut_at(world, log, 1);
  world.unlink_all();
  const auto proposal = CharterWorld::encode(world.next_body());
  REQUIRE(world.propose(1, proposal));
  const auto replace_key = [&](protocol::NodeStatus status, const std::vector<protocol::Cut>& cuts) {
    auto fresh = protocol::SecretKey::generate(world.entropy);
    enact(world, [&](protocol::CharterBody& body) {
      auto& old = node_of(body, world, 1);
      old.status = status;
      old.cuts = cuts;
      protocol::CharterNode node;
      node.key = fresh.public_key();
      node.partner = old.partner;
      body.nodes.push_back(node);
    });
    world[1].key = std::move(fresh);
    world.restart(1);
    world.settle();
  };
  const auto is_said_once = [&] {
    const auto own = own_log(world, 1);
    check_all(world, own, 2);
    const auto said = world[0].store->snapshot()->payload(own, 2);
    return said && said->content == proposal;
  };
  replace_key(protocol::NodeStatus::rotated, {cut});
  REQUIRE(is_said_once());
  replace_key(protocol::NodeStatus::rotated, {});
  CHECK(is_said_once());
  replace_key(protocol::NodeStatus::revoked, {});
  CHECK(is_said_once());
}

TEST_CASE("a successor may revise what its predecessor wrote, from then on and everywhere") {
  CharterWorld world(8);
  world.settle();
  const auto first = world[1].publish("by the old town");
  REQUIRE(first);
  world.settle();
  core::PublishRequest revision;
  revision.is_new = false;
  revision.record = first->record;
  CHECK(world[2].publish("by the new town", revision).error() == PublishRefused::not_owner);
  enact(world, [&](protocol::CharterBody& body) {
    partner_of_node(body, world, 2).successor_of = {partner_of_node(body, world, 1).id};
  });
  const auto second = world[2].publish("by the new town", revision);
  REQUIRE(second);
  world.settle();
  const auto live = [&](std::size_t node) {
    const auto record = world[node].store->snapshot()->record(first->record);
    REQUIRE(record);
    return record->revisions[record->live].hash;
  };
  for (std::size_t node = 0; node < 3; ++node) CHECK(live(node) == second->revision);
  enact(world, [&](protocol::CharterBody& body) { partner_of_node(body, world, 2).successor_of.clear(); });
  for (std::size_t node = 0; node < 3; ++node) CHECK(live(node) == first->revision);
  check_all(world, own_log(world, 2), 2);
}
