// `hansa charter hold`: a signer holds a node key, or releases it.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <iostream>
#include <memory>

#include "../api_client.h"
#include "../directory.h"
#include "../signer_file.h"
#include "charter_commands.h"
#include "charter_file.h"
#include "commands.h"
#include "importing.h"
#include "passphrase.h"
#include "protocol/hold.h"

namespace hansa::commands {
namespace {

using boost::json::array;
using boost::json::object;

struct Options {
  std::string key;
  std::vector<std::string> from;
  bool release = false;
  std::string line;
  std::string charter_file;
  std::string key_file;
  std::string passphrase_file;
};

protocol::EntryRef place_of(const std::string& text) {
  const auto place = protocol::parse_entry_ref(text);
  if (!place)
    throw WrongUsage("--from " + text + ": write LOG:SEQUENCE, the first entry of that log that is held");
  return *place;
}

std::vector<protocol::EntryRef> places_of(const Options& options) {
  std::vector<protocol::EntryRef> places;
  for (const auto& text : options.from) places.push_back(place_of(text));
  std::ranges::sort(places);
  return places;
}

void report(const Context& context, const std::string& answer) {
  if (context.json) {
    std::cout << answer << '\n';
    return;
  }
  const auto charter = parse_document(answer, "the node's answer");
  const auto& holds = charter.at("holds").as_array();
  for (const auto& hold : holds)
    std::cout << "held   " << std::string_view(hold.at("node").as_string()) << "  "
              << std::string_view(hold.at("name").as_string()) << "  by "
              << std::string_view(hold.at("signerName").as_string()) << " since "
              << std::string_view(hold.at("signed").as_string()) << '\n';
  if (holds.empty()) std::cerr << "No key is held.\n";
}

void ask_node(const Context& context, const Options& options) {
  object body;
  if (!options.line.empty()) {
    body["line"] = options.line;
  } else {
    body["key"] = options.key;
    array from;
    for (const auto& [log, sequence] : places_of(options))
      from.push_back(object{{"log", protocol::to_hex(log)}, {"sequence", sequence}});
    if (!from.empty()) body["from"] = std::move(from);
    body["passphrase"] = read_passphrase(options.passphrase_file, "Passphrase of the signer key");
  }
  const auto api = open_api(context.require_directory());
  const std::string target = options.release ? "/api/v1/charter/holds/release" : "/api/v1/charter/holds";
  report(
      context,
      api->require({"POST", target, {{"Content-Type", "application/json"}}, boost::json::serialize(body), ""})
          .body);
}

protocol::NamedBody charter_in(const std::string& file) {
  auto charter = find_charter(read_file(file, charter_file_bytes_max), file);
  if (!charter) throw Failed(file + ": holds no charter. `hansa charter show --text` writes one");
  return std::move(*charter);
}

/// Where there is no node: the hold as a line of text.
void sign_here(const Context& context, const Options& options) {
  const auto charter = charter_in(options.charter_file);
  protocol::Hold hold;
  hold.federation = charter.body.version == 1 ? charter.hash : charter.body.federation;
  hold.charter = charter.hash;
  const auto key = protocol::parse_public_key(options.key);
  if (!key) throw WrongUsage(options.key + ": is no node key");
  hold.node = *key;
  if (std::ranges::find(charter.body.nodes, hold.node, &protocol::CharterNode::key) ==
      charter.body.nodes.end())
    throw Failed(options.charter_file + ": the charter in it does not list the node " + options.key);
  hold.is_release = options.release;
  hold.signed_ms = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                                  std::chrono::system_clock::now().time_since_epoch())
                                                  .count());
  hold.from = places_of(options);
  if (hold.from.size() > protocol::hold_positions_max)
    throw WrongUsage("--from: at most " + std::to_string(protocol::hold_positions_max) + " logs");
  if (std::ranges::adjacent_find(hold.from, {}, &protocol::EntryRef::log) != hold.from.end())
    throw WrongUsage("--from: each log once");
  const std::filesystem::path file = options.key_file;
  SignerFile signer = options.key_file.empty() ? SignerFile(NodeDirectory(context.require_directory()))
                                               : SignerFile(file, file.string() + ".signed.json");
  auto passphrase = read_passphrase(options.passphrase_file, "Passphrase of the signer key");
  const auto sealed = signer.seal_hold(hold, passphrase);
  protocol::wipe(passphrase);
  if (!sealed) throw Failed("not signed: " + std::string(core::name(sealed.error())));
  const auto line = protocol::armour_hold(*sealed);
  if (context.json)
    std::cout << boost::json::serialize(object{{"line", line}}) << '\n';
  else
    std::cout << line << '\n';
  std::cerr << "Give this line to a node of the federation: hansa charter hold --line LINE\n";
}

void hold(const Context& context, const Options& options) {
  if (options.key.empty() == options.line.empty())
    throw WrongUsage("say which node key is held, or give the line that was signed elsewhere: --line");
  if (!options.line.empty() && (options.release || !options.from.empty() || !options.charter_file.empty()))
    throw WrongUsage("--line says it all: nothing else goes with it");
  if (options.release && !options.from.empty())
    throw WrongUsage("--release ends the whole hold: without --from");
  if (options.charter_file.empty() && !options.key_file.empty())
    throw WrongUsage("--key-file is for signing without a node: with --charter");
  if (options.charter_file.empty()) return ask_node(context, options);
  sign_here(context, options);
}

}  // namespace

void add_charter_hold(CLI::App& charter, Context& context) {
  auto* command = charter.add_subcommand(
      "hold", "Hold a node key that may be in other hands, as one signer alone; or release it");
  auto options = std::make_shared<Options>();
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->add_option("KEY", options->key, "The node key, as `hansa charter show` lists it");
  command->add_option("--from", options->from,
                      "LOG:SEQUENCE, the first entry of that log that is held; other logs are held whole");
  command->add_flag("--release", options->release, "End this signer's hold");
  command->add_option("--passphrase-file", options->passphrase_file,
                      "Where the signer key's passphrase stands (without: asked at the terminal)");
  command->add_option("--line", options->line, "Signed elsewhere: the line that --charter printed");
  command->add_option("--charter", options->charter_file,
                      "Sign without a node, and print a line: what `hansa charter show --text` wrote");
  command->add_option("--key-file", options->key_file,
                      "With --charter: the sealed signer key (default: D/signer.key)");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { hold(context, *options); }; });
}

}  // namespace hansa::commands
