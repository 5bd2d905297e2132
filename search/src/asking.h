#pragma once

#include <xapian.h>

#include <optional>

#include "search/query.h"

namespace hansa::search {

/// Answers from one state of the database. None: the cursor is not one that this question gave.
std::optional<Page> ask(const Xapian::Database& database, const Query& query);

}  // namespace hansa::search
