#pragma once
// Errors as the HTTP API and the command line show them: RFC 9457 problem details with a stable code and the
// fields at fault. Values; any thread.

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "protocol/field_error.h"

namespace hansa::json {

struct Problem {
  std::string code;    ///< Stable, snake_case: "invalid_record"
  int status = 400;    ///< HTTP status
  std::string title;   ///< One English sentence
  std::string detail;  ///< What is particular to this time; may be empty
  std::vector<protocol::FieldError> errors;
};

/// {"field","code","params","value"}
boost::json::object to_json(const protocol::FieldError& error);
/// {"type","title","status","code","detail","errors"}; serve it as application/problem+json.
boost::json::object to_json(const Problem& problem);

}  // namespace hansa::json
