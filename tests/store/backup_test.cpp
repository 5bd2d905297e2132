#include "store/backup.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "seed.h"
#include "store/rocks_store.h"
#include "store/verify.h"
#include "temporary_directory.h"
#include "workload.h"

using namespace hansa;
namespace fs = std::filesystem;

namespace {

/// A store with a history, and a folder for its backups.
struct Fixture {
  std::mt19937_64 random = test::seeded("backup");
  test::Workload workload{random};
  test::TemporaryDirectory directory;
  std::string folder = directory.path() + "/backups";
  std::unique_ptr<store::DiskStore> store = test::open(directory.path() + "/store", workload);
  std::uint64_t bytes = 0;  ///< of the last step that went on

  void work(std::size_t operations) {
    for (const auto& operation : workload.take(operations)) operation.apply(*store);
  }
  std::string shown(const store::Store& of) const {
    return test::everything(*of.snapshot(), workload.record_ids());
  }
  /// Stops after so many bytes.
  store::BackupFolder open_folder(std::uint64_t bytes_max = UINT64_MAX) {
    return store::BackupFolder(folder, [this, bytes_max](const store::BackupProgress& progress) {
      bytes = progress.bytes;
      return progress.bytes < bytes_max;
    });
  }
  std::string restored(std::uint32_t number) {
    const auto path = directory.path() + "/restored-" + std::to_string(number);
    REQUIRE(open_folder().restore(number, path));
    return shown(*test::open(path, workload));
  }
};

/// Some file of the folder that is large enough to hold rows.
fs::path a_table(const fs::path& folder) {
  for (const auto& file : fs::recursive_directory_iterator(folder))
    if (file.is_regular_file() && file.path().extension() == ".sst") return file.path();
  FAIL("no table in the backup");
  return {};
}

}  // namespace

TEST_CASE("a backup shows what the store showed, whatever came later") {
  Fixture fixture;
  fixture.work(60);
  const auto first = fixture.shown(*fixture.store);
  REQUIRE(fixture.open_folder().make(*fixture.store)->number == 1);
  fixture.work(60);
  const auto second = fixture.shown(*fixture.store);
  REQUIRE(fixture.open_folder().make(*fixture.store)->number == 2);
  fixture.work(20);
  auto folder = fixture.open_folder();
  CHECK(folder.held().size() == 2);
  CHECK(folder.verify(1) == true);
  CHECK(folder.verify(2) == true);
  CHECK(fixture.restored(1) == first);
  CHECK(fixture.restored(2) == second);
}

TEST_CASE("a later backup writes what is new, and removing the others leaves it whole") {
  Fixture fixture;
  fixture.store->commit(fixture.workload.bulk(2'000, 2'000), 1, store::Durability::buffered);
  REQUIRE(fixture.open_folder().make(*fixture.store));
  const auto whole = fixture.bytes;
  CHECK(whole > 2'000'000);
  // RocksDB writes a new table once more when no snapshot needs it as it was; then it is shared.
  auto least = whole;
  for (std::uint64_t now = 2; now < 6; ++now) {
    fixture.store->commit(fixture.workload.bulk(10, 100), now, store::Durability::buffered);
    REQUIRE(fixture.open_folder().make(*fixture.store));
    least = std::min(least, fixture.bytes);
  }
  CHECK(least < whole / 10);
  const auto shown = fixture.shown(*fixture.store);
  for (std::uint32_t number = 1; number < 5; ++number) fixture.open_folder().remove(number);
  CHECK(fixture.open_folder().held().size() == 1);
  CHECK(fixture.open_folder().verify(5) == true);
  CHECK(fixture.restored(5) == shown);
}

TEST_CASE("a backup is made while the store is written") {
  Fixture fixture;
  fixture.store->commit(fixture.workload.bulk(2'000, 2'000), 1, store::Durability::buffered);
  const auto before = fixture.store->snapshot()->totals().entries;
  bool made = false;
  std::thread backup([&] { made = fixture.open_folder().make(*fixture.store).has_value(); });
  for (std::uint64_t now = 2; now < 40; ++now)
    fixture.store->commit(fixture.workload.bulk(20, 500), now, store::Durability::buffered);
  backup.join();
  REQUIRE(made);
  const auto path = fixture.directory.path() + "/restored";
  REQUIRE(fixture.open_folder().restore(1, path));
  const auto restored = test::open(path, fixture.workload);
  CHECK(restored->snapshot()->totals().entries >= before);
  const auto verification =
      store::verify_store(*restored->snapshot(), fixture.workload.federation(),
                          fixture.workload.partners_of(), [](std::uint64_t, std::uint64_t) { return true; });
  CHECK(verification.differences == 0);
}

TEST_CASE("stopping at any point leaves the older backups as they were, and the next one works") {
  Fixture fixture;
  fixture.work(40);
  const auto first = fixture.shown(*fixture.store);
  REQUIRE(fixture.open_folder().make(*fixture.store));
  fixture.store->commit(fixture.workload.bulk(500, 2'000), 1, store::Durability::buffered);
  for (const std::uint64_t stop_at : {1, 5'000, 200'000, 600'000}) {
    CAPTURE(stop_at);
    CHECK_FALSE(fixture.open_folder(stop_at).make(*fixture.store));
    CHECK(fixture.open_folder().held().size() == 1);
    CHECK(fixture.open_folder().verify(1) == true);
  }
  CHECK_FALSE(fixture.open_folder(1'000).verify(1));
  CHECK_FALSE(fixture.open_folder(1'000).restore(1, fixture.directory.path() + "/part"));
  const auto second = fixture.shown(*fixture.store);
  const auto made = fixture.open_folder().make(*fixture.store);
  REQUIRE(made);
  CHECK(fixture.restored(1) == first);
  CHECK(fixture.restored(made->number) == second);
}

TEST_CASE("damage is found, and nothing damaged is restored") {
  Fixture fixture;
  fixture.work(60);
  REQUIRE(fixture.open_folder().make(*fixture.store));
  const auto table = a_table(fixture.folder);
  {
    std::fstream file(table, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(20);
    const auto byte = static_cast<char>(file.get() ^ 1);
    file.seekp(20);
    file.put(byte);
  }
  CHECK(fixture.open_folder().verify(1) == false);
  CHECK_THROWS_AS(fixture.open_folder().restore(1, fixture.directory.path() + "/restored"),
                  store::StoreBroken);
  fs::resize_file(table, fs::file_size(table) / 2);
  CHECK(fixture.open_folder().verify(1) == false);
  fs::remove(table);
  CHECK(fixture.open_folder().held().empty());
}

TEST_CASE("a folder that cannot be made is an error that names it") {
  Fixture fixture;
  fixture.folder = "/proc/hansa-backups";
  CHECK_THROWS_AS(fixture.open_folder(), store::StoreBroken);
}
