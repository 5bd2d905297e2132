#pragma once
// Collecting findings under a field's path. One check run owns it; not shared.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/content_check.h"
#include "protocol/unicode.h"

namespace hansa::protocol {

using Params = std::vector<std::pair<std::string, FieldError::Param>>;

class FindingsLog {
 public:
  explicit FindingsLog(Findings& findings) : findings_(findings) {}

  void error(std::string field, std::string_view code, std::string_view value = {}, Params params = {}) {
    findings_.errors.push_back(entry(std::move(field), code, value, std::move(params)));
  }
  void warn(std::string field, std::string_view code, std::string_view value = {}) {
    findings_.warnings.push_back(entry(std::move(field), code, value, {}));
  }

 private:
  static FieldError entry(std::string field, std::string_view code, std::string_view value, Params params) {
    const auto shown = first_code_points(value, field_error_value_code_points_max);
    return {std::move(field), std::string(code), std::move(params), std::string(shown)};
  }

  Findings& findings_;
};

/// Rules across fields of one kind; the fields themselves were checked by the table.
void cross_check(schema::Content::Reader content, const AuthorContext& context, FindingsLog& log);

}  // namespace hansa::protocol
