// Inviting: the line for a new node, who asked with it, and who knocked without one.

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>
#include <memory>

#include "../api_client.h"
#include "../json_fields.h"
#include "commands.h"
#include "core/joining.h"
#include "importing.h"
#include "joining_words.h"

namespace hansa::commands {
namespace {

struct InviteOptions {
  int days = 14;
  bool list = false;
  std::string withdraw;
};

/// Who asks with a card that cannot be read has no name.
std::string or_dash(const boost::json::object& object, std::string_view name) {
  const auto text = text_at(object, name);
  return text.empty() ? "-" : text;
}

void list_invitations(const Context& context, ApiClient& api) {
  const auto answer = api.require({"GET", "/api/v1/invitations", {}, "", ""});
  if (context.json) {
    std::cout << answer.body << '\n';
    return;
  }
  const auto document = parse_document(answer.body, "the node's answer");
  for (const auto& item : document.as_object().at("items").as_array()) {
    const auto& made = item.as_object();
    std::cout << text_at(made, "id") << "  " << text_at(made, "state") << ", made "
              << text_at(made, "created") << " by " << text_at(made, "by") << ", expires "
              << text_at(made, "expires") << '\n';
    if (made.at("line").is_string()) std::cout << text_at(made, "line") << '\n';
  }
}

void invite(const Context& context, const InviteOptions& options) {
  const auto api = open_api(context.require_directory());
  if (options.list) return list_invitations(context, *api);
  if (!options.withdraw.empty()) {
    api->require({"DELETE", "/api/v1/invitations/" + options.withdraw, {}, "", ""});
    std::cerr << "Withdrawn.\n";
    if (context.json)
      std::cout << boost::json::object{{"id", options.withdraw}, {"state", "withdrawn"}} << '\n';
    return;
  }
  const boost::json::object body{{"days", options.days}};
  const auto answer = api->require({"POST",
                                    "/api/v1/invitations",
                                    {{"Content-Type", "application/json"}},
                                    boost::json::serialize(body),
                                    ""});
  if (context.json) {
    std::cout << answer.body << '\n';
    return;
  }
  const auto made = parse_document(answer.body, "the node's answer").as_object();
  std::cout << text_at(made, "line") << '\n';
  std::cerr << "Give this line to the one partner that is to join; it is valid until "
            << text_at(made, "expires")
            << ". The partner runs: hansa join LINE --dir D\n"
               "This node must be serving at "
            << text_at(made, "address")
            << ". Then compare six words by phone: hansa requests --dir D shows yours.\n";
}

void print_request(const boost::json::object& request) {
  std::cout << or_dash(request, "name") << ", " << or_dash(request, "country") << ": "
            << text_at(request, "state") << ", asked " << text_at(request, "asked") << " from "
            << text_at(request, "from") << '\n'
            << "  words  " << words_at(request) << '\n'
            << "  key    " << text_at(request, "key") << '\n'
            << "  card   " << text_at(request, "card") << '\n';
  const auto* partner = request.if_contains("partnerName");
  if (partner != nullptr && partner->is_string())
    std::cout << "  asks as a further node of " << partner->get_string() << ", which is in the charter\n";
}

void requests(const Context& context, const std::string& refuse) {
  const auto api = open_api(context.require_directory());
  if (!refuse.empty()) {
    api->require({"POST", "/api/v1/join-requests/" + refuse + "/refuse", {}, "", ""});
    std::cerr << "Refused.\n";
    if (context.json) std::cout << boost::json::object{{"key", refuse}, {"state", "refused"}} << '\n';
    return;
  }
  const auto answer = api->require({"GET", "/api/v1/join-requests", {}, "", ""});
  if (context.json) {
    std::cout << answer.body << '\n';
    return;
  }
  const auto document = parse_document(answer.body, "the node's answer");
  for (const auto& item : document.as_object().at("items").as_array()) print_request(item.as_object());
}

}  // namespace

void add_invite(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand(
      "invite", "Make an invitation: one line of text for one node that is to join the federation");
  auto options = std::make_shared<InviteOptions>();
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->add_option("--expire-days", options->days, "How long the invitation is valid, 1 to 90 days")
      ->check(CLI::Range(1, static_cast<int>(core::invitation_days_max)))
      ->capture_default_str();
  auto* list = command->add_flag("--list", options->list, "List the invitations instead");
  command->add_option("--withdraw", options->withdraw, "Withdraw the invitation with this id instead")
      ->excludes(list);
  command->callback(
      [&context, options] { context.chosen = [&context, options] { invite(context, *options); }; });
}

void add_requests(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand(
      "requests", "Who asked to join with this node's invitations, with the words to compare by phone");
  auto refuse = std::make_shared<std::string>();
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->add_option("--refuse", *refuse, "Tell the node with this key no");
  command->callback(
      [&context, refuse] { context.chosen = [&context, refuse] { requests(context, *refuse); }; });
}

}  // namespace hansa::commands
