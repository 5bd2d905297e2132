#include "router.h"

#include "http/percent.h"
#include "protocol/unicode.h"

namespace hansa::http {
namespace {

constexpr std::size_t query_parameters_max = 64;

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto end = path.find('/');
    parts.push_back(path.substr(0, end));
    path = end == std::string_view::npos ? std::string_view() : path.substr(end);
  }
  return parts;
}

/// Whether `given` has the shape of `pattern`; its named segments go into `path`.
bool matches(const std::vector<std::string_view>& pattern, const std::vector<std::string>& given,
             std::map<std::string, std::string>& path) {
  if (pattern.size() != given.size()) return false;
  for (std::size_t index = 0; index < pattern.size(); ++index) {
    const auto part = pattern[index];
    if (part.starts_with('{'))
      path[std::string(part.substr(1, part.size() - 2))] = given[index];
    else if (part != given[index])
      return false;
  }
  return true;
}

}  // namespace

Router::Found Router::find(std::string_view method, std::string_view path) const {
  Found found;
  if (!path.starts_with('/')) {
    found.malformed = true;
    return found;
  }
  std::vector<std::string> given;
  for (const auto segment : segments(path)) {
    auto decoded = percent_decoded(segment, false);
    if (!decoded) {
      found.malformed = true;
      return found;
    }
    given.push_back(std::move(*decoded));
  }
  for (const auto& route : routes_) {
    std::map<std::string, std::string> named;
    if (!matches(segments(route.pattern), given, named)) continue;
    found.methods.push_back(route.method);
    if (route.method != method) continue;
    found.route = &route;
    found.path = std::move(named);
    return found;
  }
  return found;
}

std::optional<std::string> Router::read_query(std::string_view text, const Route& route,
                                              std::multimap<std::string, std::string>& query) {
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto name = percent_decoded(pair.substr(0, equals), true);
    const auto value = percent_decoded(equals == std::string_view::npos ? "" : pair.substr(equals + 1), true);
    // Named in an answer that must be JSON, whatever bytes came.
    if (!name || !value) return protocol::is_utf8(pair) ? std::string(pair) : percent_encoded(pair);
    const bool known = route.judges_query || route.query.contains(*name);
    if (!known || query.size() == query_parameters_max) return *name;
    query.emplace(*name, *value);
  }
  return std::nullopt;
}

}  // namespace hansa::http
