// Any text as a file that the program reads: settings, a charter file, a document to import. The first byte
// says which. What is wrong is said by an exception that names the place; nothing else is thrown.

#include <boost/json/serialize.hpp>
#include <string>

#include "api_client.h"
#include "commands/charter_file.h"
#include "commands/commands.h"
#include "commands/importing.h"
#include "config.h"
#include "fixed.h"

using namespace hansa;
using hansa::fuzz::must;

namespace {

void settings(const std::string& text) {
  Config config;
  try {
    config = read_config(text, "hansa.toml");
  } catch (const ConfigRefused& refused) {
    must(std::string_view(refused.what()).starts_with("hansa.toml"));
    return;
  }
  try {
    check_config(config);
  } catch (const ConfigRefused& refused) {
    // A value with a line break in it, say, which the file spelt as an escape.
    must(*refused.what() != 0);
    return;
  }
  const auto text_again = config_text(config);
  must(config_text(read_config(text_again, "hansa.toml")) == text_again);
}

void charter_file(const std::string& text) {
  try {
    (void)commands::read_charter_file(text, "charter.txt");
  } catch (const commands::Failed& failed) {
    must(std::string_view(failed.what()).find("charter.txt") != std::string_view::npos);
  }
}

/// A node with an empty catalogue that would take any record.
class WillingNode final : public ApiClient {
 public:
  std::optional<http::Response> try_ask(http::Request request) override {
    if (request.target == "/api/v1/node") return http::Response{200, {}, R"({"partner":null})"};
    if (request.method == "GET") return http::Response{200, {}, R"({"items":[],"next":null})"};
    return http::Response{200, {}, R"({"unchanged":false,"id":"urn:hansa:x:y","revision":"00"})"};
  }
  bool is_served() const override { return false; }
};

void document(const std::string& text) {
  try {
    WillingNode node;
    commands::Importing importing(node, [](const commands::ImportLine&) {});
    const auto lines = importing.run(commands::parse_document(text, "records.json"), true);
    for (std::size_t index = 0; index < lines.size(); ++index) must(lines[index].number == index + 1);
  } catch (const commands::Failed& failed) {
    must(*failed.what() != 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(protocol::text_of({data + 1, size - 1}));
  switch (data[0] % 3) {
    case 0:
      settings(text);
      break;
    case 1:
      charter_file(text);
      break;
    default:
      document(text);
  }
  return 0;
}
