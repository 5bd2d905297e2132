// What stands together: references, visits between countries, and two facets at once.

#include "asking.h"
#include "search/record_texts.h"

namespace search = hansa::search;
using namespace hansa::test;
using hansa::protocol::ContentBuilder;
using hansa::protocol::RecordId;
using Ids = std::vector<RecordId>;

namespace {

void set(hansa::protocol::schema::Ref::Builder reference, const RecordId& id) {
  const auto bytes = hansa::protocol::to_bytes(id);
  reference.setRecord({bytes.data(), bytes.size()});
}

/// A visit without a venue.
ContentBuilder visit(const RecordId& host, const RecordId& organiser) {
  ContentBuilder content;
  content.root().setSchemaVersion(hansa::protocol::content_schema_version);
  content.root().setLanguage("en");
  auto event = content.root().initBody().initEvent();
  write(event.initTitle(), {{"en", "A visit"}});
  event.setSeries("visits-2026");
  set(event.initHost(), host);
  set(event.initOrganisers(1)[0], organiser);
  return content;
}

ContentBuilder in_place(const char* theme, const char* country, const char* lau) {
  auto content = practice({{"en", "Somewhere"}});
  auto body = content.root().getBody().getPractice();
  body.initThemes(1).set(0, theme);
  auto place = body.initPlaces(1)[0];
  place.setCountry(country);
  place.setNuts("LV006");
  place.setLau(lau);
  place.setName("Town");
  return content;
}

Ids found(search::Index& index, const Catalogue& catalogue, const std::string& facet,
          const std::string& code) {
  search::Query query;
  query.filters[facet] = {code};
  return ask(index, catalogue, query).records;
}

}  // namespace

TEST_CASE("countries of a visit are those of its organisations, whenever they arrive or move") {
  Catalogue catalogue;
  search::Index index("");
  const auto host = catalogue.new_record();
  const auto sender = catalogue.new_record();
  const auto made = catalogue.publish(visit(host, sender));
  CHECK(found(index, catalogue, "host_country", "FI").empty());
  catalogue.publish(organisation({{"fi", "Helsinki"}}, "FI"), {.id = host});
  catalogue.publish(organisation({{"lv", "Rīga"}}, "LV"), {.id = sender});
  CHECK(found(index, catalogue, "host_country", "FI") == Ids{made});
  CHECK(found(index, catalogue, "sending_country", "LV") == Ids{made});
  CHECK(found(index, catalogue, "sending_country", "FI").empty());
  CHECK(found(index, catalogue, "series", "visits-2026") == Ids{made});
  catalogue.revise(host, organisation({{"sv", "Malmö"}}, "SE"));
  CHECK(found(index, catalogue, "host_country", "SE") == Ids{made});
  CHECK(found(index, catalogue, "host_country", "FI").empty());
  // Where it is held is what is visited, wherever the host is from.
  auto held = visit(host, sender);
  held.root().getBody().getEvent().initVenue().setCountry("NL");
  catalogue.revise(made, std::move(held));
  CHECK(found(index, catalogue, "host_country", "NL") == Ids{made});
  CHECK(found(index, catalogue, "host_country", "SE").empty());
}

TEST_CASE("whatever names a record is found by it, until it does not any more") {
  Catalogue catalogue;
  search::Index index("");
  const auto named = catalogue.publish(organisation({{"lv", "Rīga"}}, "LV"));
  const auto other = catalogue.publish(organisation({{"fi", "Helsinki"}}, "FI"));
  const auto made = catalogue.publish(visit(named, other));
  search::Query query;
  query.refers_to = named;
  CHECK(ask(index, catalogue, query).records == Ids{made});
  catalogue.revise(made, visit(other, other));
  CHECK(ask(index, catalogue, query).records.empty());
  query.refers_to = other;
  CHECK(ask(index, catalogue, query).records == Ids{made});
}

TEST_CASE("codes of two facets are counted together, in what the question finds") {
  Catalogue catalogue;
  search::Index index("");
  catalogue.publish(in_place("housing", "LV", "0001000"));
  catalogue.publish(in_place("housing", "LV", "LV0001000"));
  catalogue.publish(in_place("health", "LV", "0001000"));
  catalogue.publish(in_place("health", "FI", ""));
  catalogue.publish(organisation({{"lv", "Rīga"}}, "LV"));
  search::Follower follower(index, options_for(catalogue));
  const auto all =
      follower.coverage({}, "theme", "municipality", catalogue.snapshot()->totals().last_arrival, {});
  CHECK(all.total == 5);
  CHECK(all.rows == std::map<std::string, std::size_t>{{"health", 2}, {"housing", 2}});
  // LAU codes get their country once; without one the region stands.
  CHECK(all.columns == std::map<std::string, std::size_t>{{"LV-0001000", 2}, {"LV0001000", 1}, {"LV006", 1}});
  CHECK(all.cells ==
        std::map<std::pair<std::string, std::string>, std::size_t>{{{"health", "LV-0001000"}, 1},
                                                                   {{"health", "LV006"}, 1},
                                                                   {{"housing", "LV-0001000"}, 1},
                                                                   {{"housing", "LV0001000"}, 1}});
  search::Query query;
  query.filters["theme"] = {"health"};
  const auto some = follower.coverage(query, "theme", "municipality", 0, {});
  CHECK(some.total == 2);
  CHECK(some.columns == std::map<std::string, std::size_t>{{"LV-0001000", 1}, {"LV006", 1}});
  CHECK(follower.coverage(query, "theme", "series", 0, {}).columns.empty());
}
