#pragma once
// What can be wrong with a request before anybody looks at what it asks, and how the client is told. Includes
// Beast: for connection.cpp alone.

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "problem_response.h"
#include "text.h"

namespace hansa::http {

inline constexpr std::size_t header_fields_max = 64;

/// How reading a request ended: complete, with a fault to tell the client, or the client is gone.
struct Received {
  bool complete = false;
  std::optional<Response> fault;
};

inline Received fault(int status, std::string code, std::string title, std::string detail) {
  return {false, problem_response(status, std::move(code), std::move(title), std::move(detail))};
}

/// After a read that ended with `error`.
inline Received received(const boost::system::error_code& error) {
  namespace failure = boost::beast::http;
  if (!error) return {true, {}};
  if (error == boost::beast::error::timeout)
    return fault(408, "request_timeout", "The request did not arrive in time.",
                 "Send it faster, or in parts.");
  if (error == failure::error::header_limit || error == failure::error::buffer_overflow)
    return fault(431, "header_too_large", "The request's header is too large.", "At most 8 KiB.");
  if (error == failure::error::body_limit)
    return fault(413, "body_too_large", "The request's body is too large.",
                 "At most 1 MiB, 3 MiB for a part of a bundle.");
  if (error == failure::error::end_of_stream || error == failure::error::partial_message) return {};
  if (error.category() == make_error_code(failure::error::bad_method).category())
    return fault(400, "bad_request", "This is no HTTP/1.1 request.", error.message());
  return {};
}

/// What HTTP asks of a request's header, and we besides.
template <class Fields>
Received check_header(const boost::beast::http::header<true, Fields>& message) {
  std::size_t fields = 0;
  std::size_t hosts = 0;
  for (const auto& field : message) {
    ++fields;
    if (field.name() == boost::beast::http::field::host) ++hosts;
  }
  if (fields > header_fields_max)
    return fault(431, "header_too_large", "The request's header is too large.", "At most 64 fields.");
  if (hosts > 1 || (hosts == 0 && message.version() >= 11))
    return fault(400, "bad_request", "This is no HTTP/1.1 request.", "Exactly one Host field is needed.");
  if (message.target().empty() || message.target().front() != '/')
    return fault(400, "bad_request", "This is no HTTP/1.1 request.", "The target is a path, as in /api/v1.");
  const auto expected = message[boost::beast::http::field::expect];
  if (!expected.empty() &&
      !equal_in_any_case(std::string_view(expected.data(), expected.size()), "100-continue"))
    return fault(417, "expectation_failed", "This expectation is not known.", "Only 100-continue is.");
  return {true, {}};
}

}  // namespace hansa::http
