#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

/// One file per command. Each adds its options to the program and names what to run.
namespace hansa::commands {

/// The command cannot be carried out; `what()` is the reason in one line with what to do next. Exit status 1.
class Failed : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// An option is missing or has a value that cannot be used. Exit status 2.
class WrongUsage : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What every command has: the node directory, and whether to report in JSON.
struct Context {
  std::string directory;  ///< --dir or HANSA_DIR; empty if neither was given
  bool json = false;
  std::string program;           ///< how this program was called, for starting itself again
  std::function<void()> chosen;  ///< set by the command that the user named

  /// Throws WrongUsage when no directory was given.
  std::filesystem::path require_directory() const;
};

/// Adds --dir to `command`.
void add_directory_option(CLI::App& command, Context& context);
/// Adds --json to `command`.
void add_json_option(CLI::App& command, Context& context);

void add_init(CLI::App& program, Context& context);
void add_serve(CLI::App& program, Context& context);
void add_demo(CLI::App& program, Context& context);
void add_federation(CLI::App& program, Context& context);
void add_charter(CLI::App& program, Context& context);
void add_publish(CLI::App& program, Context& context);
void add_import(CLI::App& program, Context& context);
void add_withdraw(CLI::App& program, Context& context);
void add_search(CLI::App& program, Context& context);
void add_export(CLI::App& program, Context& context);
void add_show(CLI::App& program, Context& context);
void add_peers(CLI::App& program, Context& context);
void add_reissue(CLI::App& program, Context& context);
void add_status(CLI::App& program, Context& context);
void add_explain(CLI::App& program, Context& context);
void add_doctor(CLI::App& program, Context& context);
void add_verify(CLI::App& program, Context& context);
void add_backup(CLI::App& program, Context& context);
void add_restore(CLI::App& program, Context& context);
void add_key(CLI::App& program, Context& context);
void add_user(CLI::App& program, Context& context);
void add_invite(CLI::App& program, Context& context);
void add_requests(CLI::App& program, Context& context);
void add_join(CLI::App& program, Context& context);
void add_token(CLI::App& program, Context& context);

}  // namespace hansa::commands
