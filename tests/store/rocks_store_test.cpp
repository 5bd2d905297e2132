#include "store/rocks_store.h"

#include <doctest/doctest.h>

#include "raw_database.h"
#include "seed.h"
#include "store/verify.h"
#include "temporary_directory.h"
#include "workload.h"

using namespace hansa;

namespace {

// What StoreBroken says, or "" if nothing was thrown.
std::string complaint(const std::function<void()>& deed) {
  try {
    deed();
  } catch (const store::StoreBroken& broken) {
    return broken.what();
  }
  return "";
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a store of a newer format is refused in words and not touched") {
  auto random = test::seeded("format");
  const test::Workload workload(random);
  const test::TemporaryDirectory directory;
  const auto path = directory.path() + "/store";
  test::open(path, workload);
  {
    const test::RawDatabase raw(path);
    REQUIRE(raw.database->Put({}, "F", std::string("\x07\0\0\0", 4)).ok());
  }
  const auto text = complaint([&] { test::open(path, workload); });
  CHECK(says(text, "format 7"));
  CHECK(says(text, "newer Hansa"));
  CHECK(says(text, path));
  {
    const test::RawDatabase raw(path);
    REQUIRE(raw.database->Put({}, "F", std::string("\x02\0\0\0", 4)).ok());
  }
  CHECK(complaint([&] { test::open(path, workload); }).empty());
}

TEST_CASE("a family that only a newer program knows is refused in words") {
  auto random = test::seeded("newer family");
  const test::Workload workload(random);
  const test::TemporaryDirectory directory;
  const auto path = directory.path() + "/store";
  test::open(path, workload);
  {
    test::RawDatabase raw(path);
    rocksdb::ColumnFamilyHandle* added = nullptr;
    REQUIRE(raw.database->CreateColumnFamily({}, "of-tomorrow", &added).ok());
    raw.handles.push_back(added);
  }
  const auto text = complaint([&] { test::open(path, workload); });
  CHECK(says(text, "newer Hansa"));
  CHECK(says(text, path));
}

TEST_CASE("a directory that cannot be made is named, with advice") {
  auto random = test::seeded("directory");
  const test::Workload workload(random);
  const auto text = complaint([&] { test::open("/proc/no-such-place/store", workload); });
  CHECK(says(text, "/proc/no-such-place/store"));
  CHECK(says(text, "Check that the disk works"));
}

TEST_CASE("damaged bytes are found when they are read") {
  auto random = test::seeded("damage");
  test::Workload workload(random);
  const test::TemporaryDirectory directory;
  const auto path = directory.path() + "/store";
  const auto batch = workload.bulk(5, 300);
  test::open(path, workload)->commit(batch, 1, store::Durability::synced);
  const auto& log = batch.runs.front().tip().log;
  {
    const test::RawDatabase raw(path);
    auto key = std::string(protocol::text_of(log)) + std::string("\0\0\0\0\0\0\0\x03", 8);
    REQUIRE(raw.database->Delete({}, raw.family("salts"), key).ok());
  }
  const auto store = test::open(path, workload);
  CHECK(store->snapshot()->payload(log, 2));
  CHECK(says(complaint([&] { store->snapshot()->payload(log, 3); }), "a payload without its salt"));
}

TEST_CASE("what is published does not stand in clear in any file of the store") {
  auto random = test::seeded("clear");
  test::Workload workload(random);
  const test::TemporaryDirectory directory;
  const auto path = directory.path() + "/store";
  const auto batch = workload.bulk(20, 1500);
  test::open(path, workload)->commit(batch, 1, store::Durability::synced);
  test::open(path, workload);  // writes the tables out of the log of writes
  const std::string content(protocol::text_of(batch.payloads.front().content()).substr(0, 16));
  std::size_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(path)) {
    std::string text;
    REQUIRE(rocksdb::ReadFileToString(rocksdb::Env::Default(), file.path().string(), &text).ok());
    bytes += text.size();
    CHECK_MESSAGE(!says(text, content), file.path().string());
  }
  CHECK(bytes > 20 * 424);
}

TEST_CASE("ten thousand unchecked entries are retracted as if they had never come") {
  auto random = test::seeded("retract");
  test::Workload workload(random);
  const test::TemporaryDirectory directory;
  const auto store = test::open(directory.path() + "/store", workload);
  store->commit(workload.bulk(100, 200), 1, store::Durability::buffered);
  const auto before = store->snapshot()->logs().front();
  store->mark_checked(before.log, before.sequence, 2);
  const auto shown = test::everything(*store->snapshot(), {});
  for (int i = 0; i < 10; ++i) store->commit(workload.bulk(1000, 50), 3, store::Durability::buffered);
  CHECK(store->snapshot()->totals().records == 10099);
  store->retract(before.log, before.sequence + 1);
  CHECK(test::everything(*store->snapshot(), {}) == shown);
}

TEST_CASE("ten thousand checked entries are set aside and come back with their payloads") {
  auto random = test::seeded("set aside");
  test::Workload workload(random);
  const test::TemporaryDirectory directory;
  auto store = test::open(directory.path() + "/store", workload);
  std::vector<protocol::ChainedRun> runs;
  for (int i = 0; i < 10; ++i) {
    auto batch = workload.bulk(1000, 50);
    store->commit(batch, 1, store::Durability::buffered);
    runs.push_back(std::move(batch.runs.front()));
  }
  const auto before = store->snapshot()->logs().front();
  store->mark_checked(before.log, before.sequence, 2);
  const auto records = store->snapshot()->totals().records;
  const auto ceased = store->set_aside(before.log, 1001, 3);
  CHECK(ceased.arrivals.size() == 9000);
  CHECK(store->snapshot()->totals().entries == 1000);
  CHECK(store->snapshot()->totals().records == 999);
  CHECK(store->snapshot()->totals().entries_aside == 9000);
  CHECK(store->snapshot()->arrivals(0, 100'000).size() == 10'000);  // one line an entry that counts or ceased
  store.reset();
  store = test::open(directory.path() + "/store", workload);
  CHECK(store->snapshot()->aside_logs() == std::vector<protocol::Hash>{before.log});
  for (std::size_t i = 1; i < runs.size(); ++i) {
    store::Batch batch;
    batch.runs.push_back(runs[i]);
    store->commit(batch, 4, store::Durability::buffered);
  }
  CHECK(store->snapshot()->totals().entries_aside == 0);
  CHECK(store->snapshot()->aside_logs().empty());
  CHECK(store->snapshot()->totals().missing_payloads == 0);
  CHECK(store->snapshot()->totals().records == records);
  const auto verified = store::verify_store(*store->snapshot(), workload.federation(), workload.partners_of(),
                                            [](std::uint64_t, std::uint64_t) { return true; });
  CHECK(verified.differences == 0);
  CHECK(verified.payloads == 9999);
}
