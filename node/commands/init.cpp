#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>
#include <memory>

#include "../founding.h"
#include "commands.h"

namespace hansa::commands {
namespace {

struct InitOptions {
  Config config;
  std::string link_listen;
  std::string admin_listen;
};

/// What was given on the command line is to blame, not a file.
founding::NewNode make(const std::filesystem::path& path, const InitOptions& options, Config& config) try {
  if (!options.link_listen.empty()) config.link_listen = parse_endpoint(options.link_listen, "--link-listen");
  if (!options.admin_listen.empty())
    config.admin_listen = parse_endpoint(options.admin_listen, "--admin-listen");
  return founding::make_node(path, config);
} catch (const ConfigRefused& refused) {
  throw WrongUsage(refused.what());
}

void init(const Context& context, const InitOptions& options) {
  const std::filesystem::path path = context.require_directory();
  auto config = options.config;
  const auto made = make(path, options, config);
  std::cerr << "A new node for \"" << config.name << "\" (" << config.country << ") in " << path.string()
            << ".\nShown this once: write down the recovery phrase and keep it away from this machine.\n";
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"name", config.name},
                                                            {"country", config.country},
                                                            {"dir", path.string()},
                                                            {"user", made.user},
                                                            {"password", made.password},
                                                            {"recovery", made.recovery_phrase},
                                                            {"card", made.card}})
              << '\n';
    return;
  }
  std::cout << "user:            " << made.user << "\npassword:        " << made.password
            << "\nrecovery phrase: " << made.recovery_phrase << "\ncard:            " << made.card << '\n';
}

}  // namespace

void add_init(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand("init", "Make a new node: directory, keys, settings, first user");
  auto options = std::make_shared<InitOptions>();
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->add_option("--name", options->config.name, "Name of the partner, as the others will see it")
      ->required();
  command->add_option("--country", options->config.country, "ISO 3166-1 code, such as LV")->required();
  command->add_option("--org-type", options->config.organisation_type, "Kind of organisation")
      ->capture_default_str();
  command->add_option("--language", options->config.language, "Language of what is typed here (BCP 47)")
      ->capture_default_str();
  command->add_option("--link-address", options->config.link_address,
                      "Address that partners dial, ws://… or wss://…");
  command->add_option("--link-listen", options->link_listen,
                      "HOST:PORT of the link listener (default 0.0.0.0:8441)");
  command->add_option("--admin-listen", options->admin_listen,
                      "HOST:PORT of the pages and API (default 127.0.0.1:8440)");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { init(context, *options); }; });
}

}  // namespace hansa::commands
