#pragma once
// JSON numbers and the decimal text that content holds.

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace hansa::json {

/// Decimal text of a JSON number (shortest that reads back) or string (as it is); nothing for other types.
std::optional<std::string> decimal_text(const boost::json::value& value);
/// A JSON number if the text is one that a double holds exactly enough (15 digits), else the text.
boost::json::value decimal_json(std::string_view text);

}  // namespace hansa::json
