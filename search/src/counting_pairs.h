#pragma once

#include <xapian.h>

#include <string>

#include "search/query.h"

namespace hansa::search {

/// Every match of the question is looked at, whichever limit it has.
Coverage count_pairs(const Xapian::Database& database, const Query& query, const std::string& rows,
                     const std::string& columns);

}  // namespace hansa::search
