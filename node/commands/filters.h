#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace hansa::commands {

/// Which records a command means: the filters of the API's list.
struct Filters {
  std::vector<std::string> words;
  std::string kind, theme, country, partner, language;
  std::vector<std::string> others;  ///< FACET=CODE
};

/// WORDS and an option for each filter; `filters` outlives the parsing.
void add_filter_options(CLI::App& command, Filters& filters);

/// As the API's parameters: "q=mentor&kind=practice".
std::string query_of(const Filters& filters);
/// Adds "&name=value" to an address that has parameters; nothing of an empty value.
void add_parameter(std::string& address, const std::string& name, const std::string& value);

}  // namespace hansa::commands
