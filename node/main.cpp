#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>

#include "commands/commands.h"
#include "config.h"
#include "directory.h"
#include "http/server.h"
#include "links/links.h"
#include "store/rocks_store.h"

namespace hansa::commands {

std::filesystem::path Context::require_directory() const {
  if (directory.empty()) throw WrongUsage("no node directory: give --dir D, or set HANSA_DIR");
  return directory;
}

void add_directory_option(CLI::App& command, Context& context) {
  command.add_option("--dir", context.directory, "The node directory")->envname("HANSA_DIR")->type_name("D");
}

void add_json_option(CLI::App& command, Context& context) {
  command.add_flag("--json", context.json, "Report as one JSON document on standard output");
}

}  // namespace hansa::commands

namespace {

constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

int fail(const char* reason) {
  std::cerr << "hansa: " << reason << '\n';
  return exit_failed;
}

/// The one place where a broken environment and refusals become an exit status.
int run(const std::function<void()>& command) {
  try {
    command();
    return EXIT_SUCCESS;
  } catch (const hansa::commands::Failed& failed) {
    return fail(failed.what());
  } catch (const hansa::commands::WrongUsage& wrong) {
    (void)fail(wrong.what());
    return exit_usage;
  } catch (const hansa::ConfigRefused& refused) {
    return fail(refused.what());
  } catch (const hansa::DirectoryRefused& refused) {
    return fail(refused.what());
  } catch (const hansa::store::StoreInUse& in_use) {
    return fail(in_use.what());
  } catch (const hansa::store::StoreBroken& broken) {
    return fail(broken.what());
  } catch (const hansa::links::LinksBroken& broken) {
    return fail(broken.what());
  } catch (const hansa::http::ServerBroken& broken) {
    return fail(broken.what());
  } catch (const std::bad_alloc&) {
    return fail("out of memory: free some, or run it on a larger machine");
  } catch (const std::exception& unexpected) {
    std::cerr << "hansa: unexpected: " << unexpected.what() << ". Please report this.\n";
    return exit_failed;
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program{
      "Hansa: a node of a federation that shares what works in the local integration of newcomers.", "hansa"};
  program.set_version_flag(
      "--version",
      "hansa " HANSA_VERSION
      "\nSources: EUPL-1.2. This program is linked with Xapian and is passed on under the GNU General "
      "Public License, version 3.");
  program.require_subcommand(1);
  program.footer(
      "`hansa COMMAND --help` explains one command. docs/operating.md is the manual for operators.");

  hansa::commands::Context context;
  context.program = argv[0];
  using namespace hansa::commands;
  for (const auto add :
       {add_init,    add_serve,   add_demo,   add_federation, add_charter, add_invite, add_requests,
        add_join,    add_publish, add_import, add_withdraw,   add_search,  add_export, add_show,
        add_peers,   add_reissue, add_status, add_explain,    add_doctor,  add_verify, add_backup,
        add_restore, add_key,     add_user,   add_token})
    add(program, context);

  // CLI11 would only say that a command is missing.
  const auto known = program.get_subcommands(
      [&](const CLI::App* command) { return argc > 1 && command->check_name(argv[1]); });
  if (argc > 1 && argv[1][0] != '-' && known.empty()) {
    (void)fail(("\"" + std::string(argv[1]) + "\" is not a command; `hansa --help` lists them").c_str());
    return exit_usage;
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = program.exit(error);
    return status == 0 ? EXIT_SUCCESS : exit_usage;
  }
  return run(context.chosen);
}
