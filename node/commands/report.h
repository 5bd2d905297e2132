#pragma once

#include <boost/json/value.hpp>
#include <ostream>

namespace hansa::commands {

/// JSON for people: a member a line, nested ones indented, texts without quotes, nothing for empty values.
void print_indented(std::ostream& out, const boost::json::value& value, int depth = 0);

}  // namespace hansa::commands
