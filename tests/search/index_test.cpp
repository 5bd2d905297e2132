// The index follows its store, whatever happens to either.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "catalogue.h"
#include "search/follower.h"
#include "temporary_directory.h"

using namespace hansa;
using test::Catalogue;
using test::practice;

namespace {

constexpr std::chrono::seconds deadline{60};

search::Follower::Options options_for(const Catalogue& catalogue) {
  return {[&catalogue] { return catalogue.snapshot(); }, {}, {}};
}

search::Query words(const std::string& text) {
  search::Query query;
  query.words = text;
  return query;
}

/// Brings the index up to date on this thread and asks.
search::Page ask(search::Index& index, const Catalogue& catalogue, const search::Query& query) {
  search::Follower follower(index, options_for(catalogue));
  follower.reach(catalogue.snapshot()->totals().last_arrival, {});
  auto page = index.find(query);
  REQUIRE(page);
  return *std::move(page);
}

/// Every record of all pages; each page as the cursor of the one before leads to it.
std::vector<protocol::RecordId> all_pages(search::Index& index, search::Query query) {
  std::vector<protocol::RecordId> records;
  for (int page_count = 0; page_count < 1000; ++page_count) {
    const auto page = index.find(query);
    REQUIRE(page);
    records.insert(records.end(), page->records.begin(), page->records.end());
    if (!page->next) return records;
    REQUIRE(page->records.size() == query.limit);
    query.cursor = *page->next;
  }
  FAIL("the pages do not end");
  return records;
}

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
  follower.rebuild();
  follower.reach(newest, {});
  CHECK(index.find(words("practice"))->total == 300);
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
  catalogue.withdraw(response);
  CHECK(adopted_in("LT").empty());
}

TEST_CASE("facets count every match, of all pages, and filters of one facet are alternatives") {
  Catalogue catalogue;
  search::Index index("");
  for (int i = 0; i < 7; ++i) catalogue.publish(practice({{"lv", "Prakse"}, {"en", "Practice"}}));
  for (int i = 0; i < 3; ++i) catalogue.publish(test::organisation({{"lt", "Organizacija"}}, "LT"));
  search::Query query;
  query.limit = 2;
  auto page = ask(index, catalogue, query);
  CHECK(page.total == 10);
  CHECK(page.facets.at("kind") == std::map<std::string, std::size_t>{{"organisation", 3}, {"practice", 7}});
  CHECK(page.facets.at("language") == std::map<std::string, std::size_t>{{"en", 7}, {"lt", 3}, {"lv", 7}});
  query.cursor = *page.next;
  CHECK(ask(index, catalogue, query).facets == page.facets);
  CHECK(ask(index, catalogue, query).total == 10);
  query.cursor.clear();
  query.filters["kind"] = {"practice", "organisation"};
  query.filters["country"] = {"LT"};
  page = ask(index, catalogue, query);
  CHECK(page.total == 3);
  CHECK(page.facets.at("kind") == std::map<std::string, std::size_t>{{"organisation", 3}});
  CHECK(index.in_use("country", "LT"));
  CHECK_FALSE(index.in_use("country", "SE"));
}

TEST_CASE("pages neither repeat nor skip, in every order, and new records do not disturb them") {
  Catalogue catalogue;
  search::Index index("");
  std::set<protocol::RecordId> expected;
  for (int i = 0; i < 57; ++i)
    expected.insert(catalogue.publish(practice({{"en", "Mentor " + std::to_string(i % 5)}}),
                                      {.time_ms = 1'795'400'000'000}));
  for (const auto order : {search::Order::relevance, search::Order::updated, search::Order::title}) {
    auto query = words("mentor");
    query.order = order;
    query.limit = 10;
    const auto whole = ask(index, catalogue, query).total;
    CHECK(whole == expected.size());
    const auto records = all_pages(index, query);
    CHECK(records.size() == whole);
    CHECK(std::set(records.begin(), records.end()) == expected);
  }
  auto query = words("mentor");
  query.limit = 20;
  const auto first = ask(index, catalogue, query);
  const auto newer = catalogue.publish(practice({{"en", "Mentor of today"}}), {.time_ms = 1'795'500'000'000});
  query.cursor = *first.next;
  ask(index, catalogue, {});
  auto rest = all_pages(index, query);
  rest.insert(rest.end(), first.records.begin(), first.records.end());
  CHECK(std::find(rest.begin(), rest.end(), newer) == rest.end());
  CHECK(std::set(rest.begin(), rest.end()) == expected);
  CHECK(rest.size() == expected.size());

  for (const auto& bad :
       std::vector<std::string>{"x", "u", "r", "r00", "t", "uzz", "u0", std::string(3000, 'f')}) {
    query.cursor = bad;
    CHECK_MESSAGE(!index.find(query), bad);
  }
  query.cursor = *first.next;
  query.order = search::Order::title;
  CHECK_FALSE(index.find(query));
}

TEST_CASE("orders are by time, newest first, and by folded title") {
  Catalogue catalogue;
  search::Index index("");
  const auto b = catalogue.publish(practice({{"lv", "Ēka"}}));
  const auto c = catalogue.publish(practice({{"lv", "Fonds"}}));
  const auto a = catalogue.publish(practice({{"lv", "Darbs"}}));
  search::Query query;
  CHECK(ask(index, catalogue, query).records == std::vector{a, c, b});
  query.order = search::Order::title;
  CHECK(ask(index, catalogue, query).records == std::vector{a, b, c});
  query.order = search::Order::updated;
  const auto record = *catalogue.snapshot()->record(c);
  query.updated_since_ms = record.revisions[record.live].author_time_ms;
  CHECK(ask(index, catalogue, query).records == std::vector{a, c});
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
