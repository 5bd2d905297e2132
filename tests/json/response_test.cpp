// What each type of response asks for and forbids.
#include <doctest/doctest.h>

#include "prepared.h"

using namespace samples;
using boost::json::value;

TEST_CASE("adoption") {
  CHECK(errors_of(response("adoption")) == "content.stage required_by, content.stageDate required_by");
  const auto piloting = with(response("adoption"), R"({"stage":"piloting","stageDate":"2026-03"})");
  CHECK(errors_of(piloting) == "");
  CHECK(errors_with(piloting, "stage", "dropped") == "content.dropReason required_by");
  CHECK(errors_with(piloting, "dropReason", "law") == "content.dropReason not_for_this_type");
  CHECK(errors_of(with(response("adoption"),
                       R"({"stage":"dropped","stageDate":"2026-03","dropReason":"law"})")) == "");
  CHECK(errors_with(piloting, "history", boost::json::parse(R"([{"stage":"visited"}])")) ==
        "content.history[0].date required");
}

TEST_CASE("review") {
  CHECK(errors_of(response("review")) == "content.verdict required_by, content.text required_by");
  CHECK(errors_of(with(response("review"), R"({"verdict":"recommended","text":{"en":"Works."}})")) == "");
  CHECK(errors_of(with(response("review"), R"({"verdict":"great","text":{"en":"Works."}})")) ==
        "content.verdict unknown_code");
}

TEST_CASE("correction") {
  CHECK(errors_of(response("correction")) ==
        "content.field required_by, content.proposed required_by, content.text required_by");
  CHECK(errors_of(with(
            response("correction"),
            R"({"field":"content.title.en","proposed":"Shaping","text":{"en":"Sources differ."}})")) == "");
}

TEST_CASE("translation") {
  CHECK(errors_of(response("translation")) ==
        "content.language required_by, content.fields required_by, content.mode required_by");
  const auto whole =
      with(response("translation"), R"({"language":"fi","mode":"human","fields":{"title":"Rekisteri"}})");
  CHECK(errors_of(whole) == "");
  CHECK(shown(*prepare(whole)).content.at("fields") == boost::json::parse(R"({"title":"Rekisteri"})"));
  CHECK(errors_with(whole, "mode", "magic") == "content.mode unknown_code");
  boost::json::object fields;
  for (int i = 0; i < 40; ++i) fields["f" + std::to_string(i)] = "x";
  CHECK(errors_with(whole, "fields", fields) == "");
  fields["one-more"] = "x";
  CHECK(errors_with(whole, "fields", fields) == "content.fields too_many");
  CHECK(errors_with(whole, "fields", boost::json::object{{"title", repeated("ö", 6001)}}) ==
        "content.fields.title too_long");
}

TEST_CASE("a place of an adoption says something") {
  CHECK(errors_of(with(response("adoption"),
                       R"({"stage":"adopted","stageDate":"2026","place":{"country":"LV"}})")) == "");
  // {} is "not given"; a place whose parts are all empty is a slip.
  CHECK(errors_of(
            with(response("adoption"), R"({"stage":"adopted","stageDate":"2026","place":{"name":""}})")) ==
        "content.place one_of");
}

TEST_CASE("assessment") {
  CHECK(errors_of(response("assessment")) == "content.template required_by, content.scores required_by");
  const auto dive = with(response("assessment"),
                         R"({"template":"DIVE-4","scores":[{"criterion":"employer","score":3},
                             {"criterion":"buyer","score":"n/a","note":{"en":"Not seen."}}]})");
  CHECK(errors_of(dive) == "");
  const auto got = shown(*prepare(dive)).content.at("scores");
  CHECK(got.at(0).at("score") == value(3));
  CHECK(got.at(1).at("score") == value("n/a"));
  CHECK(errors_with(dive, "template", "FI-6") ==
        "content.scores[0].criterion not_of_template, content.scores[1].criterion not_of_template");
  CHECK(errors_with(dive, "scores", boost::json::parse(R"([{"criterion":"employer","score":5}])")) ==
        "content.scores[0].score unknown_code");
  CHECK(errors_with(
            dive, "scores",
            boost::json::parse(R"([{"criterion":"buyer","score":1},{"criterion":"buyer","score":2}])")) ==
        "content.scores[1].criterion duplicate");
}

TEST_CASE("fields of another type are refused") {
  CHECK(errors_of(with(response("endorsement"), R"({"stage":"adopted","verdict":"recommended"})")) ==
        "content.stage not_for_this_type, content.verdict not_for_this_type");
}

TEST_CASE("nobody endorses its own record") {
  const auto author = hansa::protocol::parse_record_id(practice_id)->owner;
  auto input = hansa::json::read_record(value(response("endorsement")));
  REQUIRE(input);
  const auto own = hansa::json::prepare(
      std::move(*input), {.now_ms = now_ms, .organisation = {}, .attribution = "Agency"}, author);
  REQUIRE_FALSE(own);
  CHECK(own.error().errors.at(0).code == "own_record");
  CHECK(own.error().errors.at(0).field == "content.about");
}

TEST_CASE("nobody speaks in the name of another partner's organisation") {
  const auto judged = [](const hansa::protocol::PartnerId& author) {
    auto input = hansa::json::read_record(value(response("endorsement")));
    REQUIRE(input);
    return hansa::json::prepare(std::move(*input),
                                {.now_ms = now_ms, .organisation = {}, .attribution = "Agency"}, author);
  };
  CHECK(judged(hansa::protocol::parse_record_id(organisation_id)->owner));
  hansa::protocol::PartnerId stranger;
  stranger.bytes.fill(3);
  const auto refused = judged(stranger);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().errors.at(0).field == "content.by");
  CHECK(refused.error().errors.at(0).code == "not_own_organisation");
}
