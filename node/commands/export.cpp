#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "../api_client.h"
#include "../directory.h"
#include "bundle_export.h"
#include "commands.h"
#include "filters.h"

namespace hansa::commands {
namespace {

struct Options {
  Filters filters;
  std::string format, status, updated_since, separator, version, output;
};

std::string target_of(const Options& options) {
  auto target = "/api/v1/records." + options.format + "?" + query_of(options.filters);
  add_parameter(target, "status", options.status);
  add_parameter(target, "updated_since", options.updated_since);
  add_parameter(target, "separator", options.separator);
  add_parameter(target, "version", options.version);
  // A feed comes in pages; here one of its largest is the document.
  if (options.format == "atom") add_parameter(target, "limit", "1000");
  return target;
}

/// Without any filter the node gives everything.
std::string selection_of(const Options& options) {
  auto query = query_of(options.filters);
  add_parameter(query, "status", options.status);
  add_parameter(query, "updated_since", options.updated_since);
  return query;
}

void export_bundle(const Context& context, const Options& options) {
  const auto api = open_api(context.require_directory());
  if (options.output.empty()) return write_bundle(*api, selection_of(options), std::cout);
  const std::filesystem::path unfinished = options.output + ".part";
  std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
  if (!out) throw Failed(unfinished.string() + " cannot be written");
  write_bundle(*api, selection_of(options), out);
  out.close();
  std::error_code failed;
  std::filesystem::rename(unfinished, options.output, failed);
  if (failed) throw Failed(options.output + " cannot be written: " + failed.message());
  std::cerr << "written to " << options.output << "; `hansa verify " << options.output
            << "` checks it anywhere, `hansa import` takes it in\n";
}

void export_records(const Context& context, const Options& options) {
  if (options.format == "bundle") return export_bundle(context, options);
  if (!options.separator.empty() && options.format != "csv") throw WrongUsage("--separator is for csv");
  if (!options.version.empty() && options.format != "vcf") throw WrongUsage("--vcard-version is for vcf");
  const auto api = open_api(context.require_directory());
  const auto answer = api->require({"GET", target_of(options), {}, "", ""});
  if (!options.output.empty()) {
    write_file(options.output, answer.body, false);
    std::cerr << answer.body.size() << " bytes written to " << options.output << '\n';
  } else {
    std::cout << answer.body << std::flush;
    if (!std::cout) throw Failed("the document could not be written");
  }
  if (!http::header(answer.headers, "Link").empty())
    std::cerr << "There are more records than one document may hold: narrow the search, or follow the API's "
                 "pages.\n";
}

}  // namespace

void add_export(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand("export", "Write records of the catalogue in another format");
  auto options = std::make_shared<Options>();
  add_directory_option(*command, context);
  command
      ->add_option("--format", options->format,
                   "csv (table), json (with what was signed), jsonld (schema.org), atom (feed), ics "
                   "(events), vcf (contacts, "
                   "organisations), or bundle "
                   "(as it was signed, for `hansa verify` and `hansa import`; without any filter everything)")
      ->check(CLI::IsMember({"csv", "json", "jsonld", "atom", "ics", "vcf", "bundle"}))
      ->required();
  add_filter_options(*command, options->filters);
  command
      ->add_option(
          "--status", options->status,
          "published, withdrawn or any; if not given, withdrawn ones are told of in atom and ics only")
      ->check(CLI::IsMember({"published", "withdrawn", "any"}));
  command->add_option("--updated-since", options->updated_since,
                      "A date, or an instant such as 2026-11-21T10:00:00Z");
  command->add_option("--separator", options->separator, "Of a csv: comma (if not given) or semicolon")
      ->check(CLI::IsMember({"comma", "semicolon"}));
  command->add_option("--vcard-version", options->version, "4.0 (if not given) or 3.0")
      ->check(CLI::IsMember({"4.0", "3.0"}));
  command->add_option("--output", options->output, "File to write instead of standard output");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { export_records(context, *options); }; });
}

}  // namespace hansa::commands
