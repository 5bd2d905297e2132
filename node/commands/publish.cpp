#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "../directory.h"
#include "commands.h"
#include "importing.h"

namespace hansa::commands {
namespace {

constexpr std::size_t document_bytes_max = 64 * 1024 * 1024;

struct Options {
  std::vector<std::string> files;
  bool dry_run = false;
  bool only_new = false;
};

boost::json::object line_json(const std::string& file, const ImportLine& line) {
  return {{"file", file},  {"number", line.number}, {"outcome", name(line.outcome)}, {"key", line.key},
          {"id", line.id}, {"reason", line.reason}, {"errors", line.errors}};
}

void tell(const std::string& file, const ImportLine& line) {
  std::cerr << file << ": record " << line.number << (line.key.empty() ? "" : " (" + line.key + ")") << ": "
            << name(line.outcome) << (line.id.empty() ? "" : " " + line.id)
            << (line.reason.empty() ? "" : ": " + line.reason) << '\n';
}

void report(const Context& context, const boost::json::array& lines, const std::map<std::string, int>& counts,
            bool dry_run) {
  if (context.json) {
    boost::json::object totals;
    for (const auto& [outcome, count] : counts) totals[outcome] = count;
    std::cout << boost::json::object{{"dryRun", dry_run}, {"totals", totals}, {"records", lines}} << '\n';
    return;
  }
  std::cout << (dry_run ? "would be:" : "done:");
  if (counts.empty()) std::cout << " nothing: no record was given";
  for (const auto& [outcome, count] : counts) std::cout << ' ' << count << ' ' << outcome;
  std::cout << '\n';
}

/// `publish` is an import that only makes new records.
void bring_in(const Context& context, const Options& options) {
  const auto api = open_api(context.require_directory());
  boost::json::array lines;
  std::map<std::string, int> counts;
  bool complete = true;
  for (const auto& file : options.files) {
    Importing importing(
        *api,
        [&](const ImportLine& line) {
          tell(file, line);
          ++counts[std::string(name(line.outcome))];
          complete = complete && line.outcome != ImportLine::Outcome::refused &&
                     line.outcome != ImportLine::Outcome::waiting;
          lines.push_back(line_json(file, line));
        },
        options.only_new);
    (void)importing.run(parse_document(read_file(file, document_bytes_max), file), options.dry_run);
  }
  report(context, lines, counts, options.dry_run);
  if (!complete)
    throw Failed(
        options.dry_run
            ? "not every record would be taken; the lines above say why"
            : "not every record was taken; the lines above say why. Mend them and run it again: what "
              "was taken stays");
}

void add(CLI::App& program, Context& context, const std::string& command_name, const std::string& about,
         bool only_new) {
  auto* command = program.add_subcommand(command_name, about);
  auto options = std::make_shared<Options>();
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->add_option("FILE", options->files, "JSON: one record, a list, or {\"records\": […]}")->required();
  options->only_new = only_new;
  if (!only_new) command->add_flag("--dry-run", options->dry_run, "Say what would happen, change nothing");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { bring_in(context, *options); }; });
}

}  // namespace

void add_publish(CLI::App& program, Context& context) {
  add(program, context, "publish",
      "Publish new records from JSON files; import updates those that were published before", true);
}

void add_import(CLI::App& program, Context& context) {
  add(program, context, "import",
      "Bring records in from JSON files; what was imported before is updated, never repeated", false);
}

}  // namespace hansa::commands
