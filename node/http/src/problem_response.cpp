#include "problem_response.h"

#include <boost/json/serialize.hpp>

namespace hansa::http {

Response problem_response(const json::Problem& problem) {
  return {problem.status,
          {{"Content-Type", "application/problem+json"}},
          boost::json::serialize(json::to_json(problem))};
}

Response problem_response(int status, std::string code, std::string title, std::string detail) {
  return problem_response(json::Problem{std::move(code), status, std::move(title), std::move(detail), {}});
}

}  // namespace hansa::http
