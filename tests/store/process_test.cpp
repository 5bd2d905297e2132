#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "memory_store.h"
#include "other_process.h"
#include "seed.h"
#include "store/rocks_store.h"
#include "temporary_directory.h"
#include "workload.h"

using namespace hansa;

namespace {

constexpr std::size_t operations_in_kill_test = 400;

std::unique_ptr<store::Store> open(const std::string& directory, store::PartnersOf partners_of) {
  store::StoreOptions options;
  options.partners_of = std::move(partners_of);
  return store::open_store(directory, std::move(options));
}

store::PartnersOf nobody() {
  return [](const protocol::PublicKey&) { return std::vector<protocol::PartnerId>{}; };
}

}  // namespace

TEST_CASE("elsewhere: opens a store and keeps it" * doctest::skip()) {
  const auto store = open(test::OtherProcess::argument(), nobody());
  test::OtherProcess::write(1);
  pause();
}

TEST_CASE("a second process is told which one has the store, and gets it when that one was killed") {
  const test::TemporaryDirectory directory;
  test::OtherProcess other("elsewhere: opens a store and keeps it", directory.path() + "/store");
  REQUIRE(other.next() == 1);
  const auto pid = other.pid();
  try {
    open(directory.path() + "/store", nobody());
    FAIL("opened a store that is open in another process");
  } catch (const store::StoreInUse& in_use) {
    CHECK(in_use.pid() == static_cast<std::uint64_t>(pid));
    const std::string text = in_use.what();
    CHECK(text.find("process " + std::to_string(pid)) != std::string::npos);
    CHECK(text.find(directory.path()) != std::string::npos);
  }
  other.kill();
  CHECK(open(directory.path() + "/store", nobody())->snapshot()->totals().entries == 0);
}

TEST_CASE("opening twice in one process is refused as well") {
  const test::TemporaryDirectory directory;
  const auto store = open(directory.path() + "/store", nobody());
  CHECK_THROWS_AS(open(directory.path() + "/store", nobody()), store::StoreInUse);
}

// The argument is "SEED DIRECTORY": both processes make the same operations from the seed.
TEST_CASE("elsewhere: applies operations until it is killed" * doctest::skip()) {
  std::istringstream argument(test::OtherProcess::argument());
  std::uint64_t seed = 0;
  std::string directory;
  argument >> seed >> directory;
  std::mt19937_64 random(seed);
  test::Workload workload(random);
  const auto operations = workload.take(operations_in_kill_test);
  const auto store = open(directory, workload.partners_of());
  for (std::size_t i = 0; i < operations.size(); ++i) {
    operations[i].apply(*store);
    test::OtherProcess::write(i + 1);
  }
  pause();
}

TEST_CASE("kill -9 at any moment loses nothing that was acknowledged, synced or not") {
  auto random = test::seeded("kill");
  for (int round = 0; round < 5; ++round) {
    const auto seed = random();
    std::mt19937_64 same_random(seed);
    test::Workload workload(same_random);
    const auto operations = workload.take(operations_in_kill_test);
    const test::TemporaryDirectory directory;
    test::OtherProcess other("elsewhere: applies operations until it is killed",
                             std::to_string(seed) + " " + directory.path() + "/store");
    const auto kill_after = 1 + random() % operations.size();
    std::uint64_t acknowledged = 0;
    while (acknowledged < kill_after) {
      const auto next = other.next();
      REQUIRE(next);
      acknowledged = *next;
    }
    other.kill();
    while (const auto next = other.next()) acknowledged = *next;

    test::MemoryStore model(workload.partners_of());
    for (std::uint64_t i = 0; i < acknowledged; ++i) operations[i].apply(model);
    const auto shown = test::everything(
        *open(directory.path() + "/store", workload.partners_of())->snapshot(), workload.record_ids());
    auto expected = test::everything(*model.snapshot(), workload.record_ids());
    // The operation under way may have been done as well.
    if (shown != expected && acknowledged < operations.size()) {
      operations[acknowledged].apply(model);
      expected = test::everything(*model.snapshot(), workload.record_ids());
    }
    CAPTURE(seed);
    CAPTURE(acknowledged);
    CHECK(shown == expected);
  }
}
