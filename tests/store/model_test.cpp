#include <doctest/doctest.h>

#include <algorithm>

#include "memory_store.h"
#include "seed.h"
#include "store/rocks_store.h"
#include "temporary_directory.h"
#include "workload.h"

using namespace hansa;

TEST_CASE("whatever happens to it, the store is equal to its model, also after it was closed and opened") {
  auto random = test::seeded("store and model");
  bool missed = false;
  bool conflicted = false;
  std::uint64_t arrivals = 0;
  for (int round = 0; round < 4; ++round) {
    test::Workload workload(random);
    const test::TemporaryDirectory directory;
    auto store = test::open(directory.path() + "/store", workload);
    test::MemoryStore model(workload.partners_of());
    for (int step = 0; step < 100; ++step) {
      const auto operation = workload.next();
      operation.apply(*store);
      operation.apply(model);
      if (random() % 20 == 0) {
        store.reset();
        store = test::open(directory.path() + "/store", workload);
      }
      INFO("round ", round, " step ", step, " ", operation.name);
      REQUIRE(test::everything(*store->snapshot(), workload.record_ids()) ==
              test::everything(*model.snapshot(), workload.record_ids()));
      missed = missed || model.snapshot()->missing(1000).size() > 3;
    }
    const auto records = model.snapshot()->records({}, 1000);
    conflicted = conflicted || std::any_of(records.begin(), records.end(), store::in_conflict);
    arrivals += model.snapshot()->totals().last_arrival;
  }
  // A workload that does nothing would prove nothing.
  CHECK(missed);
  CHECK(conflicted);
  CHECK(arrivals > 100);
}

TEST_CASE("the model forgets on a crash what was not synced, and nothing else") {
  auto random = test::seeded("model crash");
  test::Workload workload(random);
  test::MemoryStore model(workload.partners_of());
  test::MemoryStore synced(workload.partners_of());
  std::vector<test::Operation> since;
  for (const auto& operation : workload.take(150)) {
    operation.apply(model);
    since.push_back(operation);
    if (!operation.synced) continue;
    for (const auto& earlier : since) earlier.apply(synced);
    since.clear();
  }
  model.crash();
  CHECK(test::everything(*model.snapshot(), workload.record_ids()) ==
        test::everything(*synced.snapshot(), workload.record_ids()));
}

TEST_CASE("a snapshot shows its instant whatever is written later") {
  auto random = test::seeded("snapshots");
  test::Workload workload(random);
  const test::TemporaryDirectory directory;
  auto store = test::open(directory.path() + "/store", workload);
  std::vector<std::pair<std::unique_ptr<store::Snapshot>, std::string>> instants;
  for (const auto& operation : workload.take(40)) {
    operation.apply(*store);
    auto snapshot = store->snapshot();
    auto seen = test::everything(*snapshot, workload.record_ids());
    instants.emplace_back(std::move(snapshot), std::move(seen));
  }
  store.reset();
  for (const auto& [snapshot, seen] : instants)
    CHECK(test::everything(*snapshot, workload.record_ids()) == seen);
}
