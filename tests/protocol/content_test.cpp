#include "protocol/content.h"

#include <doctest/doctest.h>

#include "content_samples.h"
#include "protocol/content_check.h"
#include "protocol/content_summary.h"

using namespace hansa::protocol;

TEST_CASE("the least practice passes its author's checks and reads back") {
  auto builder = samples::practice();
  REQUIRE(builder.normalise());
  const auto findings = check_content(builder.reader(), {});
  for (const auto& error : findings.errors) MESSAGE(error.field << " " << error.code);
  CHECK(findings.errors.empty());
  const auto bytes = builder.to_bytes();
  REQUIRE(bytes);
  const auto read = read_content(*bytes);
  REQUIRE(read);
  CHECK(read->kind() == "practice");
  CHECK(read->understood());
  CHECK(samples::view(read->root().getBody().getPractice().getPeriod()) == "2009-08/2009-12");
  CHECK(samples::view(read->root().getReviewBy()) == "2028-11-21");
  CHECK(samples::view(read->root().getAttribution()) == "Agency");
}

TEST_CASE("what was overwritten is not in the bytes, and the same content gives the same bytes") {
  auto first = samples::practice();
  auto second = samples::practice();
  second.root().getBody().getPractice().setLevel("a secret that was typed by mistake");
  second.root().getBody().getPractice().setLevel("municipal");
  CHECK(*first.to_bytes() == *second.to_bytes());
}

TEST_CASE("an empty builder has no kind and is refused by the checks") {
  ContentBuilder builder;
  CHECK(builder.kind().empty());
  CHECK_FALSE(builder.init_body("poem"));
  const auto findings = check_content(builder.reader(), {});
  CHECK(std::any_of(findings.errors.begin(), findings.errors.end(),
                    [](const auto& e) { return e.field == "kind"; }));
}

TEST_CASE("the summary has what lists and facets need") {
  const auto read = read_content(*samples::practice().to_bytes());
  REQUIRE(read);
  const auto summary = summarise(*read);
  CHECK(summary.kind == "practice");
  CHECK(summary.language == "lv");
  CHECK(summary.title == std::vector<TextInLanguage>{{"lv", "Šķēršļi, ņģķļ"}, {"en", "Obstacles"}});
  CHECK(summary.countries == std::vector<std::string>{"LV"});
  CHECK(summary.themes == std::vector<std::string>{"language", "reception"});
  CHECK(summary.languages == std::vector<std::string>{"lv", "en"});
}

TEST_CASE("review dates keep to the calendar") {
  constexpr std::uint64_t leap_day_ms = 1'709'200'800'000;  // 2024-02-29
  CHECK(default_review_by("contact", leap_day_ms) == "2025-02-28");
  CHECK(default_review_by("practice", leap_day_ms) == "2026-02-28");
  CHECK(default_review_by("event", leap_day_ms).empty());
}

TEST_CASE("texts compare with literals from either side") {
  const capnp::Text::Reader text("onsite");
  CHECK(bool(text == "onsite"));
  CHECK(bool("onsite" == text));
  CHECK(bool(text != "online"));
  CHECK(bool("online" != text));
}
