#include <CLI/CLI.hpp>
#include <iostream>

#include "../api_client.h"
#include "commands.h"
#include "importing.h"
#include "joining_words.h"
#include "report.h"

namespace hansa::commands {
namespace {

void print_answer(const Context& context, const std::string& target) {
  const auto api = open_api(context.require_directory());
  const auto answer = api->require({"GET", target, {}, "", ""});
  if (context.json)
    std::cout << answer.body << '\n';
  else
    print_indented(std::cout, parse_document(answer.body, "the node's answer"));
}

std::string text_or_dash(const boost::json::object& object, const char* key) {
  const auto& value = object.at(key);
  return value.is_string() ? std::string(value.get_string()) : "-";
}

void print_knocks(ApiClient& api) {
  const auto answer =
      parse_document(api.require({"GET", "/api/v1/knocks", {}, "", ""}).body, "the node's answer");
  for (const auto& item : answer.as_object().at("items").as_array()) {
    const auto& knock = item.as_object();
    std::cout << "unknown node at the door: " << words_at(knock) << ", key " << text_or_dash(knock, "key")
              << ", from " << text_or_dash(knock, "from") << ", last " << text_or_dash(knock, "last") << ", "
              << knock.at("count") << " times\n";
  }
}

void peers(const Context& context) {
  if (context.json) return print_answer(context, "/api/v1/peers");
  const auto api = open_api(context.require_directory());
  const auto answer =
      parse_document(api->require({"GET", "/api/v1/peers", {}, "", ""}).body, "the node's answer");
  for (const auto& item : answer.as_object().at("items").as_array()) {
    const auto& peer = item.as_object();
    const auto& outstanding = peer.at("outstanding").as_object();
    std::cout << text_or_dash(peer, "country") << "  " << text_or_dash(peer, "name") << ": "
              << text_or_dash(peer, "state") << ", last contact " << text_or_dash(peer, "lastContact")
              << ", outstanding " << outstanding.at("entries") << " entries and "
              << outstanding.at("payloads") << " payloads";
    if (peer.at("agrees").is_bool())
      std::cout << (peer.at("agrees").get_bool() ? ", agrees" : ", does not agree yet");
    if (const auto* error = peer.at("lastError").if_object())
      std::cout << ", last error " << text_or_dash(*error, "code") << " at " << text_or_dash(*error, "at");
    if (peer.at("retryAt").is_string()) std::cout << ", next try " << text_or_dash(peer, "retryAt");
    std::cout << '\n';
  }
  print_knocks(*api);
}

}  // namespace

void add_peers(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand("peers", "How it stands with each other node of the federation");
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->callback([&context] { context.chosen = [&context] { peers(context); }; });
}

void add_status(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand("status", "What this node is and holds");
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->callback([&context] { context.chosen = [&context] { print_answer(context, "/api/v1/node"); }; });
}

}  // namespace hansa::commands
