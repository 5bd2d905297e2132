#pragma once
// What the routes read of a request's JSON body.

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "call.h"
#include "protocol/outcome.h"

namespace hansa::http {

/// The body of a request as an object; the problem otherwise.
protocol::Outcome<boost::json::object, Response> body_of(const Call& call);

/// None if the field is absent or null; a problem that names it if it is no text.
protocol::Outcome<std::optional<std::string>, Response> text_in(const boost::json::object& body,
                                                                const char* field);

/// A request that cannot be carried out because of one of its fields.
Response field_problem(const char* field, std::string code);

}  // namespace hansa::http
