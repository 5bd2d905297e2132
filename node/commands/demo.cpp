#include <CLI/CLI.hpp>
#include <memory>

#include "../demo_federation.h"
#include "commands.h"

namespace hansa::commands {
namespace {

constexpr int demo_nodes_max = 8;

void demo(const Context& context, DemoOptions options) {
  options.directory = context.directory;
  options.program = context.program;
  DemoFederation federation(std::move(options));
  federation.make();
  federation.start();
  federation.load_catalogue();
  federation.report();
  federation.wait_for_stop();
}

}  // namespace

void add_demo(CLI::App& program, Context& context) {
  auto* command =
      program.add_subcommand("demo", "Run a whole federation with the demo catalogue on this machine");
  auto options = std::make_shared<DemoOptions>();
  add_directory_option(*command, context);
  command->get_option("--dir")->description(
      "Where the demo lives, and goes on when started again (default: a temporary one, removed at the end)");
  command->add_option("--nodes", options->nodes, "How many nodes")
      ->check(CLI::Range(1, demo_nodes_max))
      ->capture_default_str();
  command
      ->add_option("--base-port", options->base_port, "Node i has its pages on P+2i and its links on P+2i+1")
      ->check(CLI::Range(1, 65535 - 2 * demo_nodes_max))
      ->capture_default_str();
  command->add_option("--ready-file", options->ready_file,
                      "Written once every node holds the whole demo catalogue");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { demo(context, *options); }; });
}

}  // namespace hansa::commands
