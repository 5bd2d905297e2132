#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>

#include "../directory.h"
#include "../examination.h"
#include "commands.h"

namespace hansa::commands {
namespace {

void print(const Check& check) {
  std::cout << name(check.state) << std::string(9 - name(check.state).size(), ' ') << check.name << ": "
            << check.words << '\n';
}

boost::json::object to_json(const std::vector<Check>& checks, bool healthy) {
  boost::json::array items;
  for (const auto& check : checks)
    items.push_back(boost::json::object{
        {"name", check.name}, {"state", name(check.state)}, {"code", check.code}, {"words", check.words}});
  return {{"healthy", healthy}, {"checks", std::move(items)}};
}

void doctor(const Context& context) {
  const auto directory = context.require_directory();
  NodeDirectory(directory).require();
  const auto checks = examine(directory);
  std::size_t bad = 0;
  for (const auto& check : checks) bad += check.state == Check::State::bad ? 1 : 0;
  if (context.json)
    std::cout << boost::json::serialize(to_json(checks, bad == 0)) << '\n';
  else
    for (const auto& check : checks) print(check);
  if (bad > 0)
    throw Failed(std::to_string(bad) + " of " + std::to_string(checks.size()) +
                 " checks are bad; each says what to do");
}

}  // namespace

void add_doctor(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand(
      "doctor", "Looks at clock, disk, ports, own address, permissions, charter and peers");
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->callback([&context] { context.chosen = [&context] { doctor(context); }; });
}

}  // namespace hansa::commands
