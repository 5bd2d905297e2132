#pragma once

#include <xapian.h>

#include <string>
#include <vector>

#include "search/query.h"

namespace hansa::search {

/// As Index::suggest(), from one state of the database.
std::vector<Suggestion> suggest(const Xapian::Database& database, const std::string& words);

}  // namespace hansa::search
