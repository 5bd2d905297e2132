#include "call.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace hansa::http {
std::string Call::query_value(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string() : found->second;
}

std::vector<std::string> Call::query_values(const std::string& name) const {
  std::vector<std::string> values;
  const auto [begin, end] = query.equal_range(name);
  for (auto item = begin; item != end; ++item)
    if (!item->second.empty()) values.push_back(item->second);
  return values;
}

Response json_response(int status, const boost::json::value& body) {
  return {status, {{"Content-Type", "application/json"}}, boost::json::serialize(body)};
}

Response list_response(boost::json::array items) {
  return json_response(200, boost::json::object{{"items", std::move(items)}, {"next", nullptr}});
}

Response empty_response(int status) { return {status, {}, ""}; }

}  // namespace hansa::http
