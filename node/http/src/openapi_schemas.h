#pragma once

#include <string>
#include <string_view>

namespace hansa::http {

/// The bodies of one route, by the names of their schemas; empty: none.
struct RouteBody {
  std::string request;
  std::string response;
  std::string media_type = "application/json";
  int status = 200;
};
/// Every route has a line: an unknown one is asserted.
RouteBody body_of_route(std::string_view method, std::string_view pattern);

/// The `components` of the OpenAPI document, JSON.
extern const std::string_view openapi_components;

}  // namespace hansa::http
