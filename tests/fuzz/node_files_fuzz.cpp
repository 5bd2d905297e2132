// Any text as a file that the program reads: settings, a charter file. The first byte says which. What is
// wrong is said by an exception that names the place; nothing else is thrown.

#include <string>

#include "commands/charter_file.h"
#include "commands/commands.h"
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(protocol::text_of({data + 1, size - 1}));
  if (data[0] % 2 == 0)
    settings(text);
  else
    charter_file(text);
  return 0;
}
