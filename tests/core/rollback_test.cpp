// What only peers can tell: the machine was put back as a whole, or its log has two branches.

#include <doctest/doctest.h>

#include <algorithm>

#include "core/node.h"
#include "core_bench.h"
#include "memory_store.h"
#include "protocol/fork.h"
#include "sync_bench.h"

using namespace hansa;
using namespace hansa::test;

namespace {

/// Two nodes of one federation; the first one's machine can be put back to an earlier moment as a whole.
struct RolledBack {
  explicit RolledBack(std::uint32_t logs = 64) : logs_max(logs) {}

  std::uint32_t logs_max;
  std::uint64_t clock = 1'800'000'000'000;
  protocol::Entropy entropy = repeatable_entropy(7);
  protocol::SecretKey one_key = protocol::SecretKey::generate(entropy);
  protocol::SecretKey other_key = protocol::SecretKey::generate(entropy);
  protocol::Charter charter =
      charter_of({one_key.public_key(), other_key.public_key()},
                 [this](protocol::CharterBody& body) { body.nodes.front().limits.logs = logs_max; });
  CoreNode one{std::move(one_key), charter, make, &clock};
  CoreNode other{std::move(other_key), charter, make, &clock};
  core::LinkId link = 0;

  static std::unique_ptr<store::Store> make(store::PartnersOf partners_of) {
    return std::make_unique<MemoryStore>(std::move(partners_of));
  }
  MemoryStore& store() { return static_cast<MemoryStore&>(*one.store); }
  void connect() {
    ++link;
    link_up(one, other, link);
    carry({&one, &other}, &clock);
  }
  void disconnect() {
    for (auto* node : {&one, &other}) {
      node->node->link_down(link, core::LinkEnd::cut);
      node->node->after_batch();
      node->sent.clear();
    }
  }
  /// Only the hellos cross, and then the link is gone.
  void meet_and_part() {
    ++link;
    link_up(one, other, link);
    for (auto* pair : {&one, &other}) {
      auto& to = pair == &one ? other : one;
      for (auto sent = std::exchange(pair->sent, {}); !sent.empty(); sent.pop_front())
        to.node->message(sent.front().link, std::move(sent.front().bytes));
      to.node->after_batch();
    }
    for (auto sent = std::exchange(other.sent, {}); !sent.empty(); sent.pop_front())
      one.node->message(sent.front().link, std::move(sent.front().bytes));
    one.node->after_batch();
    disconnect();
  }
  std::string reason() const {
    for (const auto& alarm : one.node->status().alarms)
      if (alarm.code == "new_epoch") return alarm.params.at("reason");
    return "";
  }
};

}  // namespace

TEST_CASE("a machine that was put back gets its entries from a peer and goes on in a new epoch at once") {
  RolledBack world;
  std::vector<core::Published> published;
  for (int count = 0; count < 3; ++count) published.push_back(*world.one.publish("before"));
  const auto image = world.store().image();
  for (int count = 0; count < 3; ++count) published.push_back(*world.one.publish("after"));
  world.connect();
  world.disconnect();
  const auto old_log = world.one.node->status().own_log->id;

  world.store().put_back(image);
  world.one.restart();
  CHECK(world.one.node->status().own_log->id == old_log);
  world.connect();
  const auto own = *world.one.node->status().own_log;
  CHECK(own.id != old_log);
  CHECK(own.epoch == 2);
  CHECK(world.reason() == "overtaken");
  CHECK(world.one.closed.back().second == core::LinkEnd::own_epoch_changed);
  for (const auto& entry : published) CHECK(world.one.store->snapshot()->record(entry.record));
  REQUIRE(world.one.publish("in the new epoch"));

  world.disconnect();
  world.connect();
  CHECK(world.one.node->status().own_log->id == own.id);
  CHECK(world.one.node->status().own_log_state == protocol::OwnLogState::ready);
  CHECK(world.one.node->status().digest == world.other.node->status().digest);
  CHECK(world.other.store->snapshot()->totals().records == 7);
}

TEST_CASE("a peer that knows more of our log and vanishes stops publishing for half a minute, and once") {
  RolledBack world;
  REQUIRE(world.one.publish("before"));
  const auto image = world.store().image();
  REQUIRE(world.one.publish("after"));
  world.connect();
  world.disconnect();
  world.store().put_back(image);
  for (int times = 0; times < 2; ++times) {
    INFO("times " << times);
    world.one.restart();
    world.meet_and_part();
    if (times == 1) break;
    CHECK(world.one.publish("meanwhile").error() == core::PublishRefused::own_log_behind);
    world.clock += protocol::statements_wait_ms;
    world.one.node->tick();
    world.one.node->after_batch();
    CHECK(world.reason() == "overtaken");
    REQUIRE(world.one.publish("in the new epoch"));
  }
  // The peer's word is of the log before; nothing stops us.
  REQUIRE(world.one.publish("again"));
  CHECK(world.one.node->status().own_log->epoch == 2);
  // Whom it believed without seeing anything it remembers.
  CHECK(world.one.store->snapshot()->settings("believed/").size() == 1);

  // The same peer says so of the new log, after a start: it is not believed again.
  const auto later = world.store().image();
  REQUIRE(world.one.publish("and more"));
  world.connect();
  world.disconnect();
  world.store().put_back(later);
  world.one.restart();
  world.meet_and_part();
  world.clock += protocol::statements_wait_ms;
  world.one.node->tick();
  world.one.node->after_batch();
  REQUIRE(world.one.publish("all the same"));
  CHECK(world.one.node->status().own_log->epoch == 2);
}

TEST_CASE("a claim that nobody shows does not take a node's last log away") {
  RolledBack world(1);
  REQUIRE(world.one.publish("before"));
  const auto image = world.store().image();
  REQUIRE(world.one.publish("after"));
  world.connect();
  world.disconnect();
  world.store().put_back(image);
  world.one.restart();
  world.meet_and_part();
  CHECK(world.one.publish("meanwhile").error() == core::PublishRefused::own_log_behind);
  world.clock += protocol::statements_wait_ms;
  world.one.node->tick();
  world.one.node->after_batch();
  REQUIRE(world.one.publish("still in the first epoch"));
  CHECK(world.one.node->status().own_log->epoch == 1);
}

TEST_CASE("what was written on a machine that was put back moves to the new epoch") {
  RolledBack world;
  std::vector<protocol::RecordId> records;
  for (int count = 0; count < 3; ++count) records.push_back(world.one.publish("before")->record);
  const auto image = world.store().image();
  for (int count = 0; count < 3; ++count) records.push_back(world.one.publish("after")->record);
  world.connect();
  world.disconnect();
  const auto old_log = world.one.node->status().own_log->id;

  world.store().put_back(image);
  world.one.restart();
  // Nobody is there yet, so nobody can say that these numbers were used.
  const auto first = world.one.publish("meanwhile");
  REQUIRE(first);
  records.push_back(first->record);
  core::PublishRequest revision;
  revision.record = first->record;
  revision.is_new = false;
  REQUIRE(world.one.publish("meanwhile, better", revision));
  for (int times = 0; times < 4; ++times) {
    world.connect();
    world.disconnect();
  }
  CHECK(world.reason() == "branch_differs");
  const auto own = *world.one.node->status().own_log;
  CHECK(own.id != old_log);
  CHECK(own.epoch == 2);
  CHECK(world.one.node->status().digest == world.other.node->status().digest);
  for (const auto* node : {&world.one, &world.other}) {
    const auto snapshot = node->store->snapshot();
    CHECK(snapshot->log(old_log)->sequence == 7);
    CHECK(snapshot->aside_logs().empty());
    for (const auto& record : records) CHECK(snapshot->record(record).has_value());
    const auto moved = snapshot->record(first->record);
    REQUIRE(moved);
    CHECK(moved->revisions.size() == 2);
    CHECK(moved->tips.size() == 1);
    CHECK(moved->revisions[moved->live].log == own.id);
    const auto content = snapshot->payload(own.id, moved->revisions[moved->live].sequence);
    REQUIRE(content);
    CHECK(std::string(content->content.begin(), content->content.end()) == "meanwhile, better");
    for (const auto& alarm : node->node->status().alarms) CHECK(alarm.code != "log_forked");
  }
}

TEST_CASE("a node that is killed while it leaves a log that parted moves its entries when it starts") {
  RolledBack world;
  REQUIRE(world.one.publish("before"));
  const auto log = world.one.node->status().own_log->id;
  const auto moved = world.one.publish("written beside what peers hold");
  REQUIRE(moved);
  // What it noted before it did anything else: from this entry on the log is not its own.
  const protocol::Bytes noted{3, 0, 0, 0, 0, 0, 0, 0, 0};
  world.one.store->put_setting("parted/" + protocol::to_hex(log), noted);
  world.one.restart();
  CHECK(world.one.store->snapshot()->log(log)->sequence == 2);
  world.one.node->after_batch();
  CHECK(world.reason() == "branch_differs");
  const auto own = *world.one.node->status().own_log;
  CHECK(own.id != log);
  CHECK(own.sequence == 2);
  const auto snapshot = world.one.store->snapshot();
  CHECK(snapshot->log(log)->sequence == 2);
  CHECK(snapshot->aside_logs().empty());
  CHECK(snapshot->settings("parted/").empty());
  CHECK(snapshot->record(moved->record)->revisions.front().log == own.id);
}

TEST_CASE("more entries than move by themselves wait, and are not taken back into the log that parted") {
  RolledBack world;
  for (std::size_t count = 0; count <= core::reissued_max; ++count)
    world.one.node->publish(
        [] {
          core::PublishRequest request;
          request.record_kind = protocol::RecordKind::practice;
          request.content = {1};
          return request;
        }(),
        [](const core::PublishOutcome& outcome) { REQUIRE(outcome); });
  world.one.node->after_batch();
  const auto log = world.one.node->status().own_log->id;
  const protocol::Bytes noted{2, 0, 0, 0, 0, 0, 0, 0, 0};
  world.one.store->put_setting("parted/" + protocol::to_hex(log), noted);
  for (int times = 0; times < 2; ++times) {
    world.one.restart();
    world.one.node->after_batch();
    CHECK(world.one.store->snapshot()->log(log)->sequence == 1);
    CHECK(world.one.node->status().own_log->sequence == 1);
    const auto alarms = world.one.node->status().alarms;
    CHECK(std::ranges::count(alarms, "reissue_waiting", &core::Alarm::code) == 1);
  }
  const std::uint8_t allowed = 1;
  world.one.node->put_setting("reissue/" + protocol::to_hex(log), protocol::Bytes{allowed});
  world.one.node->after_batch();
  CHECK(world.one.node->status().own_log->sequence == core::reissued_max + 2);
  CHECK(world.one.store->snapshot()->aside_logs().empty());
}

TEST_CASE("an own log that is proven forked ends there, and its owner writes again what stood behind") {
  RolledBack world;
  std::vector<protocol::RecordId> records;
  for (int count = 0; count < 3; ++count) records.push_back(world.one.publish("before")->record);
  const auto image = world.store().image();
  for (int count = 0; count < 2; ++count) records.push_back(world.one.publish("one branch")->record);
  const auto log = world.one.node->status().own_log->id;
  const auto one_branch = world.one.store->snapshot()->headers(log, 1, 100, 100'000);
  world.store().put_back(image);
  world.one.restart();
  for (int count = 0; count < 2; ++count) records.push_back(world.one.publish("the other branch")->record);
  const auto evidence = protocol::make_fork(world.charter.federation(), one_branch[0], one_branch[4],
                                            world.one.store->snapshot()->headers(log, 5, 1, 1000).front());
  REQUIRE(evidence);
  // As if a peer had found it and kept it.
  protocol::Bytes kept(8, 0);
  kept.insert(kept.end(), evidence->bytes().begin(), evidence->bytes().end());
  world.one.store->put_setting("proof/" + protocol::to_hex(log), kept);
  world.one.restart();
  world.one.node->after_batch();
  CHECK(world.reason() == "forked");
  for (int times = 0; times < 3; ++times) {
    world.connect();
    world.disconnect();
  }
  const auto own = *world.one.node->status().own_log;
  CHECK(own.epoch == 2);
  CHECK(own.sequence == 3);
  for (const auto* node : {&world.one, &world.other}) {
    CHECK(node->store->snapshot()->log(log)->sequence == 4);
    CHECK(node->store->snapshot()->record(records[5]).has_value());
    CHECK(node->store->snapshot()->record(records[6]).has_value());
  }
  CHECK(world.one.node->status().digest == world.other.node->status().digest);
  // Once is enough.
  world.one.restart();
  world.one.node->after_batch();
  CHECK(world.one.node->status().own_log->sequence == 3);
}
