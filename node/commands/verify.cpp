#include "store/verify.h"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <csignal>
#include <iostream>
#include <optional>

#include "../opened_node.h"
#include "commands.h"
#include "progress.h"

namespace hansa::commands {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void interrupt(int) { interrupted = 1; }

boost::json::object report_json(const store::Verification& verification) {
  boost::json::array found;
  for (const auto& one : verification.found)
    found.push_back(boost::json::object{{"difference", store::name(one.difference)},
                                        {"log", protocol::to_hex(one.log)},
                                        {"sequence", one.sequence},
                                        {"record", protocol::to_text(one.record)}});
  return {{"clean", verification.differences == 0},
          {"differences", verification.differences},
          {"found", std::move(found)},
          {"logs", verification.logs},
          {"entries", verification.entries},
          {"signatures", verification.signatures},
          {"payloads", verification.payloads},
          {"records", verification.records},
          {"aside", verification.aside}};
}

void verify(const Context& context) {
  OpenedNode node(context.require_directory());
  const auto charter = node.charter();
  if (!charter) throw Failed("this node has no charter yet: there is nothing to verify against");
  std::signal(SIGINT, interrupt);
  const auto snapshot = node.store().snapshot();
  std::optional<ProgressLine> progress(std::in_place);
  const auto verification = store::verify_store(
      *snapshot, charter->federation(),
      [&node](const protocol::PublicKey& key) { return node.charters().partners_of(key); },
      [&progress](std::uint64_t done, std::uint64_t total) {
        progress->tell("checking " + std::to_string(done) + " of " + std::to_string(total) + " entries");
        return interrupted == 0;
      });
  progress.reset();
  if (!verification.complete)
    throw Failed("stopped before the end; nothing was changed. Run it again to check everything");
  if (context.json)
    std::cout << report_json(verification) << '\n';
  else
    std::cout << verification.entries << " entries in " << verification.logs << " logs, "
              << verification.signatures << " signatures good, " << verification.payloads
              << " payloads match, " << verification.records << " records, " << verification.aside
              << " entries set aside\n";
  for (const auto& one : verification.found)
    std::cerr << store::name(one.difference) << " log " << protocol::to_hex(one.log) << " sequence "
              << one.sequence << '\n';
  if (verification.differences != 0)
    throw Failed(std::to_string(verification.differences) +
                 " differences. The disk or the memory of this machine is not to be trusted: copy the "
                 "directory away, and "
                 "set up the node anew from its peers");
}

}  // namespace

void add_verify(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand(
      "verify", "Check every signature, payload and view in the directory again; the node must be stopped");
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->callback([&context] { context.chosen = [&context] { verify(context); }; });
}

}  // namespace hansa::commands
