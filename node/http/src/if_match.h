#pragma once
// The condition of a change, If-Match, and of reading again, If-None-Match: RFC 9110, sections 13.1.1 and
// 13.1.2. Pure; any thread.

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

/// Whether the client has this one already: If-None-Match names it, weak or not, or says "*". A header that
/// is no list of tags names nothing.
bool has_already(const Headers& headers, std::string_view tag);

}  // namespace hansa::http
