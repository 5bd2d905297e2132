// Would a node publish every record of the demo catalogue? References are given made-up record ids, as an
// importer gives them real ones.
#include <doctest/doctest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <string>

#include "demo/catalogue.h"
#include "json/problem.h"
#include "json/record_input.h"
#include "protocol/ids.h"

using namespace hansa;

namespace {

constexpr std::string_view reference_prefix = "import:hansa-demo/";
constexpr std::uint64_t now_ms = 1'795'000'000'000;  // November 2026

/// The owner is the country's place in the catalogue, the record a running number.
protocol::RecordId id_of(std::size_t country, std::uint8_t record) {
  protocol::RecordId id{};
  id.owner.bytes[0] = static_cast<std::uint8_t>(country + 1);
  id.local[0] = record;
  return id;
}

std::map<std::string, protocol::RecordId> ids_of_all() {
  std::map<std::string, protocol::RecordId> ids;
  std::size_t country = 0;
  for (const auto& document : demo::documents()) {
    const auto parsed = json::parse_json(document.json);
    REQUIRE(parsed);
    std::uint8_t record = 0;
    for (const auto& entry : parsed->at("records").as_array()) {
      const std::string id(entry.at("importedFrom").at("id").as_string());
      ids.emplace(id, id_of(country, record++));
    }
    ++country;
  }
  return ids;
}

void resolve(boost::json::value& value, const std::map<std::string, protocol::RecordId>& ids) {
  if (auto* object = value.if_object()) {
    for (auto& member : *object) resolve(member.value(), ids);
  } else if (auto* list = value.if_array()) {
    for (auto& item : *list) resolve(item, ids);
  } else if (const auto* text = value.if_string(); text && text->starts_with(reference_prefix)) {
    const auto found = ids.find(std::string(text->subview(reference_prefix.size())));
    REQUIRE(found != ids.end());
    value = protocol::to_text(found->second);
  }
}

}  // namespace

TEST_CASE("every record of the demo catalogue passes the rules of an author") {
  const auto ids = ids_of_all();
  CHECK(ids.size() == 95);
  std::size_t country = 0;
  for (const auto& document : demo::documents()) {
    auto parsed = json::parse_json(document.json);
    REQUIRE(parsed);
    for (auto& entry : parsed->at("records").as_array()) {
      const std::string id(entry.at("importedFrom").at("id").as_string());
      CAPTURE(id);
      resolve(entry, ids);
      auto input = json::read_record(entry);
      REQUIRE(input);
      const protocol::AuthorDefaults defaults{
          .now_ms = now_ms, .organisation = id_of(country, 0), .attribution = {}};
      const auto prepared = json::prepare(std::move(*input), defaults, id_of(country, 0).owner);
      const std::string problem = prepared ? "" : boost::json::serialize(json::to_json(prepared.error()));
      CHECK(problem == "");
      if (prepared) CHECK(prepared->warnings.empty());
    }
    ++country;
  }
}
