// `hansa charter approve` and `hansa charter follow`.

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>
#include <memory>

#include "../api_client.h"
#include "charter_commands.h"
#include "charter_words.h"
#include "commands.h"
#include "importing.h"
#include "passphrase.h"

namespace hansa::commands {
namespace {

using boost::json::object;

struct Options {
  std::string hash;
  std::string approval;
  bool release = false;
  std::string passphrase_file;
};

http::Request post(std::string target, const object& body) {
  return {
      "POST", std::move(target), {{"Content-Type", "application/json"}}, boost::json::serialize(body), ""};
}

void approve(const Context& context, const Options& options) {
  const auto api = open_api(context.require_directory());
  const auto proposal = find_proposal(*api, options.hash);
  std::cerr << proposal_in_words(proposal);
  object body;
  if (!options.approval.empty())
    body["approval"] = options.approval;
  else
    body["passphrase"] =
        read_passphrase(options.passphrase_file, "Passphrase of the signer key, to approve this");
  if (options.release) body["release"] = true;
  const std::string hash(proposal.at("hash").as_string());
  const auto answer = api->require(post("/api/v1/charter/proposals/" + hash + "/approve", body));
  report_proposal(context, answer.body);
}

void follow(const Context& context, const std::string& hash) {
  const auto api = open_api(context.require_directory());
  const auto shown = [](const std::string& body) { return parse_document(body, "the node's answer"); };
  const auto before = shown(api->require({"GET", "/api/v1/charter", {}, "", ""}).body);
  const auto answer = api->require(post("/api/v1/charter/follow", {{"hash", hash}}));
  if (context.json) {
    std::cout << answer.body << '\n';
    return;
  }
  const auto charter = shown(answer.body);
  if (charter.at("hash") == before.at("hash")) {
    std::cerr << "This node stays with its side: charter version " << charter.at("version")
              << ". Nodes of the other side link with it again once their operators follow this one.\n";
    return;
  }
  std::cerr << "This node follows the other side now: charter version " << charter.at("version")
            << ". What else changed on that side comes over the links.\n";
}

}  // namespace

object find_proposal(ApiClient& api, const std::string& hash) {
  if (hash.empty()) throw WrongUsage("HASH is empty: `hansa charter show --proposals` shows the proposals");
  const auto answer = api.require({"GET", "/api/v1/charter/proposals", {}, "", ""});
  const auto document = parse_document(answer.body, "the node's answer");
  const object* found = nullptr;
  for (const auto& item : document.at("items").as_array()) {
    const auto& proposal = item.as_object();
    if (!std::string_view(proposal.at("hash").as_string()).starts_with(hash)) continue;
    if (found != nullptr) throw Failed("more than one proposal begins with " + hash + "; give more of it");
    found = &proposal;
  }
  if (found == nullptr)
    throw Failed("there is no proposal " + hash + ". `hansa charter show --proposals` lists them");
  return *found;
}

void add_charter_approve(CLI::App& charter, Context& context) {
  auto* command = charter.add_subcommand("approve", "Approve a proposal with the signer key of this machine");
  auto options = std::make_shared<Options>();
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->add_option("HASH", options->hash, "The proposal, or how its hash begins")->required();
  command->add_option("--approval", options->approval,
                      "Signed elsewhere: the line that `hansa charter sign` printed");
  command->add_flag("--release", options->release,
                    "Although this key signed another proposal for the same version");
  command->add_option("--passphrase-file", options->passphrase_file,
                      "Where the signer key's passphrase stands (without: asked at the terminal)");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { approve(context, *options); }; });

  auto* follow_command = charter.add_subcommand(
      "follow",
      "In a federation that is split: decide for one side's version of the charter, this node's own or the "
      "other's; that is for good. With the alarm charter_behind, and this node's own: wait no longer for a "
      "version that no node has any more");
  auto hash = std::make_shared<std::string>();
  add_directory_option(*follow_command, context);
  add_json_option(*follow_command, context);
  follow_command
      ->add_option("HASH", *hash, "The version of the side to follow, as `hansa charter show` names it")
      ->required();
  follow_command->callback(
      [&context, hash] { context.chosen = [&context, hash] { follow(context, *hash); }; });
}

}  // namespace hansa::commands
