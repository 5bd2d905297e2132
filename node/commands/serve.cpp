#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "../api_client.h"
#include "../log.h"
#include "../opened_node.h"
#include "../serving_node.h"
#include "commands.h"
#include "importing.h"

namespace hansa::commands {
namespace {

/// So that the partner is in the catalogue from the first day, and its practices have a lead to name.
void publish_own_organisation(const OpenedNode& node, const ServingNode& serving, const Log& log) {
  if (!node.config().publish_organisation || !node.charter()) return;
  const auto api = connect_api(serving.admin(), node.directory().operator_token());
  const auto about =
      parse_document(api->require({"GET", "/api/v1/node", {}, "", ""}).body, "the node's answer");
  if (about.as_object().at("organisation").is_string()) return;
  const auto& config = node.config();
  const boost::json::object record{
      {"kind", "organisation"},
      {"language", config.language},
      {"content", boost::json::object{{"name", boost::json::object{{config.language, config.name}}},
                                      {"orgType", config.organisation_type},
                                      {"country", config.country}}}};
  const auto answer = api->ask({"POST",
                                "/api/v1/records",
                                {{"Content-Type", "application/json"}},
                                boost::json::serialize(record),
                                ""});
  if (answer.status / 100 != 2)
    log.warning("organisation_not_published", {{"reason", problem_in_words(answer)}});
}

void serve(const Context& context) {
  ServingNode::block_stop_signals();
  OpenedNode node(context.require_directory());
  const Log log(node.config().log_level);
  if (!node.charter()) log.warning("no_charter", {{"do", "hansa join LINE, or hansa charter accept FILE"}});
  ServingNode serving(node, log);
  serving.start();
  if (serving.wait_for_charter()) publish_own_organisation(node, serving, log);
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
