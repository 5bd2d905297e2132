// Words and their forms find one another, whoever types them how.

#include <doctest/doctest.h>

#include <algorithm>

#include "catalogue.h"
#include "search/follower.h"

using namespace hansa;
using test::practice;
using test::Texts;

namespace {

struct Fixture {
  explicit Fixture() : index(""), follower(index, {[this] { return catalogue.snapshot(); }, {}, {}, {}}) {}

  search::Page ask(const search::Query& query) {
    follower.reach(catalogue.snapshot()->totals().last_arrival, {});
    auto page = index.find(query);
    REQUIRE(page);
    return *std::move(page);
  }
  std::vector<protocol::RecordId> find(const std::string& words) {
    search::Query query;
    query.words = words;
    query.order = search::Order::relevance;
    return ask(query).records;
  }
  /// Whether the words find the record.
  bool finds(const std::string& words, const protocol::RecordId& id) {
    const auto found = find(words);
    return std::find(found.begin(), found.end(), id) != found.end();
  }

  test::Catalogue catalogue;
  search::Index index;
  search::Follower follower;
};

/// Every form of a word finds every other one.
void find_one_another(const std::string& language, const std::vector<std::string>& forms) {
  Fixture fixture;
  std::vector<protocol::RecordId> records;
  for (const auto& form : forms)
    records.push_back(fixture.catalogue.publish(practice({{language, "Zzz " + form + " qqq"}})));
  fixture.catalogue.publish(practice({{language, "Xyzzy"}}));
  for (const auto& asked : forms)
    for (std::size_t i = 0; i < forms.size(); ++i)
      CHECK_MESSAGE(fixture.finds(asked, records[i]),
                    language << ": " << asked << " should find " << forms[i]);
}

}  // namespace

TEST_CASE("forms of a word find one another where Xapian has no stemmer") {
  find_one_another("lv", {"bēglis", "bēgļi", "bēgļiem", "bēgļu", "begliem"});
  find_one_another("lv", {"mājoklis", "mājokļi", "mājokļos", "majoklu"});
  find_one_another("lv", {"pakalpojums", "pakalpojumi", "pakalpojumu", "pakalpojumiem"});
  find_one_another("et", {"kool", "kooli", "koolis", "koolid", "koolile"});
  find_one_another("is", {"skóli", "skóla", "skólar", "skólum", "skólinn", "skolar"});
  find_one_another("uk", {"біженець", "біженців", "біженці", "біженцям"});
}

TEST_CASE("forms of a word find one another by Xapian's stemmers, folded or not") {
  find_one_another("lt", {"pabėgėlių", "pabėgėliai", "pabėgėliams"});
  find_one_another("sv", {"flyktingar", "flyktingarna", "flyktingarnas"});
  find_one_another("en", {"refugees", "refugee"});
  find_one_another("nn", {"flyktningar", "flyktningane"});
  find_one_another("ru", {"беженцы", "беженцами"});
  find_one_another("fi", {"kunnassa", "kunnasta"});
  find_one_another("da", {"flygtninge", "flygtningene"});
}

TEST_CASE("letters of the region are found without them, and the other way round") {
  find_one_another("nb", {"Tromsø", "tromso", "TROMSØ"});
  find_one_another("is", {"þjónusta", "thjonusta", "Þjónusta"});
  find_one_another("lt", {"ąžuolas", "azuolas"});
  find_one_another("et", {"õppe", "oppe"});
  find_one_another("fi", {"Åland", "aland"});
  find_one_another("fi", {"Åland", "Aaland"});
  find_one_another("da", {"æskilegt", "aeskilegt"});
  find_one_another("pl", {"Łódź", "lodz"});
  find_one_another("de", {"Straße", "strasse"});
  find_one_another("lv", {"šķēršļi", "skersli", "s\u030Ck\u0327e\u0304rs\u030Cl\u0327i"});
  find_one_another("ru", {"ёлка", "елка"});
}

TEST_CASE("Cyrillic letters that are letters of their own are not folded") {
  Fixture fixture;
  const auto id = fixture.catalogue.publish(practice({{"uk", "їжак"}}));
  CHECK(fixture.finds("їжак", id));
  CHECK_FALSE(fixture.finds("іжак", id));
}

TEST_CASE("three ways of typing give the same first hits") {
  Fixture fixture;
  const auto best = fixture.catalogue.publish(practice({{"lv", "Bēgļu mājoklis"}}, {{"lv", "Kur dzīvot."}}));
  const auto second = fixture.catalogue.publish(
      practice({{"lv", "Pašvaldības pieredze"}}, {{"lv", "Mājokļu atrašana bēgļiem pilsētās."}}));
  fixture.catalogue.publish(practice({{"lv", "Valodas kursi bēgļiem"}}));
  const std::vector<protocol::RecordId> expected{best, second};
  CHECK(fixture.find("bēgļu mājoklis") == expected);
  CHECK(fixture.find("beglu majoklis") == expected);
  CHECK(fixture.find("be\u0304gl\u0327u ma\u0304joklis") == expected);
  CHECK(fixture.find("  BEGLU\tMAJOKLIS ") == expected);
}

TEST_CASE("the title weighs more than the summary, and the summary more than the rest") {
  Fixture fixture;
  auto in_text = practice({{"en", "One"}}, {{"en", "First."}});
  test::write(in_text.root().getBody().getPractice().initActivities(), {{"en", "About mentoring."}});
  const auto third = fixture.catalogue.publish(std::move(in_text));
  const auto second = fixture.catalogue.publish(practice({{"en", "Two"}}, {{"en", "Mentoring."}}));
  const auto first = fixture.catalogue.publish(practice({{"en", "Mentoring"}}, {{"en", "Third."}}));
  CHECK(fixture.find("mentoring") == std::vector{first, second, third});
}

TEST_CASE("a word as it was typed comes before its other forms") {
  Fixture fixture;
  const auto other = fixture.catalogue.publish(practice({{"lv", "Mājokļi"}}));
  const auto same = fixture.catalogue.publish(practice({{"lv", "Mājoklis"}}));
  CHECK(fixture.find("mājoklis") == std::vector{same, other});
  CHECK(fixture.find("majokli") == std::vector{other, same});
}

TEST_CASE("the beginning of a word is enough from four letters on") {
  Fixture fixture;
  const auto id = fixture.catalogue.publish(practice({{"fi", "Maahanmuuttajaneuvonta"}}));
  CHECK(fixture.finds("maah", id));
  CHECK(fixture.finds("maahanmuutt", id));
  CHECK_FALSE(fixture.finds("maa", id));
}

TEST_CASE("project numbers and other identifiers are found whole") {
  Fixture fixture;
  const auto project =
      fixture.catalogue.publish(test::project({{"lv", "Integrācijas pieredze"}}, "2007/4.1.1./8"));
  const auto other = fixture.catalogue.publish(test::project({{"lv", "Integrācijas centrs"}}, "2007/1.2./7"));
  const auto mentioned = fixture.catalogue.publish(practice({{"lv", "Centrs (2007/1.2./7)."}}));
  CHECK(fixture.find("2007/4.1.1./8") == std::vector{project});
  CHECK(fixture.find("2007/4.1.1./8 pieredze") == std::vector{project});
  CHECK(fixture.find("2007/4.1.1./8 centrs").empty());
  const auto both = fixture.find("2007/1.2./7");
  CHECK(both.size() == 2);
  CHECK(both.front() == other);
  CHECK(fixture.finds("2007/1.2./7", mentioned));
  CHECK(fixture.find("2007").size() == 3);
  CHECK(fixture.find(protocol::to_text(project)) == std::vector{project});
}

TEST_CASE("all words must occur, in whichever languages and fields") {
  Fixture fixture;
  const auto id =
      fixture.catalogue.publish(practice({{"lv", "Mentors"}, {"en", "A mentor"}}, {{"en", "For a family."}}));
  CHECK(fixture.finds("mentors family", id));
  CHECK_FALSE(fixture.finds("mentors horse", id));
  CHECK(fixture.finds("", id));
  CHECK(fixture.finds(" ", id));
  CHECK_FALSE(fixture.finds("!!!", id));
  CHECK(fixture.finds("mentor !!!", id));
  CHECK_FALSE(fixture.finds("\xff\xfe", id));
  CHECK_FALSE(fixture.finds(std::string(5000, 'a'), id));
}
