#pragma once
// What a list, or an export of it, is asked for, from the parameters of its address.

#include <set>
#include <string>

#include "call.h"
#include "listing.h"
#include "protocol/outcome.h"

namespace hansa::http {

/// Those that say which records, in which order and how many.
const std::set<std::string>& list_parameters();

/// Problems: bad_parameter, of a value that cannot be one, or that no record can have. `reading` is asked for
/// codes that only records here know.
protocol::Outcome<ListQuery, Response> list_query(const Call& call, const RecordReading& reading,
                                                  search::Follower& search,
                                                  std::size_t limit_max = list_limit_max);

/// bad_parameter about a parameter of the request, with its value.
Response bad_parameter(const Call& call, const std::string& name, const std::string& detail);
/// list_records() did not know the cursor.
Response bad_cursor(const Call& call);

}  // namespace hansa::http
