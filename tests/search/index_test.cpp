// The index follows its store, whatever happens to either.

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "catalogue.h"
#include "search/follower.h"
#include "temporary_directory.h"

using namespace hansa;
using test::Catalogue;
using test::practice;

namespace {

constexpr std::chrono::seconds deadline{60};

search::Follower::Options options_for(const Catalogue& catalogue) {
  return {[&catalogue] { return catalogue.snapshot(); }, {}, {}, {}};
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
  catalogue.withdraw(response);
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

TEST_CASE("by relevance, what arrives between two pages moves others by a place") {
  Catalogue catalogue;
  search::Index index("");
  std::vector<protocol::RecordId> mentors;
  for (int i = 0; i < 60; ++i) mentors.push_back(catalogue.publish(practice({{"en", "Mentor here"}})));
  auto query = words("mentor");
  query.order = search::Order::relevance;
  query.limit = 25;
  const auto first = ask(index, catalogue, query);
  catalogue.publish(practice({{"en", "Something else"}}));
  catalogue.publish(practice({{"en", "Mentor"}, {"lv", "Mentor"}, {"sv", "Mentor"}}));
  ask(index, catalogue, {});
  query.cursor = *first.next;
  const auto rest = all_pages(index, query);
  // The better match pushed one of the first page onto the second.
  CHECK(rest.size() == 36);
  std::set<protocol::RecordId> seen(first.records.begin(), first.records.end());
  seen.insert(rest.begin(), rest.end());
  CHECK(seen == std::set(mentors.begin(), mentors.end()));
}

TEST_CASE("of too many words the first ones are looked for, and a word too long for any record finds none") {
  Catalogue catalogue;
  search::Index index("");
  const auto id = catalogue.publish(practice({{"en", "one two three"}}));
  std::string many = "one,two,three";
  for (std::size_t i = 3; i < search::query_words_max; ++i) many += ",one";
  CHECK(ask(index, catalogue, words(many + ",four")).records == std::vector{id});
  CHECK(ask(index, catalogue, words(many + " four")).records == std::vector{id});
  CHECK(ask(index, catalogue, words("one four")).total == 0);
  CHECK(ask(index, catalogue, words("one " + std::string(200, 'x'))).total == 0);
  CHECK(ask(index, catalogue, words("one – two")).records == std::vector{id});
}

TEST_CASE("titles are ordered by the alphabet of who reads, in the language that they see") {
  Catalogue catalogue;
  search::Index index("");
  const auto by_title = [&](const std::string& reader) {
    search::Query query;
    query.order = search::Order::title;
    query.reader = reader;
    std::vector<protocol::RecordId> pages;
    query.limit = 2;
    ask(index, catalogue, query);
    return all_pages(index, query);
  };
  const auto aland = catalogue.publish(practice({{"sv", "Åland"}}));
  const auto zoo = catalogue.publish(practice({{"sv", "Zoo"}}));
  const auto odd = catalogue.publish(practice({{"et", "Õppe"}}));
  const auto bridge = catalogue.publish(practice({{"en", "bridge"}, {"sv", "Örebro"}}));
  CHECK(by_title("en") == std::vector{aland, bridge, odd, zoo});
  CHECK(by_title("sv-FI") == std::vector{odd, zoo, aland, bridge});
  CHECK(by_title("et") == std::vector{aland, bridge, zoo, odd});
  CHECK(by_title("tlh") == by_title("en"));
  const auto untitled = catalogue.publish(test::adoption(zoo, "adopted", "LV"), {.subject = zoo});
  CHECK(by_title("en").back() == untitled);
}

TEST_CASE("for words that find nothing the nearest that are known are suggested") {
  test::TemporaryDirectory place;
  Catalogue catalogue;
  search::Index index(place.path("index"));
  const auto housing = catalogue.publish(practice({{"lv", "Bēgļu mājoklis"}}));
  catalogue.publish(test::contact({{"lv", "Valdemārs"}}), {.personal = true});
  ask(index, catalogue, {});
  const auto suggest = [&](const std::string& asked) {
    std::string text;
    for (const auto& [word, stands_in] : index.suggest(asked)) {
      text += (text.empty() ? "" : " ") + word;
      if (stands_in) CHECK(*stands_in == housing);
    }
    return text;
  };
  CHECK(suggest("begļu majokils") == "begļu majoklis");
  CHECK(suggest("MĀJOKILS") == "majoklis");
  CHECK(suggest("bēgļi mājoklis").empty());
  CHECK(suggest("xyzzyx").empty());
  CHECK(suggest("majokils xyzzyx").empty());
  // Names of persons are suggested to nobody, nor what no record says any more.
  CHECK(suggest("valdemarz").empty());
  catalogue.revise(housing, practice({{"lv", "Skola"}}));
  ask(index, catalogue, {});
  CHECK(suggest("majokils").empty());
}

TEST_CASE("orders are by time, newest first, and by title") {
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
