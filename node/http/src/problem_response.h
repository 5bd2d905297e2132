#pragma once

#include <string>
#include <string_view>

#include "http/message.h"
#include "json/problem.h"

namespace hansa::http {

/// An error as application/problem+json.
Response problem_response(const json::Problem& problem);
/// A problem from its parts; `title` is one English sentence, `detail` says what to do instead or what is
/// particular to this time.
Response problem_response(int status, std::string code, std::string title, std::string detail = {});
/// The same about one field, or one header, of the request.
Response problem_response(int status, std::string code, std::string title, std::string detail,
                          protocol::FieldError error);
/// bad_parameter (400): a query parameter has a value that cannot be used. `error.value` may be any bytes.
Response bad_parameter(protocol::FieldError error, std::string detail = {});

/// As much of what a client sent as an answer repeats: at most field_error_value_code_points_max code points;
/// nothing of what is no UTF-8.
std::string shown_value(std::string_view given);

}  // namespace hansa::http
