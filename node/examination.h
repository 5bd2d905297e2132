#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace hansa {

/// One thing that a node depends on, looked at just now.
struct Check {
  enum class State : std::uint8_t { good, warning, bad, unknown };
  std::string name;  ///< stable: permissions, settings, disk, clock, admin_listener, link_listener, address,
                     ///< charter, peers, alarms
  State state = State::unknown;
  std::string code;   ///< stable: what was found
  std::string words;  ///< the same in one English sentence, with what to do about it
};
std::string_view name(Check::State state);

/// Looks at the directory, the machine and, if the node serves, the node. Changes nothing but for a probe
/// connection to the node's own link address. Never throws for what is wrong with the node: that is a check's
/// result.
std::vector<Check> examine(const std::filesystem::path& directory);

}  // namespace hansa
