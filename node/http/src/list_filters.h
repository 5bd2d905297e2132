#pragma once

#include <functional>
#include <optional>
#include <string>

#include "listing.h"
#include "protocol/code_lists.h"
#include "protocol/field_error.h"

namespace hansa::http {

/// The first filter whose value is none that a record can have, so that a typing error never looks like an
/// empty answer: unknown_code with the codes that are allowed, or what the value should look like. Code lists
/// grow: a code that this version does not know is allowed once a record here bears it, for which `in_use`
/// (facet, code) is asked.
std::optional<protocol::FieldError> bad_filter(
    const ListQuery& query, const std::function<bool(const std::string&, const std::string&)>& in_use);

/// The codes that a facet may have by this version's lists; none: they are not of a list.
const protocol::CodeList* facet_codes(std::string_view facet);

}  // namespace hansa::http
