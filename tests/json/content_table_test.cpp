// A content as cells of a table.
#include "json/content_table.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace hansa;
using json::Cell;

namespace {

protocol::ContentBuilder content_of(const char* kind) {
  protocol::ContentBuilder content;
  content.root().setSchemaVersion(protocol::content_schema_version);
  content.root().setLanguage("lv");
  content.init_body(kind);
  return content;
}

protocol::ContentReader read(const protocol::ContentBuilder& content) {
  return *protocol::read_content(*content.to_bytes());
}

void write(protocol::schema::MultilingualText::Builder text,
           const std::vector<std::pair<const char*, const char*>>& words) {
  auto entries = text.initEntries(static_cast<unsigned>(words.size()));
  for (unsigned i = 0; i < words.size(); ++i) {
    entries[i].setLanguage(words[i].first);
    entries[i].setText(words[i].second);
  }
}

}  // namespace

TEST_CASE("content table: texts by language, lists between bars, parts between commas, money, references") {
  auto content = content_of("project");
  auto body = content.root().getBody().getProject();
  write(body.initTitle(), {{"lv", "Centrs"}, {"en", "A centre"}});
  body.setPeriod("2009/2010");
  body.initBudget().setAmount("246879.07");
  body.getBudget().setCurrency("EUR");
  auto funding = body.initFunding(2);
  funding[0].setProgramme("EIF");
  funding[0].initShare().setDigits("75");
  funding[1].setProgramme("STATE");
  auto countries = body.initCountries(2);
  countries.set(0, "LV");
  countries.set(1, "EE");
  const protocol::Bytes id(32, 7);
  body.initLead().setRecord({id.data(), id.size()});
  auto keywords = content.root().initKeywords(2);
  write(keywords[0], {{"lv", "valoda"}, {"en", "language"}});
  write(keywords[1], {{"en", "talks"}});

  const auto rows = json::content_rows(read(content));
  REQUIRE(rows.size() == 1);
  const auto value = [&](const std::string& column) -> std::string {
    const auto cell =
        std::find_if(rows[0].begin(), rows[0].end(), [&](const Cell& one) { return one.column == column; });
    return cell == rows[0].end() ? "none" : cell->value;
  };
  CHECK(rows[0].front() == Cell{"title_lv", "Centrs"});
  CHECK(value("title_en") == "A centre");
  CHECK(value("number") == "none");
  CHECK(value("budget") == "246879.07 EUR");
  CHECK(value("funding") == "EIF, 75|STATE");
  CHECK(value("countries") == "LV|EE");
  CHECK(value("lead").starts_with("urn:hansa:"));
  CHECK(value("keywords_lv") == "valoda");
  CHECK(value("keywords_en") == "language|talks");
}

TEST_CASE("content table: each number of a practice's results has a cell, as far as there are columns") {
  auto content = content_of("practice");
  auto results = content.root().getBody().getPractice().initResults(22);
  for (unsigned i = 0; i < results.size(); ++i) {
    results[i].initValue().setDigits(std::to_string(i));
    results[i].setUnit("persons");
  }
  write(results[1].initLabel(), {{"lv", "Dalībnieki"}, {"en", "People"}});
  const auto rows = json::content_rows(read(content));
  REQUIRE(rows.size() == 1);
  const auto& cells = rows[0];
  const auto has = [&](const Cell& cell) {
    return std::find(cells.begin(), cells.end(), cell) != cells.end();
  };
  CHECK(has({"results[0].value", "0"}));
  CHECK(has({"results[1].label_lv", "Dalībnieki"}));
  CHECK(has({"results[1].label_en", "People"}));
  CHECK(has({"results[19].unit", "persons"}));
  CHECK(has({"results", "20, persons|21, persons"}));
  CHECK(cells.size() == 20 * 2 + 2 + 1);
}

TEST_CASE("content table: a criterion of an assessment is a line") {
  auto content = content_of("response");
  auto body = content.root().getBody().getResponse();
  body.setType("assessment");
  auto scores = body.initScores(2);
  scores[0].setCriterion("employer");
  scores[0].initScore().setDigits("3");
  scores[1].setCriterion("citizen");
  scores[1].initScore().setDigits("n/a");
  const auto rows = json::content_rows(read(content));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0] == std::vector<Cell>{{"type", "assessment"}, {"criterion", "employer"}, {"score", "3"}});
  CHECK(rows[1] == std::vector<Cell>{{"type", "assessment"}, {"criterion", "citizen"}, {"score", "n/a"}});
}

TEST_CASE("content table: what is no language makes no column; what is not understood has one empty line") {
  auto content = content_of("organisation");
  auto body = content.root().getBody().getOrganisation();
  write(body.initName(), {{"lv", "Biedriba"}, {"=1+1", "x"}, {"not a language", "x"}, {"", "x"}});
  write(content.root().initKeywords(1)[0], {{"@x", "x"}, {"en", "talks"}});
  const auto rows = json::content_rows(read(content));
  CHECK(rows == std::vector<std::vector<Cell>>{{{"name_lv", "Biedriba"}, {"keywords_en", "talks"}}});
  protocol::ContentBuilder withdrawal;
  withdrawal.root().setSchemaVersion(protocol::content_schema_version);
  withdrawal.root().setWithdrawnReason("obsolete");
  CHECK(json::content_rows(read(withdrawal)) == std::vector<std::vector<Cell>>{{}});
}
