#pragma once
// The condition of a change: If-Match of RFC 9110, section 13.1.1. Pure; any thread.

#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace hansa::http {

struct IfMatch {
  enum class Form { absent, malformed, any, tags };
  Form form = Form::absent;
  std::vector<std::string> tags;  ///< without quotes; weak ones, which match nothing, are left out

  bool names(std::string_view tag) const;
};

/// All lines of the header together.
IfMatch read_if_match(const Headers& headers);

}  // namespace hansa::http
