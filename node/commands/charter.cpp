#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>
#include <memory>

#include "../api_client.h"
#include "../directory.h"
#include "../opened_node.h"
#include "charter_file.h"
#include "commands.h"
#include "importing.h"

namespace hansa::commands {
namespace {

constexpr std::size_t charter_file_bytes_max = 2 * 1024 * 1024;

void accept(const Context& context, const std::string& file) {
  const auto charter_file = read_charter_file(read_file(file, charter_file_bytes_max), file);
  OpenedNode node(context.require_directory());
  node.accept(charter_file);
  std::cerr << "This node now belongs to \"" << node.federation_name() << "\", charter version "
            << charter_file.charter.version() << ", " << charter_file.charter.body().partners.size()
            << " partners. Start it: hansa serve --dir " << node.directory().path().string() << '\n';
}

std::string text_at(const boost::json::object& object, const char* key) {
  return std::string(object.at(key).as_string());
}

void show_in_words(const boost::json::object& charter) {
  std::cout << text_at(charter, "name") << "\nfederation " << text_at(charter, "federation")
            << "\nversion    " << charter.at("version") << ", signed by " << charter.at("signatures")
            << " of " << charter.at("signers").as_array().size() << " signers\n";
  for (const auto& item : charter.at("partners").as_array()) {
    const auto& partner = item.as_object();
    std::cout << "partner    " << text_at(partner, "id") << "  " << text_at(partner, "country") << "  "
              << text_at(partner, "role") << "  "
              << std::string_view(partner.at("names").as_object().begin()->value().as_string()) << '\n';
    for (const auto& node : partner.at("nodes").as_array())
      std::cout << "  node     " << text_at(node.as_object(), "key") << "  "
                << text_at(node.as_object(), "status") << '\n';
  }
  for (const auto& signer : charter.at("signers").as_array())
    std::cout << "signer     " << text_at(signer.as_object(), "key") << "  "
              << text_at(signer.as_object(), "name") << '\n';
}

void show(const Context& context) {
  const auto api = open_api(context.require_directory());
  const auto answer = api->require({"GET", "/api/v1/charter", {}, "", ""});
  if (context.json) {
    std::cout << answer.body << '\n';
    return;
  }
  show_in_words(parse_document(answer.body, "the node's answer").as_object());
}

}  // namespace

void add_charter(CLI::App& program, Context& context) {
  auto* charter = program.add_subcommand("charter", "Who belongs to the federation");
  charter->require_subcommand(1);

  auto* show_command = charter->add_subcommand("show", "Print the charter in force");
  add_directory_option(*show_command, context);
  add_json_option(*show_command, context);
  show_command->callback([&context] { context.chosen = [&context] { show(context); }; });

  auto* accept_command = charter->add_subcommand(
      "accept", "Take the charter that a coordinator gave you; the node must be stopped");
  auto file = std::make_shared<std::string>();
  add_directory_option(*accept_command, context);
  accept_command->add_option("FILE", *file, "The charter file")->required();
  accept_command->callback(
      [&context, file] { context.chosen = [&context, file] { accept(context, *file); }; });
}

}  // namespace hansa::commands
