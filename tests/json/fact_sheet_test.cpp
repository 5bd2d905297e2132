// Projects, services and resources: rules across their fields, and that a founder's fact sheet fits in whole.
#include <doctest/doctest.h>

#include "prepared.h"

using namespace samples;
using boost::json::value;

namespace {

value funding(std::initializer_list<std::string_view> shares) {
  boost::json::array rows;
  for (const auto share : shares) rows.push_back({{"programme", "EIF"}, {"share", value(share)}});
  return rows;
}

boost::json::object with_channel(std::string_view type, std::string_view at) {
  auto record = service();
  boost::json::object channel{{"type", type}};
  if (!at.empty()) channel["value"] = at;
  content_of(record)["channels"] = boost::json::array{channel};
  return record;
}

}  // namespace

TEST_CASE("a project's fact sheet can be typed in with nothing left over") {
  auto record = project();
  auto& content = content_of(record);
  for (const auto field : {"aims", "activities", "plannedResults", "results", "fundingNote"})
    content[field] = in("lv", "Teksts");
  content["budget"] = boost::json::parse(R"({"amount":"129706","currency":"EUR"})");
  content["funding"] = boost::json::parse(
      R"([{"programme":"EIF","amount":{"amount":"97279.5","currency":"EUR"},"share":75},
          {"programme":"STATE","funder":{"name":"Valsts budžets"},"share":25}])");
  content["partners"] =
      boost::json::parse(R"([{"name":"Institute of Public Affairs","country":"PL","role":"lead"}])");
  content["countries"] = boost::json::parse(R"(["LV","BE"])");
  content["themes"] = boost::json::parse(R"(["governance"])");
  content["website"] = "http://www.integration.lv";
  const auto prepared = prepare(record);
  REQUIRE(prepared);
  CHECK(shown(*prepared).content == content);
}

TEST_CASE("shares of a budget, if all are given, are the whole of it") {
  CHECK(errors_with(project(), "funding", funding({"75", "25"})) == "");
  CHECK(errors_with(project(), "funding", funding({"33.3", "33.3", "33.3"})) == "");
  CHECK(errors_with(project(), "funding", funding({"75", "20"})) == "content.funding shares_not_whole");
  CHECK(errors_with(project(), "funding", funding({"75", ""})) == "");
  CHECK(errors_with(project(), "funding", funding({"120"})) ==
        "content.funding[0].share out_of_range, content.funding shares_not_whole");
  CHECK(errors_with(project(), "partners", boost::json::parse(R"([{"country":"PL"}])")) ==
        "content.partners[0] one_of");
}

TEST_CASE("a channel says where, in the form of its type") {
  CHECK(errors_of(with_channel("phone", "112")) == "content.channels[0].value bad_phone");
  CHECK(errors_of(with_channel("email", "info.riga@agency.example")) == "");
  CHECK(errors_of(with_channel("email", "anna.paraudzina@agency.example")) ==
        "content.channels[0].value looks_like_person");
  CHECK(errors_of(with_channel("web", "www.example.org")) == "content.channels[0].value bad_https_url");
  CHECK(errors_of(with_channel("chat", "")) == "content.channels[0].value required_by");
  CHECK(errors_of(with_channel("in-person", "")) == "");
  CHECK(errors_of(with_channel("in-person", "Alberta iela 13")) == "");
  CHECK(errors_of(with_channel("fax", "1")) == "content.channels[0].type unknown_code");
}

TEST_CASE("a service may say that its fee varies, an event may not") {
  CHECK(errors_with(service(), "fee", "varies") == "");
  CHECK(errors_with(service(), "fee", "free") == "");
  CHECK(errors_with(event(), "fee", "varies") == "content.fee unknown_code");
  CHECK(errors_with(service(), "area", boost::json::parse(R"({"name":"Rīga"})")) ==
        "content.area.country required");
}

TEST_CASE("a resource is somewhere, and its numbers check") {
  CHECK(errors_of(without(resource(), "url")) == "content.url one_of");
  CHECK(errors_with(resource(), "doi", "10.6027/TN2019-521") == "");
  CHECK(errors_with(resource(), "doi", "https://doi.org/10.6027/TN2019-521") == "content.doi bad_doi");
  CHECK(errors_with(resource(), "isbn", "978-92-893-6164-8") == "content.isbn bad_isbn");
  CHECK(errors_with(resource(), "isbn", "0-306-40615-2") == "");
  CHECK(errors_with(resource(), "isbn", "978-0-306-40615-7") == "");
  CHECK(errors_with(resource(), "parties", value(boost::json::array{organisation_id})) ==
        "content.parties not_for_this_type");
  CHECK(errors_with(resource(), "authors", boost::json::parse("[{}]")) == "content.authors[0] one_of");
}

TEST_CASE("a recommendation names whom it is for") {
  CHECK(errors_with(resource(), "recommendations",
                    boost::json::parse(R"([{"text":{"en":"Do."},"addressees":["municipality"]}])")) == "");
  CHECK(errors_with(resource(), "recommendations", boost::json::parse(R"([{"text":{"en":"Do."}}])")) ==
        "content.recommendations[0].addressees required");
  CHECK(errors_with(resource(), "recommendations",
                    boost::json::parse(R"([{"text":{"lv":"Dari."},"addressees":["all"]}])")) ==
        "content.recommendations[0].text.en original_missing");
}
