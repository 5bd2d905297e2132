#pragma once

#include <string>

#include "http/api.h"
#include "http/message.h"

namespace hansa::http {

/// "https://host", as the client named this node; empty for a command that asks in-process.
inline std::string base_address(const ApiOptions& options, const Request& request) {
  const auto host = header(request.headers, "Host");
  return host.empty() ? std::string() : (options.secure_cookies ? "https://" : "http://") + std::string(host);
}

}  // namespace hansa::http
