#pragma once

#include <ctime>
#include <string>

#include "http/message.h"

namespace hansa::http {

/// How a response goes onto the wire.
struct Framing {
  bool keep_alive = false;
  bool without_body = false;  ///< HEAD: Content-Length as of the body, and no body
  bool endless = false;       ///< what follows the head lasts until the connection closes
};

/// An instant as HTTP writes it (RFC 9110, 5.6.7). By hand: strftime follows the locale.
std::string date_text(std::time_t now);

/// The bytes of an HTTP/1.1 response: with Date, Content-Length, and the security headers of every response
/// that it does not set itself. Header values hold no line ends (asserted).
std::string response_text(const Response& response, Framing framing, std::time_t now);

}  // namespace hansa::http
