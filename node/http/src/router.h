#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "call.h"
#include "http/accounts.h"

namespace hansa::http {

/// Who may take a route.
enum class Access { anyone, feed, reader, editor, coordinator, admin };

struct Route {
  std::string method;
  std::string pattern;  ///< "/api/v1/records/{id}"
  Access access = Access::reader;
  std::set<std::string> query;     ///< parameters it knows; any other is an error that names it
  std::string summary;             ///< one English sentence, for the OpenAPI document
  std::function<void(Call&)> run;  ///< responds exactly once
  bool judges_query = false;       ///< says itself, in its own protocol, which parameters are unknown
  std::size_t limit_max = 0;       ///< of its parameter `limit`, if it has one
  bool takes_files = false;        ///< its body is a document of any format, not only JSON
  bool takes_form = false;  ///< its body is a form that says what a query may say; for what changes nothing
};

/// Finds the route of a request. Immutable once filled.
class Router {
 public:
  void add(Route route) { routes_.push_back(std::move(route)); }
  const std::vector<Route>& routes() const { return routes_; }

  struct Found {
    const Route* route = nullptr;  ///< null: nothing here
    std::map<std::string, std::string> path;
    std::vector<std::string> methods;  ///< of this path, when the method is another
    bool malformed = false;            ///< the target is not a path with percent-encoded UTF-8
  };
  Found find(std::string_view method, std::string_view path) const;

  /// Fills `query`; the name of the first parameter that is malformed or unknown to the route.
  static std::optional<std::string> read_query(std::string_view text, const Route& route,
                                               std::multimap<std::string, std::string>& query);

 private:
  std::vector<Route> routes_;
};

}  // namespace hansa::http
