// The index follows its store, whatever happens to either.

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "asking.h"
#include "search/said_last.h"
#include "temporary_directory.h"

using namespace hansa;
using namespace hansa::test;

namespace {

constexpr std::chrono::seconds deadline{60};

}  // namespace

TEST_CASE("revisions replace, withdrawals move, and each is found by what it says last") {
  Catalogue catalogue;
  search::Index index("");
  const auto id = catalogue.publish(practice({{"en", "Old words"}}));
  CHECK(ask(index, catalogue, words("old")).total == 1);
  catalogue.revise(id, practice({{"en", "New words"}}));
  CHECK(ask(index, catalogue, words("old")).total == 0);
  CHECK(ask(index, catalogue, words("new")).total == 1);
  CHECK(index.progress().records == 1);

  catalogue.withdraw(id);
  CHECK(ask(index, catalogue, words("new")).total == 0);
  auto withdrawn = words("new");
  withdrawn.status = "withdrawn";
  CHECK(ask(index, catalogue, withdrawn).total == 1);
  withdrawn.status = "any";
  CHECK(ask(index, catalogue, withdrawn).total == 1);

  const auto erased = catalogue.publish(practice({{"en", "Secret words"}}));
  catalogue.withdraw(erased, "erased");
  withdrawn.words = "secret";
  CHECK(ask(index, catalogue, withdrawn).total == 0);
}

TEST_CASE("what was withdrawn is told of only once its reason is here, and only if that is not erasure") {
  Catalogue catalogue;
  search::Index index("");
  auto any = words("words");
  any.status = "any";
  const auto obsolete = catalogue.publish(practice({{"en", "Old words"}}));
  const auto erased = catalogue.publish(practice({{"en", "Secret words"}}));
  CHECK(ask(index, catalogue, any).total == 2);
  Catalogue::Given on_its_way;
  on_its_way.payload = false;
  catalogue.withdraw(obsolete, "obsolete", on_its_way);
  catalogue.withdraw(erased, "erased", on_its_way);
  CHECK(ask(index, catalogue, any).total == 0);
  const auto snapshot = catalogue.snapshot();
  CHECK(search::said_last(*snapshot, *snapshot->record(obsolete)) == nullptr);
  catalogue.bring_payloads();
  CHECK(ask(index, catalogue, any).records == std::vector{obsolete});
  const auto later = catalogue.snapshot();
  CHECK(search::said_last(*later, *later->record(obsolete)) != nullptr);
  CHECK(search::said_last(*later, *later->record(erased)) == nullptr);
}

TEST_CASE(
    "a question without personal records finds none, whoever says that they are, on the disk and in memory") {
  for (const bool on_disk : {false, true}) {
    const test::TemporaryDirectory directory;
    Catalogue catalogue;
    search::Index index(on_disk ? directory.path() : std::string());
    Catalogue::Given flagged;
    flagged.personal = true;
    (void)catalogue.publish(test::contact({{"lv", "Anna Liepa"}}), flagged);
    auto person = test::contact({{"lv", "Berta Liepa"}});
    person.root().getBody().getContact().setContactType("person");
    const auto by_type = catalogue.publish(std::move(person));
    const auto office = catalogue.publish(test::contact({{"lv", "Liepas birojs"}}));
    catalogue.withdraw(by_type);
    auto query = words("liepa");
    query.status = "any";
    CHECK(ask(index, catalogue, query).total == 3);
    query.with_personal = false;
    CHECK(ask(index, catalogue, query).records == std::vector{office});
    query.with_facets = false;
    CHECK(ask(index, catalogue, query).facets.empty());
    query = {};
    query.with_personal = false;
    query.order = search::Order::title;
    CHECK(ask(index, catalogue, query).records == std::vector{office});
    CHECK(ask(index, catalogue, words("liepa")).total == 2);
  }
}

TEST_CASE("an index on the disk goes on where it was") {
  test::TemporaryDirectory place;
  Catalogue catalogue;
  catalogue.publish(practice({{"en", "First"}}));
  {
    search::Index index(place.path("index"));
    CHECK(ask(index, catalogue, words("first")).total == 1);
  }
  catalogue.publish(practice({{"en", "Second"}}));
  search::Index again(place.path("index"));
  CHECK(again.progress().records == 1);
  CHECK(again.progress().through > 0);
  CHECK(ask(again, catalogue, {}).total == 2);
}

TEST_CASE("a damaged, missing or foreign index is built anew, and equal") {
  test::TemporaryDirectory place;
  const std::filesystem::path directory = place.path("index");
  Catalogue catalogue;
  for (int i = 0; i < 30; ++i) catalogue.publish(practice({{"en", "Practice number " + std::to_string(i)}}));
  catalogue.publish(test::contact({{"lv", "Koordinators"}}), {.personal = true});
  std::vector<protocol::RecordId> before;
  {
    search::Index index(directory);
    before = ask(index, catalogue, {.limit = 100}).records;
  }
  REQUIRE(before.size() == 31);

  SUBCASE("removed") { std::filesystem::remove_all(directory); }
  SUBCASE("one of the two removed") { std::filesystem::remove_all(directory / "personal"); }
  SUBCASE("cut short") {
    for (const auto& file : std::filesystem::recursive_directory_iterator(directory))
      if (file.is_regular_file() && file.file_size() > 0) std::filesystem::resize_file(file, 10);
  }
  SUBCASE("written over") {
    for (const auto& file : std::filesystem::recursive_directory_iterator(directory / "records"))
      if (file.is_regular_file() && file.file_size() > 0)
        std::ofstream(file.path(), std::ios::binary) << std::string(file.file_size(), 'x');
  }
  SUBCASE("of another store") {
    Catalogue other;
    for (int i = 0; i < 3; ++i) other.publish(practice({{"en", "Something else"}}));
    std::filesystem::remove_all(directory);
    search::Index index(directory);
    CHECK(ask(index, other, {}).total == 3);
  }
  search::Index again(directory);
  CHECK(ask(again, catalogue, {.limit = 100}).records == before);
  CHECK(ask(again, catalogue, words("koordinators")).total == 1);
  CHECK(ask(again, catalogue, words("something")).total == 0);
}

TEST_CASE("an index whose files go bad while it is used is built anew") {
  test::TemporaryDirectory place;
  const std::filesystem::path directory = place.path("index");
  Catalogue catalogue;
  for (int i = 0; i < 300; ++i) catalogue.publish(practice({{"en", "Practice number " + std::to_string(i)}}));
  search::Index index(directory);
  search::Follower follower(index, options_for(catalogue));
  const auto newest = catalogue.snapshot()->totals().last_arrival;
  follower.reach(newest, {});
  REQUIRE(index.find({})->total == 300);
  std::filesystem::resize_file(directory / "records" / "postlist.glass", 0);
  CHECK_THROWS_AS((void)index.find(words("practice")), search::IndexBroken);
  SUBCASE("by who asks, where nothing else does") {
    CHECK(follower.find(words("practice"), newest, {})->total == 300);
  }
  SUBCASE("by its own thread, which says why") {
    std::atomic<int> broken{0}, works{0};
    auto options = options_for(catalogue);
    options.index_broken = [&](const search::IndexBroken& why) { broken += why.damaged() ? 1 : 100; };
    options.index_works = [&] { ++works; };
    search::Follower thread(index, options);
    thread.start();
    CHECK_THROWS_AS((void)thread.find(words("practice"), newest, deadline), search::IndexBroken);
    thread.reach(newest, deadline);
    const auto until = std::chrono::steady_clock::now() + deadline;
    while (works == 0 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    CHECK(broken == 1);
    CHECK(thread.find(words("practice"), newest, deadline)->total == 300);
  }
}

TEST_CASE("an index that cannot be written is said to be so, and is not thrown away") {
  test::TemporaryDirectory place;
  Catalogue catalogue;
  catalogue.publish(practice({{"en", "Practice"}}));
  std::ofstream(place.path("index")) << "a file where a folder should be";
  search::Index index(place.path("index"));
  CHECK(index.progress().through == 0);
  search::Follower follower(index, options_for(catalogue));
  try {
    (void)follower.find(words("practice"), 1, {});
    FAIL("it was found");
  } catch (const search::IndexBroken& why) {
    CHECK_FALSE(why.damaged());
  }
  std::filesystem::remove(place.path("index"));
  CHECK(follower.find(words("practice"), 1, {})->total == 1);
}

TEST_CASE("what comes without its content is looked at again") {
  Catalogue catalogue;
  search::Index index("");
  const auto id = catalogue.publish(practice({{"en", "Late"}}), {.payload = false});
  CHECK(ask(index, catalogue, {}).total == 1);
  CHECK(ask(index, catalogue, words("late")).total == 0);
  CHECK(index.progress().waiting == 1);
  catalogue.bring_payloads();
  CHECK(ask(index, catalogue, words("late")).records == std::vector{id});
  CHECK(index.progress().waiting == 0);
}

TEST_CASE("responses show on what they are about, wherever they come from and until they are withdrawn") {
  Catalogue catalogue;
  search::Index index("");
  const auto about = catalogue.publish(practice({{"en", "Tried elsewhere"}}));
  const auto adopted_in = [&](const std::string& country) {
    search::Query query;
    query.filters["adopted_in"] = {country};
    return ask(index, catalogue, query).records;
  };
  const auto response = catalogue.publish(test::adoption(about, "piloting", "LT"), {.subject = about});
  CHECK(adopted_in("LT") == std::vector{about});
  CHECK(adopted_in("LV").empty());
  catalogue.publish(test::adoption(about, "interested", "SE"), {.subject = about});
  CHECK(adopted_in("SE").empty());
  search::Query of_it;
  of_it.about = about;
  CHECK(ask(index, catalogue, of_it).total == 2);
  CHECK(ask(index, catalogue, of_it).facets.at("stage") ==
        std::map<std::string, std::size_t>{{"interested", 1}, {"piloting", 1}});
  // In a list each record says how many there are, also those that were not adopted yet.
  using Counts = std::vector<std::map<std::string, std::size_t>>;
  search::Query practices;
  practices.filters["kind"] = {"practice"};
  CHECK(ask(index, catalogue, practices).responses == Counts{{{"adoption", 2}}});
  catalogue.withdraw(response);
  CHECK(ask(index, catalogue, practices).responses == Counts{{{"adoption", 1}}});
  practices.filters["kind"] = {"response"};
  CHECK(ask(index, catalogue, practices).responses == Counts{{}});
  CHECK(adopted_in("LT").empty());
  // Who follows the responses to a record learns that one went.
  of_it.status = "withdrawn";
  CHECK(ask(index, catalogue, of_it).records == std::vector{response});
}

TEST_CASE("what responses say of a record goes when they cease, and does not depend on what came first") {
  Catalogue catalogue;
  search::Index index("");
  const auto about = catalogue.publish(practice({{"en", "Tried elsewhere"}}));
  const auto adopted_in = [&](const std::string& country) {
    search::Query query;
    query.filters["adopted_in"] = {country};
    return ask(index, catalogue, query).records;
  };
  // In the name of an organisation that arrives, and moves, later.
  auto organisation = test::organisation({{"lt", "Kaunas"}}, "LT");
  const auto by = catalogue.new_record();
  catalogue.publish(test::adoption(about, "adopted", "", by), {.subject = about});
  CHECK(adopted_in("LT").empty());
  catalogue.publish(std::move(organisation), {.id = by});
  CHECK(adopted_in("LT") == std::vector{about});
  catalogue.revise(by, test::organisation({{"lv", "Rīga"}}, "LV"));
  CHECK(adopted_in("LT").empty());
  CHECK(adopted_in("LV") == std::vector{about});

  catalogue.publish(test::adoption(about, "piloting", "SE"), {.subject = about});
  CHECK(adopted_in("SE") == std::vector{about});
  catalogue.set_last_aside();
  CHECK(adopted_in("SE").empty());
  CHECK(adopted_in("LV") == std::vector{about});
}

TEST_CASE("a thread of its own follows what arrives, and ends when it is told") {
  test::TemporaryDirectory place;
  Catalogue catalogue;
  search::Index index(place.path("index"));
  search::Follower follower(index, options_for(catalogue));
  follower.start();
  for (int i = 0; i < 20; ++i) {
    catalogue.publish(practice({{"en", "Followed"}}));
    follower.wake();
    follower.reach(catalogue.snapshot()->totals().last_arrival, deadline);
    CHECK(index.find(words("followed"))->total == static_cast<std::size_t>(i) + 1);
  }
  catalogue.publish(practice({{"en", "Behind"}}));
  follower.stop();
  search::Index again(place.path("second"));
  CHECK(ask(again, catalogue, words("followed")).total == 20);
}
