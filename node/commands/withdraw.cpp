#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "../api_client.h"
#include "commands.h"
#include "http/percent.h"

namespace hansa::commands {
namespace {

struct Options {
  std::string record;
  std::string reason;
  std::string replaced_by;
};

void withdraw(const Context& context, const Options& options) {
  boost::json::object body{{"reason", options.reason}};
  if (!options.replaced_by.empty()) body["replacedBy"] = options.replaced_by;
  const auto api = open_api(context.require_directory());
  const auto answer = api->require({"POST",
                                    "/api/v1/records/" + http::percent_encoded(options.record) + "/withdraw",
                                    {{"Content-Type", "application/json"}},
                                    boost::json::serialize(body),
                                    ""});
  if (context.json)
    std::cout << answer.body << '\n';
  else
    std::cout << options.record << " is withdrawn\n";
}

}  // namespace

void add_withdraw(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand(
      "withdraw", "Withdraw a record of this partner: it stays withdrawn, and every node shows that it is");
  auto options = std::make_shared<Options>();
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->add_option("ID", options->record, "urn:hansa:…")->required();
  command->add_option("--reason", options->reason, "error, obsolete, merged, licence or other")
      ->required()
      ->check(CLI::IsMember({"error", "obsolete", "merged", "licence", "other"}));
  command
      ->add_option("--replaced-by", options->replaced_by,
                   "The record that takes its place; with merged, required")
      ->type_name("ID");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { withdraw(context, *options); }; });
}

}  // namespace hansa::commands
