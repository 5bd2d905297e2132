#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "router.h"

namespace hansa::http {

/// Of a bundle, and of any messages of one.
inline constexpr const char* bundle_media_type = "application/x-hansa-bundle";

/// The bodies of one route, by the names of their schemas; empty: none.
struct RouteBody {
  std::string request;
  std::string response;
  std::string media_type = "application/json";
  int status = 200;
};
/// Every route has a line: an unknown one is asserted.
RouteBody body_of_route(std::string_view method, std::string_view pattern);

/// What a query parameter may hold, by its name, which means the same on every path.
boost::json::object query_parameter_schema(const Route& route, std::string_view name);

/// The `components` of the OpenAPI document, JSON.
extern const std::string_view openapi_components;

}  // namespace hansa::http
