#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/guard.h"
#include "http/message.h"
#include "json/problem.h"

namespace hansa::http {

/// One request on its way through a route: decoded parameters in, one response out.
struct Call {
  Request request;
  Principal principal;                      ///< reader by default; only routes that need nobody run without
  std::map<std::string, std::string> path;  ///< "{id}" → "id", percent-decoded
  std::multimap<std::string, std::string> query;  ///< percent-decoded
  Respond respond;

  /// The first value, or empty.
  std::string query_value(const std::string& name) const;
  std::vector<std::string> query_values(const std::string& name) const;
};

Response json_response(int status, const boost::json::value& body);
Response problem_response(const json::Problem& problem);
/// A problem from its parts; `title` is one English sentence for people who read logs.
Response problem_response(int status, std::string code, std::string title, std::string detail = {});
Response empty_response(int status);

/// Percent-decoding of a path segment or (with `plus_is_space`) of a query value; none if malformed, or not
/// UTF-8.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space);
std::string percent_encoded(std::string_view text);

}  // namespace hansa::http
