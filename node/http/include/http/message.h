#pragma once
// An HTTP request and its response as plain values, so that the API can be asked by a socket, by a command
// that opened the directory itself, and by a test, all in the same way.

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hansa::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;  ///< "GET", …
  std::string target;  ///< path and query, as on the request line
  Headers headers;     ///< names in any case; at most 64
  std::string body;    ///< at most api_body_bytes_max
  std::string remote;  ///< address of the client, after trusted proxies
};

struct Response {
  int status = 200;
  Headers headers;  ///< with Content-Type, without Content-Length
  std::string body;
};

using Respond = std::function<void(Response)>;

/// The value of a header, by name in any case; empty if it is not there.
std::string_view header(const Headers& headers, std::string_view name);

}  // namespace hansa::http
