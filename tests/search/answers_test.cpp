// What an index answers: counts, orders, pages, suggestions.

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "asking.h"
#include "temporary_directory.h"

using namespace hansa;
using namespace hansa::test;

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
