#include "demo/catalogue.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace {

std::string file_of(std::string_view country) {
  std::string name(country);
  for (char& c : name) c = static_cast<char>(c - 'A' + 'a');
  std::ifstream file(HANSA_SOURCE_DIR "/demo/catalogue/" + name + ".json", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("the program holds every document of the demo catalogue byte for byte") {
  const auto documents = hansa::demo::documents();
  REQUIRE(documents.size() == 8);
  CHECK(documents.front().country == "LV");
  for (const auto& document : documents) {
    CAPTURE(document.country);
    CHECK(document.json.size() > 2);
    CHECK(document.json == file_of(document.country));
  }
}
