#include <CLI/CLI.hpp>
#include <iomanip>
#include <iostream>

#include "../api_client.h"
#include "../english.h"
#include "../json_fields.h"
#include "commands.h"
#include "importing.h"
#include "joining_words.h"

namespace hansa::commands {
namespace {

using boost::json::object;

object get(ApiClient& api, const char* target) {
  return parse_document(api.require({"GET", target, {}, "", ""}).body, "the node's answer").as_object();
}

std::string counted(std::uint64_t count, const char* one, const char* several) {
  return std::to_string(count) + " " + (count == 1 ? one : several);
}

void line(const char* label, const std::string& text) {
  if (!text.empty()) std::cout << "  " << std::left << std::setw(12) << label << text << '\n';
}

std::string no_federation() {
  return in_english("finding", "no_federation", {}) + " " + in_english("findingNext", "join_or_found", {}) +
         " (`hansa join LINE`, `hansa federation found`)";
}

std::string federation_of(const object& node) {
  const auto* federation = node.at("federation").if_object();
  if (federation == nullptr) return no_federation();
  return text_at(*federation, "name") + ", charter version " +
         std::to_string(number_at(*federation, "charterVersion"));
}

std::string log_of(const object& node) {
  const auto* log = node.at("log").if_object();
  if (log == nullptr) return "nothing was published yet";
  return "epoch " + std::to_string(number_at(*log, "epoch")) + ", " +
         counted(number_at(*log, "sequence"), "entry written", "entries written");
}

void print_status(const object& node) {
  std::cout << text_at(node, "name") << ", " << text_at(node, "country") << '\n';
  line("federation", federation_of(node));
  line("partner", text_at(node, "partner"));
  line("records", std::to_string(number_at(node, "records")) + ", in " +
                      counted(number_at(node, "entries"), "entry", "entries") + " of all logs");
  for (const auto& [code, key] :
       {std::pair("unchecked", "uncheckedEntries"), {"payloads_missing", "missingPayloads"}})
    if (const auto count = number_at(node, key); count != 0)
      line("", in_english("finding", code, {{"count", count}}));
  if (const auto behind = number_at(node.at("index").as_object(), "behind"); behind != 0)
    line("search", "the index is " + counted(behind, "change", "changes") + " behind");
  line("own log", log_of(node));
  // The other states need no words: all is well, or the alarms tell.
  if (const auto state = text_at(node, "ownLogState"); knows_english("finding", state) && state != "parted")
    line("", in_english("finding", state, {}));
  if (node.at("diskLow").as_bool()) line("disk", in_english("finding", "disk_low", {}));
  line("node key", text_at(node, "nodeKey"));
  line("digest", text_at(node, "digest"));
  line("version", text_at(node, "version"));
  const auto since = text_at(node, "startedAt");
  line("running", since.empty() ? "no; this command looked into its directory" : "since " + since);
  line("card", text_at(node, "card"));
  for (const auto& alarm : node.at("alarms").as_array()) {
    line("ALARM", coded_in_words(alarm.as_object(), "alarm", "finding"));
    if (knows_english("alarmNext", text_at(alarm.as_object(), "code")))
      line("", coded_in_words(alarm.as_object(), "alarmNext", "finding"));
  }
}

void status(const Context& context) {
  const auto api = open_api(context.require_directory());
  if (context.json)
    std::cout << api->require({"GET", "/api/v1/node", {}, "", ""}).body << '\n';
  else
    print_status(get(*api, "/api/v1/node"));
}

void print_knocks(ApiClient& api) {
  const auto answer = get(api, "/api/v1/knocks");
  for (const auto& item : answer.at("items").as_array()) {
    const auto& knock = item.as_object();
    std::cout << "unknown node at the door: " << words_at(knock) << ", key " << text_at(knock, "key")
              << ", from " << text_at(knock, "from") << ", last " << text_at(knock, "last") << ", "
              << counted(number_at(knock, "count"), "time", "times") << '\n';
  }
}

std::string outstanding_of(const object& peer) {
  const auto& outstanding = peer.at("outstanding").as_object();
  const auto entries = number_at(outstanding, "entries");
  const auto payloads = number_at(outstanding, "payloads");
  if (entries == 0 && payloads == 0) return "nothing outstanding";
  return counted(entries, "entry", "entries") + " and " + counted(payloads, "content", "contents") +
         " outstanding";
}

void print_peer(const object& peer) {
  std::cout << text_at(peer, "country") << "  " << text_at(peer, "name") << ": "
            << in_english("peerState", text_at(peer, "state"), {});
  // Before a first contact there is nothing to be known.
  if (const auto contact = text_at(peer, "lastContact"); contact.empty())
    std::cout << ", no contact since the start";
  else
    std::cout << ", last contact " << contact << ", " << outstanding_of(peer);
  if (peer.at("agrees").is_bool())
    std::cout << (peer.at("agrees").get_bool() ? ", has the same catalogue" : ", its catalogue differs yet");
  if (const auto retry = text_at(peer, "retryAt"); !retry.empty()) std::cout << ", next try " << retry;
  std::cout << '\n';
  if (const auto* error = peer.at("lastError").if_object())
    std::cout << "    Last problem, " << text_at(*error, "at") << ": " << link_error_in_words(*error) << '\n';
}

void print_peers(ApiClient& api) {
  const auto answer = get(api, "/api/v1/peers");
  const auto& items = answer.at("items").as_array();
  if (items.empty() && get(api, "/api/v1/node").at("federation").is_null())
    std::cout << no_federation() << '\n';
  else if (items.empty())
    std::cout << in_english("peers", "none", {}) << '\n';
  else if (!api.is_served())
    std::cout
        << "The node is not running, so it is linked with nobody, and how far the others are is not known:\n";
  for (const auto& item : items) {
    const auto& peer = item.as_object();
    if (api.is_served())
      print_peer(peer);
    else
      std::cout << text_at(peer, "country") << "  " << text_at(peer, "name") << "  "
                << text_at(peer, "address") << '\n';
  }
  print_knocks(api);
}

void peers(const Context& context) {
  const auto api = open_api(context.require_directory());
  if (context.json)
    std::cout << api->require({"GET", "/api/v1/peers", {}, "", ""}).body << '\n';
  else
    print_peers(*api);
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
  command->callback([&context] { context.chosen = [&context] { status(context); }; });
}

}  // namespace hansa::commands
