// Signer keys: `hansa charter new-signer` makes one, `hansa charter sign` signs where there is no network.

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>
#include <memory>

#include "../api_client.h"
#include "../directory.h"
#include "../signer_file.h"
#include "charter_commands.h"
#include "charter_file.h"
#include "charter_words.h"
#include "commands.h"
#include "importing.h"
#include "passphrase.h"
#include "protocol/charter_changes.h"
#include "protocol/control_body.h"
#include "protocol/recovery.h"
#include "protocol/signer_line.h"

namespace hansa::commands {
namespace {

struct NewSigner {
  std::string name;
  std::string file;
  bool paper = false;
  std::string passphrase_file;
};

/// Whose signer it is: the organisation of the node in this directory; nobody's without one.
std::optional<protocol::PartnerId> own_partner(const Context& context) {
  if (context.directory.empty()) return std::nullopt;
  const auto api = open_api(context.directory);
  const auto answer = api->require({"GET", "/api/v1/node", {}, "", ""});
  const auto document = parse_document(answer.body, "the node's answer");
  return read_card_line(std::string(document.at("card").as_string()), "this node's card").partner;
}

std::filesystem::path key_file(const Context& context, const std::string& given) {
  if (!given.empty()) return given;
  return context.require_directory() / "signer.key";
}

void make_signer(const Context& context, const NewSigner& options) {
  const auto file = options.paper ? std::filesystem::path() : key_file(context, options.file);
  if (!options.paper && std::filesystem::exists(file))
    throw Failed(file.string() + " is there already; give --file for another one, or put it away first");
  const auto entropy = protocol::system_entropy();
  const auto key = protocol::SecretKey::generate(entropy);
  const bool made = options.passphrase_file.empty();
  auto passphrase = made ? protocol::make_recovery_phrase(protocol::phrase_words_default, entropy)
                         : read_new_passphrase(options.passphrase_file, "");
  const auto sealed = protocol::seal_key(key, passphrase, entropy);
  if (!made) protocol::wipe(passphrase);
  if (!sealed) throw Failed("the passphrase is not text in UTF-8, or longer than 1024 bytes");
  const auto line = protocol::write_signer_line({{}, options.name, own_partner(context)}, key);
  if (!line) throw Failed("--name: a signer's name is one line of at most 400 bytes");
  const auto text = protocol::armour_sealed_key(*sealed);
  if (!options.paper) write_file(file, text + "\n", true);
  if (context.json) {
    boost::json::object report{{"key", protocol::to_text(key.public_key())}, {"line", *line}};
    if (options.paper) report["sealedKey"] = text;
    if (made) report["passphrase"] = passphrase;
    std::cout << boost::json::serialize(report) << '\n';
    return;
  }
  std::cerr << "The line below names this signer: give it to whoever proposes the charter.\n";
  std::cout << *line << '\n';
  if (options.paper) {
    std::cerr << "The sealed key, to be written down or printed; it is kept nowhere else:\n";
    std::cout << text << '\n';
  } else {
    std::cerr << "The sealed key is in " << file.string() << ". Keep a copy elsewhere.\n";
  }
  if (!made) return;
  std::cerr << "Its passphrase, shown this once. Write it down:\n";
  std::cout << passphrase << '\n';
}

struct Sign {
  std::string file;
  std::string key_file;
  std::string passphrase_file;
  bool release = false;
};

void show_changes(const protocol::CharterBody& before, const protocol::CharterBody& after) {
  for (const auto& change : protocol::charter_changes(before, after, "en")) {
    boost::json::object params;
    for (const auto& [name, text] : change.params) params[name] = text;
    boost::json::array cuts;
    for (const auto& cut : change.cuts)
      cuts.push_back(boost::json::object{{"log", protocol::to_hex(cut.log)}, {"sequence", cut.sequence}});
    std::cerr << "  - "
              << change_in_words(
                     {{"code", change.code}, {"params", std::move(params)}, {"cuts", std::move(cuts)}})
              << '\n';
  }
}

void sign(const Context& context, const Sign& options) {
  const auto text = read_file(options.file, charter_file_bytes_max);
  const auto before = find_charter(text, options.file);
  const auto proposed = find_proposal_text(text, options.file);
  if (!proposed)
    throw Failed(options.file +
                 ": holds no proposal. `hansa charter show --proposal HASH --text` writes one");
  const auto body = protocol::read_charter_body(*proposed);
  if (!body || body->version < 2) throw Failed(options.file + ": this is no proposal for a next version");
  const auto hash = protocol::charter_hash(body->version, *proposed);
  std::cerr << "Proposal " << protocol::to_hex(hash) << " for version " << body->version << '\n';
  // What is shown as changed must be what the signature changes.
  if (before && (before->hash != body->previous || before->body.version + 1 != body->version))
    throw Failed(options.file + ": the charter in it is not the one that the proposal follows. Not signed: " +
                 "get the proposal anew with `hansa charter show --proposal HASH --text`");
  if (before)
    show_changes(before->body, *body);
  else
    std::cerr << "  (the file does not hold the charter in force, so the changes cannot be shown)\n";
  const auto key = key_file(context, options.key_file);
  SignerFile signer = options.key_file.empty() ? SignerFile(NodeDirectory(context.require_directory()))
                                               : SignerFile(key, key.string() + ".signed.json");
  core::SignRequest request{body->federation, body->version, hash,
                            read_passphrase(options.passphrase_file, "Passphrase of the signer key"),
                            options.release};
  const auto signed_by = signer.sign(request);
  protocol::wipe(request.passphrase);
  if (!signed_by)
    throw Failed(
        "not signed: " + std::string(core::name(signed_by.error())) +
        (signed_by.error() == core::SignRefused::signed_another
             ? ". This key signed another proposal for the same version; --release if that one is given up"
             : " (" + key.string() + ")"));
  std::cout << protocol::armour_approval({hash, {*signed_by}}) << '\n';
  std::cerr << "Give this line to a node of the federation: hansa charter approve "
            << protocol::to_hex(hash).substr(0, 12) << " --approval LINE\n";
}

}  // namespace

void add_charter_new_signer(CLI::App& charter, Context& context) {
  auto* command = charter.add_subcommand(
      "new-signer", "Make a signer key, sealed under a passphrase, and the line that names it to the others");
  auto options = std::make_shared<NewSigner>();
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->add_option("--name", options->name, "A person or an office, as the others shall see it")
      ->required();
  command->add_option("--file", options->file, "Where to write the sealed key (default: D/signer.key)");
  command->add_flag("--paper", options->paper, "Print the sealed key instead of writing it");
  command->add_option("--passphrase-file", options->passphrase_file,
                      "A passphrase of your own (without: one is made and shown once)");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { make_signer(context, *options); }; });
}

void add_charter_sign(CLI::App& charter, Context& context) {
  auto* command = charter.add_subcommand(
      "sign", "Approve a proposal on a machine without a network; prints the approval as one line");
  auto options = std::make_shared<Sign>();
  add_directory_option(*command, context);
  command->add_option("FILE", options->file, "What `hansa charter show --proposal HASH --text` wrote")
      ->required();
  command->add_option("--key-file", options->key_file, "The sealed signer key (default: D/signer.key)");
  command->add_option("--passphrase-file", options->passphrase_file,
                      "Where its passphrase stands (without: asked at the terminal)");
  command->add_flag("--release", options->release,
                    "Although this key signed another proposal for the same version");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { sign(context, *options); }; });
}

}  // namespace hansa::commands
