#include "store/verify.h"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <csignal>
#include <iostream>
#include <memory>
#include <optional>

#include "../opened_node.h"
#include "bundle_file.h"
#include "commands.h"
#include "progress.h"

namespace hansa::commands {
namespace {

struct Options {
  std::string bundle, charter;
};

volatile std::sig_atomic_t interrupted = 0;

void interrupt(int) { interrupted = 1; }

boost::json::object verification_json(const store::Verification& verification) {
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
    std::cout << verification_json(verification) << '\n';
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

/// Whether one of the bundle's charters is the one that is trusted.
bool leads_through(const protocol::BundleCheck& check, const std::string& trusted) {
  const auto hash = protocol::hash_from_hex(trusted);
  if (!hash) throw WrongUsage("--charter is the hash of a charter version or the id of a federation");
  const auto* chain = check.charters();
  for (std::uint32_t version = 1; chain != nullptr && version <= chain->newest().version(); ++version)
    if (chain->at(version)->hash() == *hash) return true;
  return false;
}

void verify_bundle(const Context& context, const Options& options) {
  const auto check = check_bundle(options.bundle);
  const bool is_trusted = !options.charter.empty() && leads_through(check, options.charter);
  if (context.json)
    std::cout << report_json(check, is_trusted) << '\n';
  else
    print_report(check);
  if (!check.is_valid())
    throw Failed(
        "not valid: the faults are above. Ask for the bundle again; if it stays so, somebody alters it");
  if (!options.charter.empty() && !is_trusted)
    throw Failed(
        "valid in itself, but of another federation or another line of charters than the one you trust");
  if (options.charter.empty())
    std::cerr << "Whether it is your federation only you can say: compare its id above with what "
                 "`hansa charter show` says on a node that you trust, or give it by --charter.\n";
}

}  // namespace

void add_verify(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand(
      "verify",
      "Check a bundle, which needs no node; or, without FILE, every signature, payload and view in the "
      "directory again, for which the node must be stopped");
  auto options = std::make_shared<Options>();
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->add_option("FILE", options->bundle, "A bundle that `hansa export --format bundle` made");
  command
      ->add_option(
          "--charter", options->charter,
          "Federation id or hash of a charter version that you trust: the bundle must lead through it")
      ->needs("FILE");
  command->callback([&context, options] {
    context.chosen = [&context, options] {
      if (options->bundle.empty()) return verify(context);
      verify_bundle(context, *options);
    };
  });
}

}  // namespace hansa::commands
