#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "../api_client.h"
#include "commands.h"
#include "filters.h"
#include "http/percent.h"
#include "importing.h"
#include "report.h"

namespace hansa::commands {
namespace {

struct Options {
  Filters filters;
  std::string sort;
  int limit = 25;
};

/// On a line of its own; nothing if the words stand in no text of the record.
void print_snippet(const boost::json::object& record) {
  const auto* snippet = record.if_contains("snippet");
  if (snippet == nullptr || !snippet->is_object()) return;
  std::cout << "    ";
  for (const auto& part : snippet->as_object().at("parts").as_array())
    std::cout << std::string_view(part.as_object().at("text").as_string());
  std::cout << '\n';
}

std::string title_of(const boost::json::object& record) {
  const auto& content = record.at("content").as_object();
  for (const auto* field : {"title", "name", "displayName", "type"})
    if (const auto* value = content.if_contains(field)) {
      if (value->is_string()) return std::string(value->get_string());
      if (value->is_object() && !value->get_object().empty())
        return std::string(value->get_object().begin()->value().as_string());
    }
  return "(no title)";
}

void search(const Context& context, const Options& options) {
  const auto api = open_api(context.require_directory());
  auto target = "/api/v1/records?limit=" + std::to_string(options.limit) + "&" + query_of(options.filters);
  add_parameter(target, "sort", options.sort);
  const auto answer = api->require({"GET", target, {}, "", ""});
  if (context.json) {
    std::cout << answer.body << '\n';
    return;
  }
  const auto page = parse_document(answer.body, "the node's answer");
  const auto& items = page.as_object().at("items").as_array();
  for (const auto& item : items) {
    const auto& record = item.as_object();
    std::cout << std::string_view(record.at("id").as_string()) << "  "
              << std::string_view(record.at("kind").as_string()) << "  " << title_of(record) << "  ("
              << std::string_view(record.at("partner").at("name").as_string()) << ")\n";
    print_snippet(record);
  }
  if (const auto* suggestion = page.as_object().if_contains("suggestion"); suggestion->is_string())
    std::cerr << "did you mean: " << std::string_view(suggestion->as_string()) << '\n';
  std::cerr << items.size() << " of " << page.as_object().at("total") << " records\n";
  const auto behind = page.as_object().at("index").as_object().at("behind").to_number<std::uint64_t>();
  if (behind != 0) std::cerr << "the search index is " << behind << " changes behind: there may be more\n";
}

void show(const Context& context, const std::string& id) {
  const auto api = open_api(context.require_directory());
  const auto answer = api->require({"GET", "/api/v1/records/" + http::percent_encoded(id), {}, "", ""});
  if (context.json)
    std::cout << answer.body << '\n';
  else
    print_indented(std::cout, parse_document(answer.body, "the node's answer"));
}

}  // namespace

void add_search(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand("search", "List records of the catalogue");
  auto options = std::make_shared<Options>();
  add_directory_option(*command, context);
  add_json_option(*command, context);
  add_filter_options(*command, options->filters);
  command
      ->add_option("--sort", options->sort,
                   "relevance (if not given and there are WORDS), updated (newest first) or title")
      ->check(CLI::IsMember({"relevance", "updated", "title"}));
  command->add_option("--limit", options->limit, "How many at most")
      ->check(CLI::Range(1, 200))
      ->capture_default_str();
  command->callback(
      [&context, options] { context.chosen = [&context, options] { search(context, *options); }; });
}

void add_show(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand("show", "Print one record with its provenance");
  auto id = std::make_shared<std::string>();
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->add_option("ID", *id, "urn:hansa:…")->required();
  command->callback([&context, id] { context.chosen = [&context, id] { show(context, *id); }; });
}

}  // namespace hansa::commands
