#include "core/node.h"

#include <doctest/doctest.h>

#include "core_bench.h"
#include "memory_store.h"
#include "sync_bench.h"

using namespace hansa;
using namespace hansa::test;
using core::PublishRefused;

namespace {

std::unique_ptr<store::Store> in_memory(store::PartnersOf partners_of) {
  return std::make_unique<MemoryStore>(std::move(partners_of));
}

/// Two nodes of one federation, not linked yet.
struct Pair {
  std::uint64_t clock = 1'800'000'000'000;
  protocol::Entropy entropy = repeatable_entropy(7);
  protocol::SecretKey one_key = protocol::SecretKey::generate(entropy);
  protocol::SecretKey other_key = protocol::SecretKey::generate(entropy);
  protocol::Charter charter = charter_of({one_key.public_key(), other_key.public_key()});
  CoreNode one{std::move(one_key), charter, in_memory, &clock};
  CoreNode other{std::move(other_key), charter, in_memory, &clock};

  core::PublishRequest revision_of(const core::Published& published) const {
    core::PublishRequest request;
    request.record = published.record;
    request.is_new = false;
    request.expected = published.revision;
    return request;
  }
};

}  // namespace

TEST_CASE("what one node publishes, the other holds, checked") {
  Pair pair;
  const auto before = pair.one.publish("published before the link");
  REQUIRE(before);
  link_up(pair.one, pair.other, 1);
  carry({&pair.one, &pair.other}, &pair.clock);
  const auto live = pair.one.publish("published while linked");
  REQUIRE(live);
  carry({&pair.one, &pair.other}, &pair.clock);
  pair.other.check_everything();

  const auto snapshot = pair.other.store->snapshot();
  for (const auto& published : {*before, *live}) {
    const auto record = snapshot->record(published.record);
    REQUIRE(record);
    CHECK(record->revisions[record->live].hash == published.revision);
    CHECK(snapshot->payload(published.log, published.sequence).has_value());
  }
  CHECK(snapshot->totals().unchecked_entries == 0);
  CHECK(pair.one.node->status().digest == pair.other.node->status().digest);
  CHECK(pair.one.node->status().peers.front().agrees == true);
}

TEST_CASE("a batch of requests is one commit, and each is answered") {
  Pair pair;
  int answers = 0;
  for (int count = 0; count < 64; ++count) {
    core::PublishRequest request;
    request.record_kind = protocol::RecordKind::event;
    request.content = {1, 2, 3};
    pair.one.node->publish(std::move(request),
                           [&](const core::PublishOutcome& outcome) { answers += outcome ? 1 : 0; });
  }
  CHECK(answers == 0);
  pair.one.node->after_batch();
  CHECK(answers == 64);
  CHECK(pair.one.store->snapshot()->totals().records == 64);
  // Each was verified when it was sealed; nothing is left for the background check.
  CHECK(pair.one.store->snapshot()->totals().unchecked_entries == 0);
  CHECK(pair.one.node->take_events().arrivals.size() == 65);  // with the declaration
}

TEST_CASE("the background check leaves a node that catches up to itself, but not for ever") {
  Pair pair;
  for (int count = 0; count < 2'000; ++count) {
    core::PublishRequest request;
    request.record_kind = protocol::RecordKind::event;
    request.content.assign(1'500, 1);
    pair.one.node->publish(std::move(request), [](const core::PublishOutcome&) {});
  }
  pair.one.node->after_batch();
  link_up(pair.one, pair.other, 1);
  const auto deliver_one = [&](CoreNode& from, CoreNode& to) {
    if (from.sent.empty()) return false;
    const auto message = std::move(from.sent.front().bytes);
    from.sent.pop_front();
    to.node->message(1, message);
    to.node->after_batch();
    return true;
  };
  const auto totals = [&] { return pair.other.store->snapshot()->totals(); };
  while (totals().unchecked_entries == 0)
    REQUIRE((deliver_one(pair.other, pair.one) || deliver_one(pair.one, pair.other)));
  REQUIRE(totals().missing_payloads > 0);

  const auto waits_since = pair.clock;
  CHECK_FALSE(pair.other.node->next_check());
  pair.clock += core::check_idle_ms - 1;
  CHECK_FALSE(pair.other.node->next_check());
  SUBCASE("until nothing comes for a moment") { pair.clock += 1; }
  SUBCASE("until it has waited long enough") {
    // Something small keeps coming in, so that the core is never idle.
    while (pair.clock < waits_since + core::check_wait_ms) {
      CHECK_FALSE(pair.other.node->next_check());
      pair.clock += core::check_idle_ms - 1;
      REQUIRE(pair.one.publish("more"));
      while (!pair.one.sent.empty()) deliver_one(pair.one, pair.other);
    }
  }
  SUBCASE("until the link goes") { pair.other.node->link_down(1, core::LinkEnd::cut); }
  CHECK(pair.other.node->next_check());
}

TEST_CASE("only the live revision can be revised, and only by its owner") {
  Pair pair;
  const auto first = pair.one.publish("first");
  REQUIRE(first);
  const auto second = pair.one.publish("second", pair.revision_of(*first));
  REQUIRE(second);
  CHECK(pair.one.publish("late", pair.revision_of(*first)).error() == PublishRefused::revision_changed);

  link_up(pair.one, pair.other, 1);
  carry({&pair.one, &pair.other}, &pair.clock);
  CHECK(pair.other.publish("not mine", pair.revision_of(*second)).error() == PublishRefused::not_owner);

  auto withdrawal = pair.revision_of(*second);
  withdrawal.kind = protocol::EntryKind::withdraw;
  REQUIRE(pair.one.publish("", withdrawal));
  CHECK(pair.one.publish("after", pair.revision_of(*second)).error() == PublishRefused::revision_changed);
  carry({&pair.one, &pair.other}, &pair.clock);
  const auto record = pair.other.store->snapshot()->record(first->record);
  REQUIRE(record);
  CHECK(record->revisions[record->live].kind == protocol::EntryKind::withdraw);
  CHECK(pair.other.store->snapshot()->totals().records == 0);
}

TEST_CASE("two requests for one record in one batch: the second sees the first") {
  Pair pair;
  const auto first = pair.one.publish("first");
  REQUIRE(first);
  std::vector<core::PublishOutcome> outcomes;
  for (int count = 0; count < 2; ++count) {
    auto request = pair.revision_of(*first);
    request.record_kind = protocol::RecordKind::practice;
    request.content = {1};
    pair.one.node->publish(std::move(request),
                           [&](core::PublishOutcome outcome) { outcomes.push_back(std::move(outcome)); });
  }
  pair.one.node->after_batch();
  REQUIRE(outcomes.size() == 2);
  CHECK(outcomes[0]);
  CHECK(outcomes[1].error() == PublishRefused::revision_changed);
}

TEST_CASE("below the disk floor headers are taken, payloads and own records are not") {
  Pair pair;
  const auto published = pair.one.publish("somewhere else");
  REQUIRE(published);
  pair.other.node->set_disk_low(true);
  CHECK(pair.other.publish("here").error() == PublishRefused::disk_low);
  link_up(pair.one, pair.other, 1);
  carry({&pair.one, &pair.other}, &pair.clock);
  CHECK(pair.other.store->snapshot()->record(published->record).has_value());
  CHECK_FALSE(pair.other.store->snapshot()->payload(published->log, published->sequence).has_value());

  pair.other.node->set_disk_low(false);
  carry({&pair.one, &pair.other}, &pair.clock);
  CHECK(pair.other.store->snapshot()->payload(published->log, published->sequence).has_value());
  CHECK(pair.other.publish("here"));
}

TEST_CASE("a node that the charter does not list publishes nothing") {
  std::uint64_t clock = 1'800'000'000'000;
  const auto entropy = repeatable_entropy(9);
  const auto listed = protocol::SecretKey::generate(entropy);
  CoreNode stranger(protocol::SecretKey::generate(entropy), charter_of({listed.public_key()}), in_memory,
                    &clock);
  CHECK(stranger.publish("anything").error() == PublishRefused::not_a_publisher);
  CHECK(stranger.store->snapshot()->logs().empty());
}
