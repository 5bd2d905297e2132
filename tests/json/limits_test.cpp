// Every limit of docs/content.md: what just fits passes, one over is refused with its name.
#include <doctest/doctest.h>

#include "prepared.h"

using namespace samples;
using boost::json::array;
using boost::json::value;

namespace {

struct TextLimit {
  boost::json::object record;
  std::string_view field;
  std::size_t least;  // 0: no lower limit beyond "not blank"
  std::size_t most;
};

struct ListLimit {
  boost::json::object record;
  std::string_view field;
  boost::json::array items;  // one more than fits
};

/// `count` different codes of the API's vocabulary.
array codes(std::string_view list, std::size_t count) {
  const auto all = hansa::json::vocabularies_json().at(list).as_array();
  array some;
  for (std::size_t i = 0; i < count; ++i) some.push_back(i < all.size() ? all[i] : value("one-too-many"));
  return some;
}

array languages(std::size_t count) {
  array tags;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string tag{'a', static_cast<char>('a' + i / 26), static_cast<char>('a' + i % 26)};
    tags.push_back(value(tag));
  }
  return tags;
}

array urls(std::size_t count) {
  array list;
  for (std::size_t i = 0; i < count; ++i) list.push_back(value("https://example.org/" + std::to_string(i)));
  return list;
}

boost::json::object review() {
  auto record = response("review");
  content_of(record)["verdict"] = "recommended";
  content_of(record)["text"] = in("en", "Works.");
  return record;
}

boost::json::object adoption() {
  auto record = response("adoption");
  content_of(record)["stage"] = "piloting";
  content_of(record)["stageDate"] = "2026-03";
  return record;
}

}  // namespace

TEST_CASE("multilingual texts keep their limits in code points") {
  const TextLimit limits[] = {
      {practice(), "title", 3, 160},
      {practice(), "summary", 40, 600},
      {practice(), "problem", 0, 3000},
      {practice(), "goals", 0, 2000},
      {practice(), "activities", 0, 6000},
      {practice(), "difficulties", 0, 3000},
      {practice(), "transferability", 0, 3000},
      {event(), "title", 3, 160},
      {event(), "description", 0, 6000},
      {organisation(), "name", 2, 200},
      {organisation(), "shortName", 0, 30},
      {organisation(), "description", 0, 3000},
      {project(), "title", 3, 160},
      {project(), "aims", 0, 3000},
      {project(), "fundingNote", 0, 1000},
      {service(), "name", 0, 160},
      {service(), "description", 0, 3000},
      {service(), "eligibility", 0, 1000},
      {resource(), "title", 3, 160},
      {resource(), "abstract", 0, 3000},
      {contact(), "displayName", 2, 120},
      {contact(), "position", 0, 120},
      {review(), "text", 0, 3000},
      {adoption(), "adaptations", 0, 3000},
      {adoption(), "difficulties", 0, 3000},
  };
  for (const auto& limit : limits) {
    const std::string language(limit.record.at("language").as_string());
    const std::string path = "content." + std::string(limit.field) + '.' + language;
    CAPTURE(path);
    CHECK(errors_with(limit.record, limit.field, in(language, repeated("ö", limit.most))) == "");
    CHECK(errors_with(limit.record, limit.field, in(language, repeated("ö", limit.most + 1))) ==
          path + " too_long");
    if (limit.least > 0) {
      CHECK(errors_with(limit.record, limit.field, in(language, repeated("ö", limit.least))) == "");
      CHECK(errors_with(limit.record, limit.field, in(language, repeated("ö", limit.least - 1))) ==
            path + " too_short");
    }
    CHECK(errors_with(limit.record, limit.field, in(language, "  \n ")).find(path + " blank") !=
          std::string::npos);
  }
}

TEST_CASE("a Finnish title of 160 characters fits") {
  const std::string title =
      "Maahanmuuttajien kotoutumista edistävien palvelujen yhteensovittaminen: kuntien, järjestöj"
      "en ja viranomaisten yhteistyön hyvät käytännöt pääkaupunkiseudulla, Es";
  auto record = practice();
  record["language"] = "fi";
  content_of(record)["summary"] = in("fi", repeated("ä", 40));
  content_of(record)["title"] = in("fi", title);
  CHECK(errors_of(record) == "");
  content_of(record)["title"] = in("fi", title + "ä");
  CHECK(errors_of(record) == "content.title.fi too_long");
}

TEST_CASE("lists keep their limits") {
  const value reference(practice_id);
  const value place = boost::json::parse(R"({"name":"x","country":"LV"})");
  const value result = boost::json::parse(R"({"label":{"lv":"x","en":"x"}})");
  const value score = boost::json::parse(R"({"criterion":"health","score":1})");
  auto assessment = response("assessment");
  content_of(assessment)["template"] = "NIEM-13";
  const ListLimit limits[] = {
      {practice(), "country", codes("countries", 41)},
      {practice(), "places", copies(place, 21)},
      {practice(), "themes", codes("themes", 6)},
      {practice(), "targetGroups", codes("targetGroups", 9)},
      {practice(), "partners", copies(boost::json::parse(R"({"name":"x","role":"partner"})"), 61)},
      {practice(), "results", copies(result, 21)},
      {practice(), "evaluationRefs", urls(11)},
      {practice(), "indicators", codes("indicators", 11)},
      {practice(), "projects", copies(reference, 21)},
      {practice(), "related", copies(reference, 21)},
      {practice(), "policyRefs", urls(21)},
      {practice(), "contacts", copies(reference, 6)},
      {practice(), "countriesOfOrigin", codes("countries", 41)},
      {practice(), "derivedFrom", urls(6)},
      {event(), "organisers", copies(reference, 21)},
      {event(), "languages", languages(21)},
      {event(), "interpretation", languages(21)},
      {event(), "themes", codes("themes", 6)},
      {event(), "aboutPractices", copies(reference, 21)},
      {event(), "projects", copies(reference, 21)},
      {event(), "outcomes", copies(reference, 21)},
      {organisation(), "identifiers", copies(boost::json::parse(R"({"scheme":"ROR","value":"1"})"), 6)},
      {organisation(), "languages", languages(31)},
      {organisation(), "networks", urls(21)},
      {contact(), "languages", languages(31)},
      {adoption(), "history", copies(boost::json::parse(R"({"stage":"visited","date":"2026"})"), 21)},
      {adoption(), "results", copies(result, 21)},
  };
  for (const auto& limit : limits) {
    const std::string path = "content." + std::string(limit.field);
    CAPTURE(path);
    auto fits = limit.items;
    fits.pop_back();
    CHECK(errors_with(limit.record, limit.field, fits) == "");
    CHECK(errors_with(limit.record, limit.field, limit.items) == path + " too_many");
  }
  CHECK(errors_with(assessment, "scores", copies(score, 14)).starts_with("content.scores too_many"));
}

TEST_CASE("lists that must hold something") {
  for (const auto field : {"country", "themes", "targetGroups"}) {
    CHECK(errors_with(practice(), field, array{}) == "content." + std::string(field) + " required");
  }
  CHECK(errors_with(event(), "organisers", array{}) == "content.organisers required");
  CHECK(errors_with(contact(), "roles", array{}) == "content.roles required");
}

TEST_CASE("fields common to all kinds keep their limits") {
  CHECK(errors_with_common(practice(), "attribution", value(repeated("ö", 300))) == "");
  CHECK(errors_with_common(practice(), "attribution", value(repeated("ö", 301))) == "attribution too_long");
  const std::string host = "https://example.org/";
  CHECK(errors_with_common(practice(), "source", value(host + repeated("a", 2048 - host.size()))) == "");
  CHECK(errors_with_common(practice(), "source", value(host + repeated("a", 2049 - host.size()))) ==
        "source too_long");
  const value keyword = boost::json::parse(R"({"en":"mentor"})");  // need not be in the record's language
  CHECK(errors_with_common(practice(), "keywords", copies(keyword, 15)) == "");
  CHECK(errors_with_common(practice(), "keywords", copies(keyword, 16)) == "keywords too_many");
  CHECK(errors_with_common(practice(), "keywords", array({value(in("en", repeated("ö", 60)))})) == "");
  CHECK(errors_with_common(practice(), "keywords", array({value(in("en", repeated("ö", 61)))})) ==
        "keywords[0].en too_long");
  const value attachment =
      boost::json::parse(R"({"url":"https://example.org/a.pdf","mediaType":"application/pdf"})");
  CHECK(errors_with_common(practice(), "attachments", copies(attachment, 10)) == "");
  CHECK(errors_with_common(practice(), "attachments", copies(attachment, 11)) == "attachments too_many");
  CHECK(errors_with_common(practice(), "importedFrom", boost::json::parse(R"({"system":"s"})")) ==
        "importedFrom.id required");
}

TEST_CASE("no more languages than a text may have") {
  boost::json::object text = in("lv", "nosaukums");
  for (const auto& tag : languages(39)) text[tag.as_string()] = "nosaukums";
  CHECK(errors_with(practice(), "title", text) == "");
  text["zzz"] = "nosaukums";
  CHECK(errors_with(practice(), "title", text) == "content.title too_many");
}
