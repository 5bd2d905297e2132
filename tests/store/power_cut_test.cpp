#include <doctest/doctest.h>

#include <map>

#include "memory_store.h"
#include "power_cut_file_system.h"
#include "seed.h"
#include "store/rocks_store.h"
#include "workload.h"

using namespace hansa;

namespace {

// What the store must show after so many operations: by the model.
class Expected {
 public:
  Expected(const test::Workload& workload, const std::vector<test::Operation>& operations)
      : records_(workload.record_ids()) {
    test::MemoryStore model(workload.partners_of());
    shown_.push_back(test::everything(*model.snapshot(), records_));
    for (const auto& operation : operations) {
      operation.apply(model);
      shown_.push_back(test::everything(*model.snapshot(), records_));
    }
  }
  /// How many operations, between `least` and `most`, the store shows; none if it shows something else.
  std::optional<std::size_t> prefix_shown(const store::Store& store, std::size_t least,
                                          std::size_t most) const {
    const auto shown = test::everything(*store.snapshot(), records_);
    for (std::size_t count = most + 1; count > least; --count)
      if (shown_[count - 1] == shown) return count - 1;
    return std::nullopt;
  }

 private:
  std::vector<store::RecordId> records_;
  std::vector<std::string> shown_;
};

// How far a store came before its power was cut.
struct Progress {
  std::size_t acknowledged = 0;  ///< operations that are on the disk for certain
  std::size_t attempted = 0;
};

class Machine {
 public:
  explicit Machine(const test::Workload& workload)
      : partners_of_(workload.partners_of()),
        disk_(std::make_shared<test::PowerCutFileSystem>()),
        environment_(test::environment_over(disk_)) {}

  std::unique_ptr<store::Store> open() {
    store::StoreOptions options;
    options.partners_of = partners_of_;
    options.environment = environment_.get();
    options.write_buffers_bytes = 512 * 1024;  // small, so that tables are written and merged during the test
    return store::open_store("/store", std::move(options));
  }

  /// Opens and applies operations from `first` on until the power is cut or all are done.
  Progress run(const std::vector<test::Operation>& operations, std::size_t first) {
    Progress progress{first, first};
    try {
      const auto store = open();
      for (std::size_t i = first; i < operations.size(); ++i) {
        progress.attempted = i + 1;
        operations[i].apply(*store);
        if (disk_->is_cut()) return progress;
        if (operations[i].synced) progress.acknowledged = i + 1;
      }
    } catch (const store::StoreBroken&) {
      REQUIRE(disk_->is_cut());
    }
    return progress;
  }

  test::PowerCutFileSystem& disk() { return *disk_; }

 private:
  store::PartnersOf partners_of_;
  std::shared_ptr<test::PowerCutFileSystem> disk_;
  std::unique_ptr<rocksdb::Env> environment_;
};

// Opens after a cut, and is cut again at the first sync of opening; opens, and is cut at the second one; and
// so on until opening has no sync left to be cut at. How often it was cut.
std::size_t cut_while_opening(Machine& machine, std::mt19937_64* leftovers) {
  for (std::uint64_t cut_at = 1;; ++cut_at) {
    machine.disk().cut_at_sync(cut_at);
    try {
      machine.open();
    } catch (const store::StoreBroken&) {
      REQUIRE(machine.disk().is_cut());
    }
    const bool cut = machine.disk().is_cut();  // perhaps only while it was being closed
    machine.disk().restart(leftovers);
    if (!cut) return static_cast<std::size_t>(cut_at - 1);
  }
}

// One cut, more of them while it opens again, a look at what is left, and the rest of the work.
std::size_t cut_and_go_on(const test::Workload& workload, const std::vector<test::Operation>& operations,
                          const Expected& expected, std::uint64_t cut_at, std::mt19937_64* leftovers) {
  Machine machine(workload);
  machine.disk().cut_at_sync(cut_at);
  const auto progress = machine.run(operations, 0);
  machine.disk().restart(leftovers);
  const auto cuts = cut_while_opening(machine, leftovers);
  CAPTURE(cut_at);
  CAPTURE(progress.acknowledged);
  CAPTURE(progress.attempted);
  const auto kept = expected.prefix_shown(*machine.open(), progress.acknowledged, progress.attempted);
  REQUIRE(kept);
  machine.run(operations, *kept);
  REQUIRE(expected.prefix_shown(*machine.open(), operations.size(), operations.size()));
  return cuts;
}

void cut_at_every_sync(std::mt19937_64& random, bool with_leftovers) {
  test::Workload workload(random);
  const auto operations = workload.take(60);
  const Expected expected(workload, operations);
  Machine machine(workload);
  machine.run(operations, 0);
  const auto syncs = machine.disk().syncs();
  CHECK(syncs > 40);
  MESSAGE("cut at each of " << syncs << " syncs");
  std::size_t cuts = 0;
  for (std::uint64_t cut_at = 1; cut_at <= syncs; ++cut_at)
    cuts += cut_and_go_on(workload, operations, expected, cut_at, with_leftovers ? &random : nullptr);
  MESSAGE("and again at " << cuts << " syncs of opening");
  CHECK(cuts > syncs);
}

}  // namespace

TEST_CASE("power cut at every sync: what was synced is there, nothing is torn, and the work goes on") {
  auto random = test::seeded("power cut");
  cut_at_every_sync(random, false);
}

TEST_CASE("power cut that leaves parts of what was not synced") {
  auto random = test::seeded("power cut with leftovers");
  cut_at_every_sync(random, true);
}

TEST_CASE("the power cut is real: without a sync nothing is left") {
  auto random = test::seeded("unsynced");
  test::Workload workload(random);
  Machine machine(workload);
  machine.open();
  const auto batch = workload.bulk(10, 100);
  {
    const auto store = machine.open();
    store->commit(batch, 1, store::Durability::buffered);
    CHECK(store->snapshot()->totals().entries == 10);
    machine.disk().cut_at_sync(1);
    store->sync();
    CHECK(machine.disk().is_cut());
    CHECK_THROWS_AS(store->put_setting("after", {}), store::StoreBroken);
  }
  machine.disk().restart(nullptr);
  CHECK(machine.open()->snapshot()->totals().entries == 0);
}
