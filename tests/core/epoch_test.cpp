// When a node goes on with its log, and when it begins another one.

#include <doctest/doctest.h>

#include <algorithm>

#include "core/node.h"
#include "core_bench.h"
#include "memory_store.h"
#include "sync_bench.h"

using namespace hansa;
using namespace hansa::test;
using core::EpochGuard;

namespace {

/// The host's memory, with what may happen to it.
struct FakeGuard final : EpochGuard {
  Kept kept() const override { return now; }
  void bind(const core::HostMark& mark) override {
    now = {Standing::bound, mark};
    ++binds;
  }
  void advance(std::uint64_t sequence) override { now.mark.sequence = sequence; }
  Kept now;
  int binds = 0;
};

/// One node whose process can end and start again on the same store.
struct Restarting {
  std::uint64_t clock = 1'800'000'000'000;
  protocol::SecretKey key = protocol::SecretKey::generate(repeatable_entropy(3));
  protocol::SecretKey other = protocol::SecretKey::generate(repeatable_entropy(4));
  core::CharterHolder charters;
  FakeGuard guard;
  std::unique_ptr<MemoryStore> store;
  std::unique_ptr<core::Node> node;

  Restarting() {
    charters.set(
        std::make_shared<const protocol::Charter>(charter_of({key.public_key(), other.public_key()})));
    store = std::make_unique<MemoryStore>(
        [this](const protocol::PublicKey& of) { return charters.partners_of(of); });
    start();
  }
  void start(bool guarded = true) {
    core::Node::Options options;
    options.now_ms = [this] { return clock; };
    options.entropy = repeatable_entropy(clock);
    options.software = "test";
    if (guarded) options.epoch_guard = &guard;
    node.reset();
    node = std::make_unique<core::Node>(*store, key, charters, std::move(options));
    clock += 1000;
  }
  core::PublishOutcome publish() {
    std::optional<core::PublishOutcome> outcome;
    core::PublishRequest request;
    request.record_kind = protocol::RecordKind::practice;
    request.content = {1, 2, 3};
    node->publish(std::move(request), [&](core::PublishOutcome result) { outcome = std::move(result); });
    node->after_batch();
    REQUIRE(outcome);
    return *outcome;
  }
  core::OwnLog own() const { return *node->status().own_log; }
  std::optional<core::Alarm> alarm(const std::string& code) const {
    for (const auto& alarm : node->status().alarms)
      if (alarm.code == code) return alarm;
    return std::nullopt;
  }
};

}  // namespace

TEST_CASE("a node that starts again on its own store goes on with its log") {
  Restarting world;
  REQUIRE(world.publish());
  const auto before = world.own();
  world.start();
  CHECK(world.own().id == before.id);
  CHECK(world.own().epoch == 1);
  CHECK(world.own().sequence == before.sequence);
  CHECK(world.node->status().alarms.empty());
  REQUIRE(world.publish());
  CHECK(world.guard.now.mark.sequence == before.sequence + 1);
  CHECK(world.guard.binds == 1);
}

TEST_CASE("whatever the host does not remember makes a new epoch, and an alarm says why") {
  struct Case {
    const char* reason;
    std::function<void(Restarting&)> mishap;
  };
  const Case cases[] = {
      {"host_file_absent", [](Restarting& w) { w.guard.now = {}; }},
      {"host_file_damaged",
       [](Restarting& w) {
         w.guard.now = {EpochGuard::Standing::damaged, {}};
       }},
      {"other_machine", [](Restarting& w) { w.guard.now.standing = EpochGuard::Standing::other_machine; }},
      {"other_store", [](Restarting& w) { w.guard.now.standing = EpochGuard::Standing::other_store; }},
      {"store_behind", [](Restarting& w) { w.guard.now.mark.sequence += 1; }},
  };
  for (const auto& one : cases) {
    INFO(one.reason);
    Restarting world;
    REQUIRE(world.publish());
    const auto before = world.own();
    one.mishap(world);
    world.start();
    CHECK(world.own().id != before.id);
    CHECK(world.own().epoch == 2);
    const auto alarm = world.alarm("new_epoch");
    REQUIRE(alarm);
    CHECK(alarm->params.at("reason") == one.reason);
    CHECK(alarm->params.at("epoch") == "2");
    const auto declaration = world.store->snapshot()->headers(world.own().id, 1, 1, 1000);
    const auto previous = protocol::HeaderView::parse(declaration.front())->previous_epoch();
    REQUIRE(previous);
    CHECK(previous->log == before.id);
    CHECK(previous->sequence == before.sequence);

    // From then on it goes on with the new one.
    REQUIRE(world.publish());
    const auto after = world.own();
    world.start();
    CHECK(world.own().id == after.id);
    CHECK(world.alarm("new_epoch"));
    CHECK(world.store->snapshot()->log(before.id)->sequence == before.sequence);
  }
}

TEST_CASE("the alarm of a new epoch is shown for a week") {
  Restarting world;
  world.guard.now = {};
  world.start();
  REQUIRE(world.alarm("new_epoch"));
  world.clock += 8ULL * 24 * 60 * 60 * 1000;
  CHECK_FALSE(world.alarm("new_epoch"));
}

TEST_CASE("a power cut that takes away what the host noted last is no reason for a new epoch") {
  Restarting world;
  REQUIRE(world.publish());
  REQUIRE(world.publish());
  const auto before = world.own();
  world.guard.now.mark.sequence = 1;
  world.start();
  CHECK(world.own().id == before.id);
  REQUIRE(world.publish());
  CHECK(world.guard.now.mark.sequence == 4);
}

TEST_CASE("the numbers of epochs rise even if the store forgot the newest") {
  Restarting world;
  world.guard.now = {};
  world.start();
  REQUIRE(world.own().epoch == 2);
  // A store from before that epoch, on the host that remembers it.
  auto younger = world.guard.now;
  Restarting again;
  again.guard.now = younger;
  again.start();
  CHECK(again.own().epoch == 3);
  CHECK(again.alarm("new_epoch")->params.at("reason") == "store_behind");
}

TEST_CASE("a copy's log under the same key is not written, and an alarm names it") {
  Restarting world;
  const auto before = world.own();
  // What the copy wrote, as it comes by way of a peer: an epoch of its own, and an entry.
  Restarting copy;
  copy.clock = world.clock + 5000;
  copy.guard.now = {};
  copy.start();
  REQUIRE(copy.publish());
  const auto theirs = copy.own();
  REQUIRE(theirs.epoch == 2);
  const auto headers = copy.store->snapshot()->headers(theirs.id, 1, 10, 10'000);
  REQUIRE(headers.size() == 2);
  protocol::AdmitHeaders admit;
  store::Batch batch;
  protocol::Bytes bytes;
  for (const auto& header : headers) bytes.insert(bytes.end(), header.begin(), header.end());
  auto run = protocol::chain(world.charters.get()->federation(), std::nullopt, bytes);
  REQUIRE(run);
  batch.runs.push_back(*run);
  world.store->commit(batch, world.clock, store::Durability::synced);
  world.store->mark_checked(theirs.id, 2, world.clock);
  world.start();
  CHECK(world.own().id == before.id);
  REQUIRE(world.publish());
  CHECK(world.own().id == before.id);
  const auto alarm = world.alarm("key_in_use_elsewhere");
  REQUIRE(alarm);
  CHECK(alarm->params.at("log") == protocol::to_hex(theirs.id));
}

TEST_CASE("a node that has begun as many logs as the charter allows publishes nothing, and says so") {
  Restarting world;
  for (int epoch = 2; epoch <= 64; ++epoch) {
    world.guard.now = {};
    world.start();
    REQUIRE(world.own().epoch == static_cast<std::uint64_t>(epoch));
  }
  world.guard.now = {};
  world.start();
  CHECK_FALSE(world.node->status().own_log);
  REQUIRE(world.alarm("epochs_exhausted"));
  CHECK(world.publish().error() == core::PublishRefused::log_full);
}

TEST_CASE("without a memory the store itself is believed") {
  Restarting world;
  REQUIRE(world.publish());
  const auto before = world.own();
  world.start(false);
  CHECK(world.own().id == before.id);
}
