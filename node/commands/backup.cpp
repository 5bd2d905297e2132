#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <iostream>
#include <memory>
#include <thread>

#include "../api_client.h"
#include "../backup_place.h"
#include "commands.h"
#include "http/backups.h"
#include "importing.h"
#include "progress.h"

namespace hansa::commands {
namespace {

constexpr std::string_view path = "/api/v1/backups";
constexpr auto look_every = std::chrono::milliseconds(100);

struct Options {
  std::string destination;
  http::BackupOrder order;
  bool list = false;
};

volatile std::sig_atomic_t interrupted = 0;

void interrupt(int) { interrupted = 1; }

/// The node's answer once the backup has ended; an interruption stops it.
boost::json::object watch(ApiClient& api) {
  ProgressLine line;
  for (bool told = false;;) {
    const auto answer = api.require({"GET", std::string(path), {}, "", ""});
    auto status = parse_document(answer.body, "the node's answer").as_object();
    if (status.at("state").as_string() != "running") return status;
    if (const auto* step = status.at("step").if_string())
      line.tell(std::string(*step) + " " + mebibytes(status.at("bytes").to_number<std::uint64_t>()));
    if (interrupted != 0 && !std::exchange(told, true))
      (void)api.require({"DELETE", std::string(path), {}, "", ""});
    std::this_thread::sleep_for(look_every);
  }
}

void print_notes(const Context& context, const Options& options) {
  const BackupPlace place(std::filesystem::absolute(options.destination));
  place.require();
  boost::json::array list;
  const auto held = place.held();
  for (const auto& note : held.notes) {
    list.push_back(note.facts);
    if (context.json) continue;
    std::cout << note.number << "  made " << std::string_view(note.facts.at("made").as_string())
              << "  expires " << std::string_view(note.facts.at("expires").as_string()) << "  "
              << note.facts.at("entries") << " entries\n";
  }
  if (context.json) std::cout << boost::json::object{{"items", list}, {"next", nullptr}} << '\n';
  for (const auto& what : held.damaged) std::cerr << "hansa: warning: " << what << '\n';
}

void back_up(const Context& context, const Options& options) {
  if (options.list) return print_notes(context, options);
  const auto api = open_api(context.require_directory());
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
  const boost::json::object order{
      {"destination", std::filesystem::absolute(options.destination).lexically_normal().string()},
      {"keep", options.order.keep},
      {"expireDays", options.order.expire_days}};
  (void)api->require(
      {"POST", std::string(path), {{"Content-Type", "application/json"}}, boost::json::serialize(order), ""});
  const auto status = watch(*api);
  const auto state = status.at("state").as_string();
  if (state == "stopped") throw Failed("stopped; the older backups are as they were");
  if (state != "done")
    throw Failed("no backup was made: " + std::string(status.at("reason").if_string() != nullptr
                                                          ? status.at("reason").as_string().c_str()
                                                          : "unknown"));
  for (const auto& what : status.at("damaged").as_array())
    std::cerr << "hansa: warning: " << std::string_view(what.as_string()) << '\n';
  if (context.json) {
    std::cout << status << '\n';
    return;
  }
  const auto& made = status.at("backup").as_object();
  std::cout << "backup " << made.at("number") << ", "
            << mebibytes(made.at("bytes").to_number<std::uint64_t>()) << ", verified, expires "
            << std::string_view(made.at("expires").as_string()) << '\n';
}

}  // namespace

void add_backup(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand(
      "backup",
      "Copy what the node holds into a folder of backups, while it serves or is stopped, and verify it");
  auto options = std::make_shared<Options>();
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->add_option("DEST", options->destination, "A folder of its own, best on another disk")->required();
  command->add_option("--keep", options->order.keep, "How many backups stay there, the newest")
      ->capture_default_str()
      ->check(CLI::Range(1U, http::backups_kept_max));
  command->add_option("--expire-days", options->order.expire_days, "After how many days a backup is removed")
      ->capture_default_str()
      ->check(CLI::Range(1U, http::backup_days_max));
  command->add_flag("--list", options->list, "Make none; show those that DEST holds");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { back_up(context, *options); }; });
}

}  // namespace hansa::commands
