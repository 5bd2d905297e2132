#pragma once
// What is wrong with one field of an author's input. Stable codes with parameters; prose is made at the edge.

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace hansa::protocol {

/// Codes are listed in docs/content.md, "Errors".
struct FieldError {
  using Param = std::variant<std::int64_t, std::string>;

  std::string
      field;         ///< Path in the record's JSON: "content.title.lv", "content.results[2].unit", "licence".
  std::string code;  ///< "too_long"
  std::vector<std::pair<std::string, Param>> params;  ///< {"max", 160}, {"actual", 171}
  std::string
      value;  ///< What was given, at most field_error_value_code_points_max code points; may be empty.

  friend bool operator==(const FieldError&, const FieldError&) = default;
};

inline constexpr std::size_t field_error_value_code_points_max = 120;

}  // namespace hansa::protocol
