#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>
#include <memory>

#include "../api_client.h"
#include "../directory.h"
#include "../json_fields.h"
#include "../opened_node.h"
#include "charter_commands.h"
#include "charter_file.h"
#include "charter_words.h"
#include "commands.h"
#include "importing.h"

namespace hansa::commands {
namespace {

void accept(const Context& context, const std::string& file) {
  const auto charter_file = read_charter_file(read_file(file, charter_file_bytes_max), file);
  OpenedNode node(context.require_directory());
  node.accept(charter_file);
  std::cerr << "This node now belongs to \"" << node.federation_name() << "\", charter version "
            << charter_file.charter.version() << ", " << charter_file.charter.body().partners.size()
            << " partners. Start it: hansa serve --dir " << node.directory().path().string() << '\n';
}

struct Show {
  bool proposals = false;
  std::string proposal;
  bool text = false;
};

void show_proposals(const Context& context) {
  const auto api = open_api(context.require_directory());
  const auto answer = api->require({"GET", "/api/v1/charter/proposals", {}, "", ""});
  if (context.json) {
    std::cout << answer.body << '\n';
    return;
  }
  const auto document = parse_document(answer.body, "the node's answer");
  const auto& items = document.at("items").as_array();
  for (const auto& item : items) std::cout << proposal_in_words(item.as_object());
  if (items.empty()) std::cerr << "Nothing is proposed.\n";
}

/// For `charter sign`: the charter in force and the proposal, a line each.
void show_proposal(const Context& context, const Show& options) {
  const auto api = open_api(context.require_directory());
  const auto proposal = find_proposal(*api, options.proposal);
  if (!options.text) return report_proposal(context, boost::json::serialize(proposal));
  const auto charter = api->require({"GET", "/api/v1/charter", {}, "", ""});
  std::cout << text_at(parse_document(charter.body, "the node's answer").as_object(), "text") << '\n'
            << text_at(proposal, "text") << '\n';
}

void show(const Context& context, const Show& options) {
  if (options.proposals) return show_proposals(context);
  if (!options.proposal.empty()) return show_proposal(context, options);
  const auto api = open_api(context.require_directory());
  const auto answer = api->require({"GET", "/api/v1/charter", {}, "", ""});
  if (context.json) {
    std::cout << answer.body << '\n';
    return;
  }
  const auto charter = parse_document(answer.body, "the node's answer");
  if (options.text)
    std::cout << text_at(charter.as_object(), "text") << '\n';
  else
    std::cout << charter_in_words(charter.as_object());
}

}  // namespace

void add_charter(CLI::App& program, Context& context) {
  auto* charter = program.add_subcommand("charter", "Who belongs to the federation");
  charter->require_subcommand(1);

  auto* show_command = charter->add_subcommand("show", "Print the charter in force");
  add_directory_option(*show_command, context);
  add_json_option(*show_command, context);
  auto options = std::make_shared<Show>();
  show_command->add_flag("--proposals", options->proposals, "What is proposed for the next version");
  show_command->add_option("--proposal", options->proposal, "One proposal, by how its hash begins");
  show_command->add_flag(
      "--text", options->text,
      "As a line for `hansa charter hold --charter`; with --proposal, a file for `hansa charter sign`");
  show_command->callback(
      [&context, options] { context.chosen = [&context, options] { show(context, *options); }; });

  auto* accept_command = charter->add_subcommand(
      "accept", "Take the charter that a coordinator gave you; the node must be stopped");
  auto file = std::make_shared<std::string>();
  add_directory_option(*accept_command, context);
  accept_command->add_option("FILE", *file, "The charter file")->required();
  accept_command->callback(
      [&context, file] { context.chosen = [&context, file] { accept(context, *file); }; });

  add_charter_propose(*charter, context);
  add_charter_approve(*charter, context);
  add_charter_new_signer(*charter, context);
  add_charter_sign(*charter, context);
  add_charter_hold(*charter, context);
}

}  // namespace hansa::commands
