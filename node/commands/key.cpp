// The node key's own passphrase: `hansa key protect`, `hansa key unprotect`.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "../config.h"
#include "../node_key.h"
#include "commands.h"
#include "passphrase.h"

namespace hansa::commands {
namespace {

struct KeyOptions {
  std::string passphrase_file;
};

struct Opened {
  NodeDirectory directory;
  protocol::SecretKey key;
};

Opened open_key(const Context& context, const std::string& passphrase_file) {
  NodeDirectory directory(context.require_directory());
  directory.require();
  const auto configured = load_config(directory.path()).key_passphrase_file;
  auto key = read_node_key(directory, passphrase_file.empty() ? configured : passphrase_file);
  return {std::move(directory), std::move(key)};
}

void protect(const Context& context, const KeyOptions& options) {
  const auto opened = open_key(context, "");
  auto passphrase = read_new_passphrase(options.passphrase_file, "New passphrase of the node key");
  write_sealed_node_key(opened.directory, opened.key, passphrase);
  protocol::wipe(passphrase);
  std::cerr
      << "node.key opens with this passphrase only. Commands and `hansa serve` ask for it at the terminal; "
         "a service finds it\nin the file that the setting node.key_passphrase_file names. The recovery "
         "phrase is as it was.\n";
}

void unprotect(const Context& context, const KeyOptions& options) {
  const auto opened = open_key(context, options.passphrase_file);
  write_node_key(opened.directory, opened.key);
  std::cerr << "node.key is in clear, readable by its owner only.\n";
}

}  // namespace

void add_key(CLI::App& program, Context& context) {
  auto* key = program.add_subcommand("key", "Keep the node key under a passphrase, or in clear");
  key->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, const char* file,
                       void (*run)(const Context&, const KeyOptions&)) {
    auto* command = key->add_subcommand(name, what);
    auto options = std::make_shared<KeyOptions>();
    add_directory_option(*command, context);
    command->add_option("--passphrase-file", options->passphrase_file, file);
    command->callback(
        [&context, options, run] { context.chosen = [&context, options, run] { run(context, *options); }; });
  };
  add("protect", "Seal the node key under a passphrase, or under another one",
      "A file with the new passphrase in its first line (without: asked at the terminal, twice)", protect);
  add("unprotect", "Keep the node key in clear again",
      "A file with the passphrase in its first line (without: node.key_passphrase_file, or asked)",
      unprotect);
}

}  // namespace hansa::commands
