// An author signs badly on purpose in the middle of its log. Nodes take the log on the word of a later
// signature, find the bad one in the background, and end as if they had never had anything behind it.

#include <doctest/doctest.h>

#include "bench_talk.h"
#include "core_bench.h"
#include "memory_store.h"
#include "protocol/heads.h"
#include "store/rocks_store.h"
#include "sync_bench.h"
#include "temporary_directory.h"

using namespace hansa;
using namespace hansa::test;

namespace {

constexpr std::size_t good_entries = 2'500;
constexpr std::size_t all_entries = 12'500;  // 10 000 are retracted
constexpr std::uint64_t start_ms = 1'800'000'000'000;

/// The author as a peer: an engine that serves the log it wrote. `entries`: how much of it.
struct Author {
  BenchNode bench{41, {}, start_ms};

  void write(const protocol::Charter& charter, std::size_t entries) {
    bench.federation = charter.federation();
    bench.declare();
    for (std::size_t count = 0; count < entries; ++count) bench.append(200, count == good_entries);
    start_under(charter, bench, start_ms);
  }
};

void check_equal(const store::Snapshot& one, const store::Snapshot& other) {
  const auto logs = one.logs();
  const auto other_logs = other.logs();
  REQUIRE(logs.size() == other_logs.size());
  for (std::size_t index = 0; index < logs.size(); ++index) {
    if (logs[index].author != other_logs[index].author) continue;  // each node has an own log, too
    CHECK(logs[index].sequence == other_logs[index].sequence);
    CHECK(logs[index].head == other_logs[index].head);
    CHECK(logs[index].checked_sequence == other_logs[index].checked_sequence);
    CHECK(logs[index].payload_blocks == other_logs[index].payload_blocks);
    CHECK(logs[index].payloads_through == other_logs[index].payloads_through);
  }
  const auto records = one.records(std::nullopt, all_entries);
  const auto other_records = other.records(std::nullopt, all_entries);
  REQUIRE(records.size() == other_records.size());
  for (std::size_t index = 0; index < records.size(); ++index) {
    CHECK(records[index].id == other_records[index].id);
    CHECK(records[index].revisions[records[index].live].hash ==
          other_records[index].revisions[other_records[index].live].hash);
  }
  const auto arrivals = one.arrivals(0, all_entries + 10);
  const auto other_arrivals = other.arrivals(0, all_entries + 10);
  REQUIRE(arrivals.size() == other_arrivals.size());
  for (std::size_t index = 0; index < arrivals.size(); ++index) {
    CHECK(arrivals[index].number == other_arrivals[index].number);
    CHECK(arrivals[index].sequence == other_arrivals[index].sequence);
    CHECK(arrivals[index].record == other_arrivals[index].record);
  }
  CHECK(one.totals().entries == other.totals().entries);
  CHECK(one.totals().records == other.totals().records);
  CHECK(one.totals().unchecked_entries == 0);
  CHECK(one.totals().missing_payloads == other.totals().missing_payloads);
  CHECK(one.missing(10).empty() == other.missing(10).empty());
}

/// The digest over everything but the node's own log, which differs from node to node.
protocol::Hash shared_digest(const CoreNode& node, const protocol::Charter& charter) {
  std::vector<protocol::Head> heads;
  for (const auto& log : node.store->snapshot()->logs())
    if (log.author != node.key.public_key()) heads.push_back({log.log, log.sequence, log.head});
  protocol::BucketHashes buckets{};
  for (std::size_t bucket = 0; bucket < protocol::bucket_count; ++bucket) {
    std::vector<protocol::Head> of_bucket;
    for (const auto& head : heads)
      if (protocol::bucket_of(head.log) == bucket) of_bucket.push_back(head);
    buckets[bucket] = protocol::bucket_hash(of_bucket);
  }
  return protocol::digest(charter.hash(), buckets, protocol::proofs_hash({}));
}

void retract_ten_thousand(const MakeStore& make_one, const MakeStore& make_other) {
  std::uint64_t clock = start_ms;
  const auto entropy = repeatable_entropy(3);
  auto deceived_key = protocol::SecretKey::generate(entropy);
  auto spared_key = protocol::SecretKey::generate(entropy);
  Author author;
  Author truncated;  // the same seed: the same key and the same entries
  const auto charter =
      charter_of({deceived_key.public_key(), spared_key.public_key(), author.bench.key.public_key()});
  author.write(charter, all_entries);
  truncated.write(charter, good_entries);

  CoreNode deceived(std::move(deceived_key), charter, make_one, &clock);
  talk(author.bench, deceived, &clock);
  REQUIRE(deceived.store->snapshot()->totals().entries == all_entries + 2);
  REQUIRE(deceived.store->snapshot()->totals().unchecked_entries > 0);
  deceived.check_everything();
  CHECK(deceived.node->status().retracted_entries == all_entries - good_entries);

  CoreNode spared(std::move(spared_key), charter, make_other, &clock);
  talk(truncated.bench, spared, &clock);
  spared.check_everything();
  check_equal(*deceived.store->snapshot(), *spared.store->snapshot());
  CHECK(shared_digest(deceived, charter) == shared_digest(spared, charter));

  // Offered again, the bad branch is not taken again.
  talk(author.bench, deceived, &clock);
  deceived.check_everything();
  check_equal(*deceived.store->snapshot(), *spared.store->snapshot());
}

std::unique_ptr<store::Store> in_memory(store::PartnersOf partners_of) {
  return std::make_unique<MemoryStore>(std::move(partners_of));
}

}  // namespace

TEST_CASE("ten thousand unchecked entries are retracted as if they had never come: in memory") {
  retract_ten_thousand(in_memory, in_memory);
}

TEST_CASE("ten thousand unchecked entries are retracted as if they had never come: on the real store") {
  const TemporaryDirectory directory;
  const auto on_disk = [&directory](const char* name) {
    return [path = directory.path(name)](store::PartnersOf partners_of) {
      store::StoreOptions options;
      options.partners_of = std::move(partners_of);
      return store::open_store(path, options);
    };
  };
  retract_ten_thousand(on_disk("deceived"), on_disk("spared"));
}
