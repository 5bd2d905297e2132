#include <doctest/doctest.h>

#include "bundle_bench.h"
#include "memory_store.h"
#include "sync_bench.h"

using namespace hansa;
using namespace hansa::test;
using protocol::BundlePlace;
using protocol::Bytes;
using protocol::Refusal;

namespace {

std::unique_ptr<store::Store> in_memory(store::PartnersOf partners_of) {
  return std::make_unique<MemoryStore>(std::move(partners_of));
}

/// Two nodes of one federation that never meet.
struct Apart {
  std::uint64_t clock = 1'800'000'000'000;
  protocol::Entropy entropy = repeatable_entropy(21);
  protocol::SecretKey one_key = protocol::SecretKey::generate(entropy);
  protocol::SecretKey other_key = protocol::SecretKey::generate(entropy);
  protocol::Charter charter = charter_of({one_key.public_key(), other_key.public_key()});
  CoreNode one{std::move(one_key), charter, in_memory, &clock};
  CoreNode other{std::move(other_key), charter, in_memory, &clock};

  protocol::Hash digest(const CoreNode& node) const { return node.node->status().digest; }
};

std::uint64_t unchecked(const CoreNode& node) { return node.store->snapshot()->totals().unchecked_entries; }

}  // namespace

TEST_CASE("a bundle of everything brings a node without links to the same digest, once and for all") {
  Apart apart;
  constexpr std::size_t many = 3 * protocol::bundle_batch_entries_max;  // more than one batch
  for (std::size_t i = 0; i < many; ++i) REQUIRE(apart.one.publish("practice " + std::to_string(i)));
  REQUIRE(apart.other.publish("of the other node"));
  // What the other node wrote, so that the bundle holds all logs.
  CHECK(take_in(apart.one, bundle_of_everything(apart.other)).refused.empty());
  apart.one.check_everything();

  const auto bundle = bundle_of_everything(apart.one);
  const auto checked = check(bundle.bytes);
  REQUIRE(checked);
  CHECK(checked->is_valid());
  CHECK(checked->opening().digest == apart.digest(apart.one));
  CHECK(checked->logs().size() == 2);

  const auto taken = take_in(apart.other, bundle);
  CHECK(taken.refused.empty());
  CHECK(taken.entries == many + 1);
  CHECK(taken.payloads >= many);
  CHECK(unchecked(apart.other) > 0);  // the last signature of a batch vouches; the others are checked later
  apart.other.check_everything();
  CHECK(unchecked(apart.other) == 0);
  CHECK(apart.digest(apart.other) == apart.digest(apart.one));
  CHECK(apart.other.store->snapshot()->totals().missing_payloads == 0);

  const auto arrivals = apart.other.store->snapshot()->totals().last_arrival;
  const auto again = take_in(apart.other, bundle);
  CHECK(again.entries == 0);
  CHECK(again.payloads == 0);
  CHECK(again.known == many + 3);
  CHECK(again.refused.empty());
  CHECK(apart.other.store->snapshot()->totals().last_arrival == arrivals);
  CHECK(apart.digest(apart.other) == apart.digest(apart.one));
}

TEST_CASE("what a bundle brought is passed on by links like anything else") {
  Apart apart;
  REQUIRE(apart.one.publish("carried on a stick"));
  CHECK(take_in(apart.other, bundle_of_everything(apart.one)).refused.empty());
  apart.other.check_everything();
  link_up(apart.one, apart.other, 1);
  carry({&apart.one, &apart.other}, &apart.clock);
  CHECK(apart.digest(apart.other) == apart.digest(apart.one));
  REQUIRE(apart.one.publish("after it"));
  carry({&apart.one, &apart.other}, &apart.clock);
  apart.other.check_everything();
  CHECK(apart.digest(apart.other) == apart.digest(apart.one));
}

TEST_CASE("a selection holds the chain and the chosen contents; the others can come later") {
  Apart apart;
  REQUIRE(apart.one.publish("first"));
  const auto chosen = apart.one.publish("second");
  REQUIRE(chosen);
  REQUIRE(apart.one.publish("third"));
  const auto record = apart.one.store->snapshot()->record(chosen->record);
  REQUIRE(record);
  const auto logs = core::bundle_logs(*apart.one.store->snapshot(), {&*record, 1});
  REQUIRE(logs);
  const auto selection = bundle_of(apart.one, *logs, "q=second");

  const auto checked = check(selection.bytes);
  REQUIRE(checked);
  CHECK(checked->is_valid());
  REQUIRE(checked->logs().size() == 1);
  CHECK(checked->logs().front().entries == chosen->sequence);  // nothing behind the chosen one
  CHECK(checked->logs().front().payloads == 1);
  CHECK(checked->logs().front().payloads_outside >= 1);
  CHECK(checked->opening().digest == protocol::Hash{});

  CHECK(take_in(apart.other, selection).refused.empty());
  apart.other.check_everything();
  CHECK(apart.other.store->snapshot()->payload(chosen->log, chosen->sequence).has_value());
  CHECK(apart.other.store->snapshot()->totals().missing_payloads >= 1);

  const auto rest = take_in(apart.other, bundle_of_everything(apart.one));
  CHECK(rest.refused.empty());
  CHECK(rest.payloads >= 2);
  CHECK(apart.other.store->snapshot()->totals().missing_payloads == 0);
}

TEST_CASE("every byte matters: changed by accident or on purpose, a bundle is not valid or says the same") {
  Apart apart;
  REQUIRE(apart.one.publish("what it says"));
  REQUIRE(apart.one.publish("and once more"));
  const auto bundle = bundle_of_everything(apart.one);
  REQUIRE(is_valid(bundle.bytes));
  std::size_t harmless = 0;
  for (std::size_t at = 0; at < bundle.bytes.size(); ++at) {
    auto damaged = bundle.bytes;
    damaged[at] ^= static_cast<std::uint8_t>(1U << (at % 8));
    CAPTURE(at);
    CHECK_FALSE(is_valid(damaged));
    if (at + 4 + 32 >= bundle.bytes.size()) continue;
    // Whoever alters it can write a hash that fits; then signatures, chains and commitments decide. Only what
    // says the same in other bytes (a number nobody reads, a frame of zstd packed in another way) stays.
    if (const auto altered = check(with_new_sum(damaged)); altered && altered->is_valid()) {
      ++harmless;
      CHECK(altered->opening() == check(bundle.bytes)->opening());
      CHECK(altered->logs().front().payloads == check(bundle.bytes)->logs().front().payloads);
    }
  }
  CHECK(harmless < bundle.bytes.size() / 25);
}

TEST_CASE("what was left out is named, wherever the file was cut") {
  Apart apart;
  REQUIRE(apart.one.publish("a content"));
  const auto bundle = bundle_of_everything(apart.one);
  for (std::size_t i = 1; i < bundle.frames.size(); ++i) {
    const auto [offset, length] = bundle.frames[i];
    CAPTURE(i);
    // Cut there, as a copy that ended early.
    const auto cut =
        check(Bytes(bundle.bytes.begin(), bundle.bytes.begin() + static_cast<std::ptrdiff_t>(offset)));
    REQUIRE(cut);
    CHECK_FALSE(cut->is_valid());
    CHECK(cut->faults().front().place == BundlePlace::file);
    CHECK(cut->faults().front().refusal == Refusal::withheld);
    // One message taken out, and the hash made to fit.
    auto without = bundle.bytes;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(offset),
                  without.begin() + static_cast<std::ptrdiff_t>(offset + length));
    const auto less = check(with_new_sum(without));
    REQUIRE(less);
    CHECK_FALSE(less->is_valid());
    // One message twice.
    auto twice = bundle.bytes;
    twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(offset),
                 bundle.bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                 bundle.bytes.begin() + static_cast<std::ptrdiff_t>(offset + length));
    CHECK_FALSE(is_valid(with_new_sum(twice)));
  }
  const auto& [last, length] = bundle.frames.back();
  auto without = bundle.bytes;
  without.erase(without.begin() + static_cast<std::ptrdiff_t>(last),
                without.begin() + static_cast<std::ptrdiff_t>(last + length));
  const auto less = check(with_new_sum(without));
  REQUIRE(less);
  CHECK(less->faults().front().place == BundlePlace::payload);
  CHECK(less->faults().front().refusal == Refusal::withheld);
  CHECK(less->logs().front().payloads_missing >= 1);
}

TEST_CASE("a part is taken only in its place, and what does not count is refused with the reason") {
  Apart apart;
  for (std::size_t i = 0; i < protocol::bundle_batch_entries_max + 10; ++i)
    REQUIRE(apart.one.publish("practice " + std::to_string(i)));
  const auto log = apart.one.store->snapshot()->logs().front();
  const auto later = core::bundle_entries(*apart.one.store->snapshot(), log.log,
                                          protocol::bundle_batch_entries_max + 1, log.sequence, {});
  REQUIRE(later);
  const auto part = protocol::read_bundle_part(*later);
  REQUIRE(part);
  const auto gap = apart.other.node->take_in(*part);
  REQUIRE(gap.refused.size() == 1);
  CHECK(gap.refused.front().refusal == Refusal::bad_chain);
  CHECK(gap.entries == 0);
  CHECK_FALSE(apart.other.store->snapshot()->log(log.log).has_value());

  auto entropy = repeatable_entropy(22);
  auto key = protocol::SecretKey::generate(entropy);
  const auto another_federation = charter_of({key.public_key()});
  CoreNode stranger{std::move(key), another_federation, in_memory, &apart.clock};
  const auto first = core::bundle_entries(*apart.one.store->snapshot(), log.log, 1, log.sequence, {});
  REQUIRE(first);
  const auto refused = stranger.node->take_in(*protocol::read_bundle_part(*first));
  REQUIRE(refused.refused.size() == 1);
  CHECK(refused.refused.front().refusal == Refusal::unknown_key);
  CHECK_FALSE(stranger.store->snapshot()->log(log.log).has_value());
}

TEST_CASE("another branch of a log that is held becomes evidence of the fork") {
  Apart apart;
  REQUIRE(apart.one.publish("before"));
  CHECK(take_in(apart.other, bundle_of_everything(apart.one)).refused.empty());
  apart.other.check_everything();
  REQUIRE(apart.one.publish("after"));
  const auto log = apart.one.store->snapshot()->logs().front();
  const auto tip_before = apart.other.store->snapshot()->log(log.log);
  REQUIRE(tip_before);
  protocol::EntryFields fields;
  fields.kind = protocol::EntryKind::withdraw;
  fields.record = apart.one.store->snapshot()->records(std::nullopt, 1).front().id;
  fields.record_kind = protocol::RecordKind::practice;
  fields.author_time_ms = apart.clock;
  // As from a copy of its machine: another entry at the same place.
  const auto other_branch = protocol::seal_entry(
      fields, {apart.charter.federation(), log.log, log.author, tip_before->sequence, tip_before->head},
      apart.one.key);
  REQUIRE(other_branch);
  CHECK(take_in(apart.other, bundle_of_everything(apart.one)).refused.empty());

  protocol::BundlePart part;
  part.entries.push_back({log.log, tip_before->sequence + 1, *other_branch, {}});
  const auto taken = apart.other.node->take_in(part);
  apart.other.node->after_batch();
  REQUIRE(taken.refused.size() == 1);
  CHECK(taken.refused.front().refusal == Refusal::log_conflict);
  CHECK(taken.refused.front().sequence == tip_before->sequence + 1);
  CHECK(apart.other.node->status().forks.at.at(log.log) == tip_before->sequence + 1);
  CHECK(apart.other.store->snapshot()->log(log.log)->sequence == tip_before->sequence);

  // And a bundle carries the evidence on to a node that holds neither branch.
  const auto with_evidence = bundle_of_everything(apart.other);
  CHECK(check(with_evidence.bytes)->forks().size() == 1);
  auto third_entropy = repeatable_entropy(23);
  CoreNode third{protocol::SecretKey::generate(third_entropy), apart.charter, in_memory, &apart.clock};
  CHECK(take_in(third, with_evidence).refused.empty());
  CHECK(third.node->status().forks.at.contains(log.log));
  third.check_everything();
  CHECK(apart.digest(third) == apart.digest(apart.other));
}

TEST_CASE("a node that lost its own last entries gets them back and goes on in a new log") {
  Apart apart;
  REQUIRE(apart.one.publish("kept"));
  auto entropy = repeatable_entropy(21);
  CoreNode older{protocol::SecretKey::generate(entropy), apart.charter, in_memory, &apart.clock};
  // As after an image of the machine was put back: the log is the same one, and shorter.
  const auto early = bundle_of_everything(apart.one);
  REQUIRE(apart.one.publish("lost"));
  const auto late = bundle_of_everything(apart.one);
  CHECK(take_in(older, early).refused.empty());
  older.check_everything();
  const auto log = apart.one.store->snapshot()->logs().front().log;
  CHECK(take_in(older, late).refused.empty());
  older.check_everything();
  CHECK(older.store->snapshot()->log(log)->sequence == apart.one.store->snapshot()->log(log)->sequence);
  const auto published = older.publish("goes on");
  REQUIRE(published);
  CHECK(published->log != log);
}
