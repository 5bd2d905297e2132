#include <CLI/CLI.hpp>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <memory>

#include "../directory.h"
#include "bundle_file.h"
#include "bundle_import.h"
#include "commands.h"
#include "importing.h"
#include "progress.h"

namespace hansa::commands {
namespace {

constexpr std::size_t document_bytes_max = 32 * 1024 * 1024;

volatile std::sig_atomic_t interrupted = 0;
void interrupt(int) { interrupted = 1; }

struct Options {
  std::vector<std::string> files;
  std::string format;  ///< empty: by the file's name
  ImportSettings settings;
};

/// What became of it: `left` is what would be published and was not, since the import ended before.
std::string became(const ImportLine& line, bool dry_run) {
  const bool to_publish = line.outcome == "created" || line.outcome == "updated";
  return to_publish && !line.done && !dry_run ? "left" : line.outcome;
}

boost::json::object line_json(const std::string& file, const ImportLine& line) {
  return {
      {"file", file},          {"number", line.number},   {"line", line.line},      {"outcome", line.outcome},
      {"done", line.done},     {"key", line.key},         {"id", line.id},          {"reason", line.reason},
      {"errors", line.errors}, {"changed", line.changed}, {"dropped", line.dropped}};
}

std::string joined(const boost::json::array& names) {
  std::string all;
  for (const auto& name : names)
    if (name.is_string()) all += (all.empty() ? "" : ", ") + std::string(name.get_string());
  return all;
}

void tell(const std::string& file, bool by_line, bool dry_run, const ImportLine& line) {
  std::cerr << file << (by_line ? ": line " : ": record ") << (by_line ? line.line : line.number)
            << (line.key.empty() ? "" : " (" + line.key + ")") << ": " << became(line, dry_run)
            << (line.id.empty() ? "" : " " + line.id);
  if (!line.reason.empty()) std::cerr << ": " << line.reason;
  if (!line.changed.empty()) std::cerr << ": " << joined(line.changed);
  if (!line.dropped.empty()) std::cerr << "; left out: " << joined(line.dropped);
  std::cerr << '\n';
}

/// What the document as a whole is taken for.
void tell_document(const std::string& file, const boost::json::object& summary) {
  const std::string encoding(summary.at("encoding").as_string());
  if (!summary.at("encodingSure").as_bool())
    std::cerr << file << ": it looks like " << encoding << "\n";
  else if (encoding != "utf-8")
    std::cerr << file << ": read as " << encoding << '\n';
  if (const auto unknown = joined(summary.at("unknownColumns").as_array()); !unknown.empty())
    std::cerr << file << ": nothing is read from these columns: " << unknown
              << " (--map \"COLUMN=FIELD\" says what one is)\n";
  for (const auto& [what, count] : summary.at("dropped").as_object())
    std::cerr << file << ": left out: " << std::string_view(what) << " (" << count << " times)\n";
}

std::string format_of(const Options& options, const std::string& file) {
  if (!options.format.empty()) return options.format;
  const auto ending = std::filesystem::path(file).extension().string();
  for (const std::string_view known : {"json", "csv", "ics", "vcf"})
    if (ending == "." + std::string(known)) return std::string(known);
  throw WrongUsage(file + ": say by --format what it is: json, csv, ics or vcf");
}

struct Total {
  boost::json::array files, lines;
  std::map<std::string, int> counts;
  bool complete = true;
};

void report(const Context& context, const Total& total, bool dry_run) {
  if (context.json) {
    boost::json::object totals;
    for (const auto& [outcome, count] : total.counts) totals[outcome] = count;
    std::cout << boost::json::object{{"dryRun", dry_run},
                                     {"totals", totals},
                                     {"files", total.files},
                                     {"records", total.lines}}
              << '\n';
    return;
  }
  std::cout << (dry_run ? "would be:" : "done:");
  if (total.counts.empty()) std::cout << " nothing: no record was given";
  for (const auto& [outcome, count] : total.counts) std::cout << ' ' << count << ' ' << outcome;
  std::cout << '\n';
}

/// What one file came to; throws Failed if it ended early.
void judge(const std::string& file, const ImportSettings& settings, const ImportReport& done) {
  if (done.interrupted)
    throw Failed("stopped: " + std::to_string(done.summary.at("published").to_number<std::size_t>()) +
                 " records were published. The same command goes on with the others");
  if (settings.dry_run) return;
  if (!done.summary.at("encodingSure").as_bool())
    throw Failed(file +
                 ": nothing was published, since its encoding was guessed. Look at the texts with --dry-run "
                 "--json, then say it: --encoding " +
                 std::string(done.summary.at("encoding").as_string()));
  if (done.refused && !settings.skip_refused)
    throw Failed(file +
                 ": nothing was published; the lines above say what is wrong. Mend them, or publish the "
                 "others with --skip-refused");
}

void bring_in_file(ApiClient& api, const Options& options, const std::string& file, Total& total) {
  auto settings = options.settings;
  settings.format = format_of(options, file);
  ImportReport done;
  {
    ProgressLine progress;
    Importing importing(api, settings,
                        {[&](std::size_t published, std::size_t all) {
                           progress.tell_part("publishing " + file, published, all);
                         },
                         [] { return interrupted != 0; }});
    done = importing.run(read_file(file, document_bytes_max), file);
  }
  tell_document(file, done.summary);
  for (const auto& line : done.lines) {
    tell(file, settings.format != "json", settings.dry_run, line);
    ++total.counts[became(line, settings.dry_run)];
    total.lines.push_back(line_json(file, line));
  }
  auto about = done.summary;
  about["file"] = file;
  total.files.push_back(std::move(about));
  total.complete = total.complete && !done.refused;
  judge(file, settings, done);
}

/// `publish` is an import that only makes new records.
void bring_in(const Context& context, const Options& options) {
  const auto api = open_api(context.require_directory());
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
  const bool dry_run = options.settings.dry_run;
  Total total;
  std::size_t bundles = 0;
  try {
    for (const auto& file : options.files) {
      if (options.settings.only_new || !is_bundle(file)) {
        bring_in_file(*api, options, file, total);
      } else {
        import_bundle(context, *api, file, dry_run);
        ++bundles;
      }
    }
  } catch (const Failed&) {
    if (!total.files.empty()) report(context, total, dry_run);
    throw;
  }
  if (bundles < options.files.size()) report(context, total, dry_run);
  if (!total.complete)
    throw Failed(
        dry_run ? "not every record would be taken; the lines above say why"
                : "not every record was taken; the lines above say why. Mend them and run it again: what "
                  "was taken stays");
}

void run_later(CLI::App& command, Context& context, const std::shared_ptr<Options>& options) {
  command.callback(
      [&context, options] { context.chosen = [&context, options] { bring_in(context, *options); }; });
}

void add_reading_options(CLI::App& command, Options& options) {
  auto& settings = options.settings;
  command.add_option("--format", options.format, "json, csv, ics or vcf; if not given, by the file's name")
      ->check(CLI::IsMember({"json", "csv", "ics", "vcf"}));
  command.add_option("--kind", settings.kind, "Kind of records that do not say it");
  command.add_option("--language", settings.language,
                     "Language of texts that do not say it (default: the node's)");
  command.add_option(
      "--system", settings.system,
      "Whose identifiers stand in importedFrom.id, if no column says it; the same at every import");
  command
      .add_option("--map", settings.map,
                  "Which field a column is: \"Their column=our.field\"; \"Column=-\": none")
      ->allow_extra_args(false);
  command
      .add_option("--set", settings.set, "What new records have where they say nothing: \"our.field=value\"")
      ->allow_extra_args(false);
  command.add_option(
      "--encoding", settings.encoding,
      "Of a document: utf-8, utf-16le, utf-16be, windows-1257, windows-1252 or windows-1251 (default: "
      "found out)");
  command.add_option("--timezone", settings.timezone,
                     "Of times in a calendar that name none, as Europe/Riga");
  command.add_option("--separator", settings.separator,
                     "Of a table: comma, semicolon or tab (default: found out)");
}

}  // namespace

void add_publish(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand(
      "publish", "Publish new records from JSON files; import updates those that were published before");
  auto options = std::make_shared<Options>();
  options->format = "json";
  options->settings.only_new = true;
  options->settings.skip_refused = true;
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->add_option("FILE", options->files, "JSON: one record, a list, or {\"records\": […]}")->required();
  run_later(*command, context, options);
}

void add_import(CLI::App& program, Context& context) {
  auto* command =
      program.add_subcommand("import",
                             "Bring records in from JSON, tables, calendars and cards, or take in a "
                             "bundle; what was imported before is updated, never repeated");
  auto options = std::make_shared<Options>();
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command
      ->add_option("FILE", options->files,
                   "JSON (one record, a list, or {\"records\": […]}), CSV, iCalendar, vCard, "
                   "or a bundle of `hansa export`")
      ->required();
  command->add_flag("--dry-run", options->settings.dry_run, "Say what would happen, change nothing");
  command->add_flag("--skip-refused", options->settings.skip_refused,
                    "Publish what can be; without it a document is published whole or not at all");
  add_reading_options(*command, *options);
  run_later(*command, context, options);
}

}  // namespace hansa::commands
