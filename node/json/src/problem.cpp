#include "json/problem.h"

namespace hansa::json {

boost::json::object to_json(const protocol::FieldError& error) {
  boost::json::object params;
  for (const auto& [name, value] : error.params) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      params[name] = *number;
    } else {
      params[name] = std::get<std::string>(value);
    }
  }
  return {
      {"field", error.field}, {"code", error.code}, {"params", std::move(params)}, {"value", error.value}};
}

boost::json::object to_json(const Problem& problem) {
  boost::json::object json{{"type", "/problems/" + problem.code},
                           {"title", problem.title},
                           {"status", problem.status},
                           {"code", problem.code},
                           {"detail", problem.detail}};
  boost::json::array errors;
  for (const auto& error : problem.errors) errors.push_back(to_json(error));
  json["errors"] = std::move(errors);
  return json;
}

}  // namespace hansa::json
