#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "../api_client.h"
#include "commands.h"

namespace hansa::commands {

void add_reissue(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand(
      "reissue", "Write again what this node holds of one of its logs behind a fork or a cut");
  add_directory_option(*command, context);
  auto log = std::make_shared<std::string>();
  command->add_option("log", *log, "The log's id, as the alarm reissue_waiting names it")
      ->required()
      ->type_name("LOG");
  command->callback([&context, log] {
    context.chosen = [&context, log] {
      const auto api = open_api(context.require_directory());
      (void)api->require({"POST", "/api/v1/logs/" + *log + "/reissue", {}, "", ""});
      std::cout << "The entries are being written again.\n";
    };
  });
}

}  // namespace hansa::commands
