#include "json/record_input.h"

#include <doctest/doctest.h>

#include "json/record_json.h"
#include "record_samples.h"

using namespace hansa;
using boost::json::value;

namespace {

protocol::Outcome<json::PreparedRecord, json::Problem> prepare(const boost::json::object& record) {
  auto input = json::read_record(value(record));
  if (!input) return input.error();
  return json::prepare(std::move(*input),
                       {.now_ms = samples::now_ms, .organisation = {}, .attribution = "Agency"}, {});
}

/// "content.title.lv too_long, …" of all errors.
std::string errors_of(const boost::json::object& record) {
  const auto prepared = prepare(record);
  if (prepared) return {};
  std::string all;
  for (const auto& error : prepared.error().errors)
    all += (all.empty() ? "" : ", ") + error.field + ' ' + error.code;
  return all;
}

[[maybe_unused]] std::string repeated(std::string_view unit, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += unit;
  return text;
}

}  // namespace

TEST_CASE("the least record of every kind passes") {
  CHECK(errors_of(samples::practice()) == "");
  CHECK(errors_of(samples::event()) == "");
  CHECK(errors_of(samples::organisation()) == "");
  CHECK(errors_of(samples::contact()) == "");
  CHECK(errors_of(samples::response("endorsement")) == "");
}
