// Joining: asks with an invitation and waits for the answer.

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include "../api_client.h"
#include "../joining_node.h"
#include "../json_fields.h"
#include "commands.h"
#include "importing.h"
#include "joining_words.h"

namespace hansa::commands {
namespace {

constexpr std::chrono::milliseconds look_every{500};

struct JoinOptions {
  std::string line;
  bool no_wait = false;
  bool give_up = false;
};

boost::json::object state_of(ApiClient& api) {
  return parse_document(api.require({"GET", "/api/v1/join", {}, "", ""}).body, "the node's answer")
      .as_object();
}

boost::json::object begin(ApiClient& api, const std::string& line) {
  const boost::json::object body{{"line", line}};
  const auto answer = api.require(
      {"POST", "/api/v1/join", {{"Content-Type", "application/json"}}, boost::json::serialize(body), ""});
  return parse_document(answer.body, "the node's answer").as_object();
}

/// To standard output, unless a document is to stand there at the end.
void show_words(const Context& context, const boost::json::object& state) {
  (context.json ? std::cerr : std::cout) << words_at(state) << '\n';
  std::cerr
      << "Asking to join \"" << text_at(state, "federationName") << "\" at " << text_at(state, "address")
      << ".\nRead the six words above to the one who invited you, by phone: both of you see the same, or "
         "somebody else is in between.\n";
}

/// True once there is nothing to wait for. Throws Failed for a refusal.
bool told(const boost::json::object& state, const std::string& before) {
  const auto now = text_at(state, "state");
  if (now == "refused")
    throw Failed("the request was refused: " + text_at(state, "reason") + ". " + text_at(state, "detail"));
  if (now == "none") throw Failed("this node does not ask any more");
  if (now == "pending" && before != now)
    std::cerr
        << "The request has arrived. A coordinator approves it once the words were compared; this command "
           "may be stopped meanwhile and given again.\n";
  return now == "member";
}

boost::json::object wait_while_served(ApiClient& api, const std::string& directory) {
  std::string before;
  for (;;) {
    const auto state = state_of(api);
    if (told(state, before)) {
      std::cerr << "This node now belongs to \"" << text_at(state, "federationName") << "\" (" << directory
                << ").\n";
      return state;
    }
    before = text_at(state, "state");
    std::this_thread::sleep_for(look_every);
  }
}

/// Nothing serves the directory: this process dials, until there is an answer.
void dial_until_answered(const std::string& directory) {
  OpenedNode node(directory);
  auto application = core::application(*node.store().snapshot());
  JoiningNode joining(node);
  std::string before;
  while (application && application->state != core::Application::State::refused) {
    const std::string now(core::name(application->state));
    (void)told({{"state", now}}, before);
    before = now;
    application = joining.wait_for_change(application);
  }
}

boost::json::object join_unserved(const std::string& directory) {
  dial_until_answered(directory);
  const auto state = state_of(*open_api(directory));
  (void)told(state, "pending");
  std::cerr << "This node now belongs to \"" << text_at(state, "federationName")
            << "\". Start it: hansa serve --dir " << directory << '\n';
  return state;
}

/// Asks, and waits for the answer unless that is not wanted; the state at the end.
boost::json::object ask_and_wait(const Context& context, const JoinOptions& options) {
  const auto directory = context.require_directory();
  {
    const auto api = open_api(directory);
    const auto state = options.line.empty() ? state_of(*api) : begin(*api, options.line);
    if (options.line.empty() && text_at(state, "state") == "none")
      throw Failed("this node asks nobody yet: give the invitation, hansa join LINE");
    if (text_at(state, "state") != "member") show_words(context, state);
    if (options.no_wait) return state;
    if (api->is_served()) return wait_while_served(*api, directory);
  }
  return join_unserved(directory);
}

boost::json::object give_up(const Context& context) {
  const auto api = open_api(context.require_directory());
  api->require({"DELETE", "/api/v1/join", {}, "", ""});
  std::cerr << "This node asks no more.\n";
  return state_of(*api);
}

void join(const Context& context, const JoinOptions& options) {
  const auto state = options.give_up ? give_up(context) : ask_and_wait(context, options);
  if (context.json) std::cout << boost::json::serialize(state) << '\n';
}

}  // namespace

std::string words_at(const boost::json::object& object) {
  std::string text;
  std::size_t count = 0;
  for (const auto& word : object.at("words").as_array()) {
    if (count != 0) text += count % 3 == 0 ? "   " : " ";
    text += std::string(word.as_string());
    ++count;
  }
  return text;
}

void add_join(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand(
      "join", "Ask for a place in a federation with an invitation, and wait for the answer");
  auto options = std::make_shared<JoinOptions>();
  add_directory_option(*command, context);
  add_json_option(*command, context);
  auto* line = command->add_option(
      "LINE", options->line, "The invitation; without it, waits for the answer to the one given before");
  command->add_flag("--no-wait", options->no_wait,
                    "Only note it: `hansa serve`, or this command again, does the asking");
  command->add_flag("--give-up", options->give_up, "Ask no more")->excludes(line);
  command->callback(
      [&context, options] { context.chosen = [&context, options] { join(context, *options); }; });
}

}  // namespace hansa::commands
