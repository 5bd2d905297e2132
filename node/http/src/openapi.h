#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "router.h"

namespace hansa::http {

/// OpenAPI 3.1 of all routes: paths, parameters and who may from the table itself, so that it cannot lag
/// behind; the shapes of bodies from openapi_schemas.json.
boost::json::object openapi_document(const Router& router, const std::string& version);

}  // namespace hansa::http
