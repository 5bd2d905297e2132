#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "http/guard.h"
#include "http/message.h"
#include "problem_response.h"

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
/// A list that stands on one page.
Response list_response(boost::json::array items);
Response empty_response(int status);

}  // namespace hansa::http
