#include <CLI/CLI.hpp>
#include <memory>

#include "../log.h"
#include "../opened_node.h"
#include "../serving_node.h"
#include "commands.h"

namespace hansa::commands {
namespace {

void serve(const Context& context) {
  OpenedNode node(context.require_directory());
  const Log log(node.config().log_level);
  if (!node.charter())
    log.warning("no_charter", {{"do", "hansa charter accept FILE; the card to send is in the node page"}});
  ServingNode serving(node, log);
  serving.start();
  serving.wait_for_stop();
  serving.stop();
  log.info("stopped");
}

}  // namespace

void add_serve(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand("serve", "Run the node until SIGTERM or Ctrl-C");
  add_directory_option(*command, context);
  command->callback([&context] { context.chosen = [&context] { serve(context); }; });
}

}  // namespace hansa::commands
