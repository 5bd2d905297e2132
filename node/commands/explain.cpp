#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "../api_client.h"
#include "../english.h"
#include "../json_fields.h"
#include "commands.h"
#include "http/percent.h"
#include "importing.h"

namespace hansa::commands {
namespace {

void print(const boost::json::object& explanation) {
  const auto kind = text_at(explanation, "kind");
  const auto name = text_at(explanation, "name");
  std::cout << (kind == "this" ? "this node" : kind + " " + text_at(explanation, "id"))
            << (name.empty() ? "" : " (" + name + ")") << '\n';
  const auto& findings = explanation.at("findings").as_array();
  if (findings.empty()) std::cout << "  in step\n";
  for (const auto& item : findings) {
    const auto& finding = item.as_object();
    std::cout << "  " << coded_in_words(finding, "finding", "alarm");
    if (const auto since = text_at(finding, "since"); !since.empty()) std::cout << " Since " << since << '.';
    std::cout << '\n';
    if (const auto* next = finding.at("next").if_object()) {
      std::cout << "    Next: " << coded_in_words(*next, "findingNext", "findingNext");
      if (const auto* at = next->at("params").as_object().if_contains("at"))
        std::cout << " At " << std::string_view(at->as_string()) << '.';
      std::cout << '\n';
    }
  }
}

void explain(const Context& context, const std::string& id) {
  const auto api = open_api(context.require_directory());
  const auto target = "/api/v1/explain" + (id.empty() ? "" : "/" + http::percent_encoded(id));
  const auto answer = api->require({"GET", target, {}, "", ""});
  if (context.json) {
    std::cout << answer.body << '\n';
    return;
  }
  const auto document = parse_document(answer.body, "the node's answer");
  const auto* items = document.as_object().if_contains("items");
  if (items == nullptr) return print(document.as_object());
  for (const auto& item : items->as_array()) print(item.as_object());
  if (items->as_array().empty()) std::cout << "Everything is in step.\n";
}

}  // namespace

void add_explain(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand("explain", "Why something is out of step, and what happens next");
  auto id = std::make_shared<std::string>();
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->add_option(
      "ID", *id,
      "A record (urn:hansa:…), a partner id, a node key, a log id, or this; without, everything "
      "that is out of step");
  command->callback([&context, id] { context.chosen = [&context, id] { explain(context, *id); }; });
}

}  // namespace hansa::commands
