#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "../api_client.h"
#include "commands.h"
#include "http/percent.h"
#include "importing.h"
#include "protocol/password.h"

namespace hansa::commands {
namespace {

constexpr std::string_view json_type = "application/json";

http::Request json_request(const std::string& method, const std::string& target,
                           const boost::json::object& body) {
  return {method, target, {{"Content-Type", std::string(json_type)}}, boost::json::serialize(body), ""};
}

/// The answer of a command whose whole answer this is.
void report(const Context& context, const boost::json::object& document) {
  if (context.json) std::cout << boost::json::serialize(document) << '\n';
}

struct Options {
  std::string name;
  std::string role = "editor";
  std::string language;
};

/// Passwords are made here and shown once: none ever stands on a command line or in a shell's history.
void add_one(const Context& context, const Options& options) {
  const auto api = open_api(context.require_directory());
  const auto password = protocol::make_password(protocol::system_entropy());
  const auto answer = api->require(json_request("POST", "/api/v1/users",
                                                {{"name", options.name},
                                                 {"role", options.role},
                                                 {"language", options.language},
                                                 {"password", password}}));
  if (context.json) {
    auto made = parse_document(answer.body, "the node's answer").as_object();
    made["password"] = password;
    return report(context, made);
  }
  std::cerr << "User " << options.name << " added as " << options.role
            << ". The password, shown this once:\n";
  std::cout << password << '\n';
}

void new_password(const Context& context, const Options& options) {
  const auto api = open_api(context.require_directory());
  const auto password = protocol::make_password(protocol::system_entropy());
  (void)api->require(json_request("PUT", "/api/v1/users/" + http::percent_encoded(options.name) + "/password",
                                  {{"password", password}}));
  if (context.json) return report(context, {{"name", options.name}, {"password", password}});
  std::cerr << "The new password of " << options.name << ", shown this once:\n";
  std::cout << password << '\n';
}

void remove_user(const Context& context, const std::string& name) {
  const auto api = open_api(context.require_directory());
  (void)api->require({"DELETE", "/api/v1/users/" + http::percent_encoded(name), {}, "", ""});
  std::cerr << "User " << name << " removed.\n";
  report(context, {{"name", name}, {"removed", true}});
}

void remove_token(const Context& context, const std::string& id) {
  const auto api = open_api(context.require_directory());
  (void)api->require({"DELETE", "/api/v1/tokens/" + http::percent_encoded(id), {}, "", ""});
  std::cerr << "Token " << id << " removed.\n";
  report(context, {{"id", id}, {"removed", true}});
}

void list_all(const Context& context, const std::string& target, std::initializer_list<const char*> columns) {
  const auto api = open_api(context.require_directory());
  const auto answer = api->require({"GET", target, {}, "", ""});
  if (context.json) {
    std::cout << answer.body << '\n';
    return;
  }
  const auto document = parse_document(answer.body, "the node's answer");
  for (const auto& item : document.at("items").as_array()) {
    for (const auto* column : columns)
      std::cout << std::string_view(item.as_object().at(column).as_string()) << "  ";
    std::cout << '\n';
  }
}

void add_token_now(const Context& context, const Options& options) {
  const auto api = open_api(context.require_directory());
  const auto answer =
      api->require(json_request("POST", "/api/v1/tokens", {{"label", options.name}, {"role", options.role}}));
  if (context.json) {
    std::cout << answer.body << '\n';
    return;
  }
  std::cerr << "Token for \"" << options.name << "\" (" << options.role << "), shown this once:\n";
  std::cout << std::string_view(parse_document(answer.body, "the node's answer").at("secret").as_string())
            << '\n';
}

CLI::App* subcommand(CLI::App& parent, Context& context, const char* name, const char* about,
                     std::function<void()> run) {
  auto* command = parent.add_subcommand(name, about);
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->callback([&context, run = std::move(run)] { context.chosen = run; });
  return command;
}

}  // namespace

void add_user(CLI::App& program, Context& context) {
  auto* user = program.add_subcommand("user", "Who may sign in to this node's pages");
  user->require_subcommand(1);
  auto options = std::make_shared<Options>();
  auto* add = subcommand(*user, context, "add", "Add a user with a new password",
                         [&context, options] { add_one(context, *options); });
  add->add_option("NAME", options->name, "a–z, 0–9, dot, dash, underscore")->required();
  add->add_option("--role", options->role, "reader, editor, coordinator or admin")->capture_default_str();
  add->add_option("--language", options->language, "Language of the pages (BCP 47)");
  subcommand(*user, context, "list", "List the users", [&context] {
    list_all(context, "/api/v1/users", {"name", "role", "language"});
  });
  auto* remove = subcommand(*user, context, "remove", "Remove a user",
                            [&context, options] { remove_user(context, options->name); });
  remove->add_option("NAME", options->name, "The user")->required();
  auto* password = subcommand(*user, context, "password", "Give a user a new password",
                              [&context, options] { new_password(context, *options); });
  password->add_option("NAME", options->name, "The user")->required();
}

void add_token(CLI::App& program, Context& context) {
  auto* token =
      program.add_subcommand("token", "Tokens by which other programs read or write this node's catalogue");
  token->require_subcommand(1);
  auto options = std::make_shared<Options>();
  options->role = "reader";
  auto* add = subcommand(*token, context, "add", "Make a token",
                         [&context, options] { add_token_now(context, *options); });
  add->add_option("LABEL", options->name, "What it is for")->required();
  add->add_option("--role", options->role,
                  "feed (exports only; may stand in an address), reader, editor, coordinator or admin")
      ->capture_default_str();
  subcommand(*token, context, "list", "List the tokens", [&context] {
    list_all(context, "/api/v1/tokens", {"id", "role", "created", "label"});
  });
  auto* remove = subcommand(*token, context, "remove", "Revoke a token",
                            [&context, options] { remove_token(context, options->name); });
  remove->add_option("ID", options->name, "As `hansa token list` shows it")->required();
}

}  // namespace hansa::commands
