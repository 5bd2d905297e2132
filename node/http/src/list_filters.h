#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "listing.h"
#include "protocol/field_error.h"

namespace hansa::http {

/// Facet → code → count, as ListPage has it.
using Facets = std::map<std::string, std::map<std::string, std::size_t>>;

/// The first filter whose value is none that a record can have, so that a typing error never looks like an
/// empty answer: unknown_code with the codes that are allowed, or what the value should look like. Code lists
/// grow: a code that this version does not know is allowed once a record here bears it, for which `in_use` is
/// asked.
std::optional<protocol::FieldError> bad_filter(const ListQuery& query, const std::function<Facets()>& in_use);

}  // namespace hansa::http
