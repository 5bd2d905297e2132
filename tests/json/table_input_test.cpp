// A table's cells as parts of a record.
#include "json/table_input.h"

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>

using namespace hansa;
using boost::json::object;
using json::ColumnFit;

namespace {

object with(const std::string& kind, std::initializer_list<json::Cell> cells) {
  object record{{"kind", kind}, {"language", "lv"}};
  for (const auto& cell : cells) CHECK_FALSE(json::put_cell(record, cell));
  return record;
}

std::string fault(const std::string& kind, const json::Cell& cell) {
  object record{{"kind", kind}, {"language", "lv"}};
  const auto error = json::put_cell(record, cell);
  return error ? error->code : std::string();
}

}  // namespace

TEST_CASE("numbers are read as sheets have them") {
  CHECK(json::plain_decimal("246 879, 07") == "246879.07");
  CHECK(json::plain_decimal("246\xC2\xA0"
                            "879,07") == "246879.07");
  CHECK(json::plain_decimal("1.234,5") == "1234.5");
  CHECK(json::plain_decimal("1,234.5") == "1234.5");
  CHECK(json::plain_decimal("1,234,567") == "1234567");
  CHECK(json::plain_decimal("12,5") == "12.5");
  CHECK(json::plain_decimal("-3") == "-3");
  for (const auto* none : {"", "-", "1e5", "12a", ",", "1,", ",5"}) CHECK_FALSE(json::plain_decimal(none));
}

TEST_CASE("days are read as sheets have them") {
  CHECK(json::plain_dates("31.12.2009") == "2009-12-31");
  CHECK(json::plain_dates("1.2.2009") == "2009-02-01");
  CHECK(json::plain_dates("08.2009 - 12.2009") == "2009-08/2009-12");
  CHECK(json::plain_dates("2009\xE2\x80\x93"
                          "2010") == "2009/2010");
  CHECK(json::plain_dates("12.02.2026 16:30") == "2026-02-12T16:30");
  CHECK(json::plain_dates("2026-02-12 9:05:00") == "2026-02-12T09:05");
  CHECK(json::plain_dates("2026-02-12") == "2026-02-12");
  for (const auto* other : {"soon", "1.2.3", "1.2.3.2009", "..", "2009.", "99"})
    CHECK(json::plain_dates(other) == other);
}

TEST_CASE("columns are fields by their paths") {
  CHECK(json::column_fit("event", "venue.locality") == ColumnFit::readable);
  CHECK(json::column_fit("event", "venue.name_lv") == ColumnFit::readable);
  CHECK(json::column_fit("event", "venue") == ColumnFit::unknown);
  CHECK(json::column_fit("event", "start_lv") == ColumnFit::unknown);
  CHECK(json::column_fit("practice", "places") == ColumnFit::condensed);
  CHECK(json::column_fit("practice", "places[0].name") == ColumnFit::readable);
  CHECK(json::column_fit("practice", "results[19].label_lv") == ColumnFit::readable);
  for (const auto* none : {"places[].name", "places[x].name", "places[100].name", "themes[0]", "places[0]",
                           "title_", "", ".", "a.b", "places[0", "results[0].label_lv.x"})
    CHECK(json::column_fit("practice", none) == ColumnFit::unknown);
  CHECK(json::column_fit("nothing", "title_lv") == ColumnFit::unknown);
  CHECK(json::column_fit("response", "content.language") == ColumnFit::readable);
  CHECK(json::column_fit("response", "fields.title") == ColumnFit::readable);
}

TEST_CASE("cells become the JSON that the API takes") {
  const auto event = with("event", {{"title", "Saruna"},
                                    {"title_en", "Talk"},
                                    {"start", "12.02.2026 16:30"},
                                    {"fee", "free"},
                                    {"expectedParticipants", "1 200"},
                                    {"restricted", "yes"},
                                    {"venue.lat", "57,31"},
                                    {"languages", "lv | lls"},
                                    {"keywords_lv", "viens|divi"},
                                    {"licence", "CC0-1.0"}});
  CHECK(event ==
        boost::json::parse(
            R"({"kind":"event","language":"lv","licence":"CC0-1.0","keywords":[{"lv":"viens"},{"lv":"divi"}],
    "content":{"title":{"lv":"Saruna","en":"Talk"},"start":"2026-02-12T16:30","fee":"free","expectedParticipants":1200,
    "restricted":true,"venue":{"lat":"57.31"},"languages":["lv","lls"]}})"));
  const auto practice = with(
      "practice", {{"places[1].name", "Cēsis"}, {"places[0].nuts", "LV008"}, {"resources.cost", "€ 20"}});
  CHECK(
      practice.at("content") ==
      boost::json::parse(
          R"({"places":[{"nuts":"LV008"},{"name":"Cēsis"}],"resources":{"cost":{"amount":"20","currency":"EUR"}}})"));
  CHECK(fault("practice", {"resources.cost", "20"}) == "wrong_type");
  CHECK(fault("event", {"restricted", "perhaps"}) == "wrong_type");
  CHECK(fault("event", {"expectedParticipants", "-3"}) == "wrong_type");
  CHECK(fault("event", {"expectedParticipants", "99999999999999999999"}) == "wrong_type");
  CHECK(fault("event", {"birthday", "1970"}) == "unknown_field");
  CHECK(fault("practice", {"places", "LV"}) == "unknown_field");
}

TEST_CASE("an empty cell takes away what stood there, and nothing else") {
  auto record =
      boost::json::parse(
          R"({"kind":"event","language":"lv","source":"https://a.example/","keywords":[{"lv":"viens","en":"one"}],
    "content":{"title":{"lv":"Saruna","en":"Talk"},"venue":{"locality":"Cēsis","country":"LV"}}})")
          .as_object();
  for (const auto* column : {"title_en", "venue.locality", "keywords_lv", "source", "venue.postcode", "host"})
    CHECK_FALSE(json::put_cell(record, {column, ""}));
  CHECK(record == boost::json::parse(R"({"kind":"event","language":"lv","keywords":[{"en":"one"}],
    "content":{"title":{"lv":"Saruna"},"venue":{"country":"LV"}}})"));
}
