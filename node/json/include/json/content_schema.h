#pragma once
// JSON Schema (2020-12, as OpenAPI 3.1 has it) of the content of every kind, from the Cap'n Proto schema and
// the table of rules: what an author may send. Pure; any thread.

#include <boost/json/object.hpp>

namespace hansa::json {

/// By name: "practice", "event", … one for each kind, and the parts that they have in common ("Place", …).
/// References go to "#/components/schemas/", where there must also be RecordId, Hash and Text.
boost::json::object content_schemas();

}  // namespace hansa::json
