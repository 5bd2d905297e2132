#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "../founding.h"
#include "commands.h"

namespace hansa::commands {
namespace {

struct FoundOptions {
  std::string name;
  std::string language = "en";
  std::vector<std::string> cards;
  std::vector<std::string> signers;
  std::string file;
};

void found(const Context& context, const FoundOptions& options) {
  OpenedNode node(context.require_directory());
  const auto founded =
      founding::found_federation(node, options.name, options.language, options.cards, options.signers);
  const auto file =
      options.file.empty() ? node.directory().path() / "charter.txt" : std::filesystem::path(options.file);
  write_file(file, founded.charter_text, false);
  const auto count = node.charter()->body().partners.size();
  std::cerr
      << "Founded \"" << options.name << "\" with " << count << (count == 1 ? " partner.\n" : " partners.\n")
      << "Give " << file.string() << " to every partner; each runs: hansa charter accept "
      << file.filename().string() << " --dir D\n"
      << (founded.proposal
              ? "The further signers are proposed as version 2, and approved with your key; it comes "
                "into force when more than half have approved: hansa charter approve " +
                    protocol::to_hex(*founded.proposal).substr(0, 12) + "\n"
              : "")
      << "Signer passphrase, shown this once. Write it down: it signs every later version of the charter.\n";
  std::cout << founded.signer_phrase << '\n';
}

}  // namespace

void add_federation(CLI::App& program, Context& context) {
  auto* federation = program.add_subcommand("federation", "Found a federation");
  federation->require_subcommand(1);
  auto* command = federation->add_subcommand("found",
                                             "Make the charter's first version from the partners' cards, "
                                             "sign it, and accept it on this node, which must be stopped");
  auto options = std::make_shared<FoundOptions>();
  add_directory_option(*command, context);
  command->add_option("--name", options->name, "Name of the federation")->required();
  command->add_option("--language", options->language, "Language of the name (BCP 47)")
      ->capture_default_str();
  command->add_option("--partner", options->cards,
                      "Card of a partner, as `hansa init` printed it; again for each");
  command->add_option("--signer", options->signers,
                      "A further signer, as `hansa charter new-signer` printed it; again for each");
  command->add_option("--file", options->file, "Where to write the charter (default: D/charter.txt)");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { found(context, *options); }; });
}

}  // namespace hansa::commands
