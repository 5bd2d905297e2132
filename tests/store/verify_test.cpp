#include "store/verify.h"

#include <doctest/doctest.h>

#include "memory_store.h"
#include "raw_database.h"
#include "seed.h"
#include "store/rocks_store.h"
#include "temporary_directory.h"
#include "workload.h"

using namespace hansa;

namespace {

store::Verification verify(const store::Store& store, const test::Workload& workload) {
  return store::verify_store(*store.snapshot(), workload.federation(), workload.partners_of(),
                             [](std::uint64_t, std::uint64_t) { return true; });
}

struct Row {
  std::string family;
  std::string key;
  std::string value;
};

// Lines of what ceased to count are history: nothing is left that they could be computed from. RocksDB's own
// checksums guard them.
bool is_history(const Row& row) {
  constexpr std::size_t count_end = 32 + 8 + 8 + 8;
  return row.family == "default" && row.key[0] == 'A' && row.value.size() >= count_end &&
         (row.value[count_end - 1] & 0x80) != 0;
}

std::vector<Row> all_rows(const test::RawDatabase& raw) {
  std::vector<Row> rows;
  for (auto* family : raw.handles) {
    const std::unique_ptr<rocksdb::Iterator> row(raw.database->NewIterator({}, family));
    for (row->SeekToFirst(); row->Valid(); row->Next())
      if (family->GetName() != "default" || row->key()[0] != 'S')  // settings are other rooms' own
        rows.push_back({family->GetName(), row->key().ToString(), row->value().ToString()});
    std::erase_if(rows, is_history);
  }
  return rows;
}

// Flips a bit of a random row, ends it early, between its fields as well, or removes it; returns the row as
// it was.
Row damage(const std::string& path, std::mt19937_64& random) {
  const test::RawDatabase raw(path);
  const auto rows = all_rows(raw);
  const auto original = rows[random() % rows.size()];
  auto value = original.value;
  const auto way = random() % 4;
  if (value.empty() || way == 0) {
    REQUIRE(raw.database->Delete({}, raw.family(original.family), original.key).ok());
    return original;
  }
  if (way == 1) {
    value.resize(random() % ((value.size() + 7) / 8) * 8);
  } else {
    auto& byte = value[random() % value.size()];
    byte = static_cast<char>(byte ^ (1 << random() % 8));
  }
  REQUIRE(raw.database->Put({}, raw.family(original.family), original.key, value).ok());
  return original;
}

// Opening and verifying after the row was damaged finds it.
bool noticed(const std::string& path, const test::Workload& workload) {
  try {
    return verify(*test::open(path, workload), workload).differences > 0;
  } catch (const store::StoreBroken&) {
    return true;
  }
}

}  // namespace

TEST_CASE("a store that is as it should be verifies, and so does its model") {
  auto random = test::seeded("verify");
  test::Workload workload(random);
  const test::TemporaryDirectory directory;
  const auto store = test::open(directory.path() + "/store", workload);
  test::MemoryStore model(workload.partners_of());
  std::uint64_t aside = 0;
  while (workload.made() < 80 || aside == 0) {
    const auto operation = workload.next();
    operation.apply(*store);
    operation.apply(model);
    aside = model.snapshot()->totals().entries_aside;
  }
  const auto totals = store->snapshot()->totals();
  for (const auto& result : {verify(*store, workload), verify(model, workload)}) {
    CHECK(result.complete);
    CHECK(result.differences == 0);
    CHECK(result.entries == totals.entries);
    CHECK(result.signatures == totals.entries);
    CHECK(result.payloads > 0);
    CHECK(result.records > 0);
    CHECK(result.aside == aside);
  }
}

TEST_CASE("any damaged or lost row is noticed") {
  auto random = test::seeded("damaged rows");
  test::Workload workload(random);
  const test::TemporaryDirectory directory;
  const auto path = directory.path() + "/store";
  {
    const auto store = test::open(path, workload);
    while (workload.made() < 40 || store->snapshot()->totals().entries_aside == 0)
      workload.next().apply(*store);
    REQUIRE(verify(*store, workload).differences == 0);
  }
  for (int round = 0; round < 60; ++round) {
    const auto original = damage(path, random);
    CAPTURE(round);
    CAPTURE(original.family);
    CAPTURE(protocol::to_hex(protocol::view_of(original.key)));
    REQUIRE(noticed(path, workload));
    const test::RawDatabase raw(path);
    REQUIRE(raw.database->Put({}, raw.family(original.family), original.key, original.value).ok());
  }
  CHECK_FALSE(noticed(path, workload));
}

TEST_CASE("verifying stops when it is told to") {
  auto random = test::seeded("verify stops");
  test::Workload workload(random);
  const test::TemporaryDirectory directory;
  const auto store = test::open(directory.path() + "/store", workload);
  store->commit(workload.bulk(1000, 10), 1, store::Durability::buffered);
  std::uint64_t seen = 0;
  const auto result = store::verify_store(*store->snapshot(), workload.federation(), workload.partners_of(),
                                          [&](std::uint64_t done, std::uint64_t total) {
                                            CHECK(total == 1000);
                                            seen = done;
                                            return done < 300;
                                          });
  CHECK_FALSE(result.complete);
  CHECK(seen >= 300);
  CHECK(result.entries < 1000);
}
