#pragma once

#include <string>

#include "http/message.h"
#include "json/problem.h"

namespace hansa::http {

/// An error as application/problem+json.
Response problem_response(const json::Problem& problem);
/// A problem from its parts; `title` is one English sentence, `detail` says what to do instead or what is
/// particular to this time.
Response problem_response(int status, std::string code, std::string title, std::string detail = {});

}  // namespace hansa::http
