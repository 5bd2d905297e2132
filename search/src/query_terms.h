#pragma once

#include <xapian.h>

#include "search/query.h"

namespace hansa::search {

/// The question as Xapian takes it: words that score, filters that do not.
Xapian::Query xapian_query(const Query& query);

/// Its words alone.
Xapian::Query words_query(const std::string& words);

/// Whether matches have a score at all.
bool has_words(const Query& query);

}  // namespace hansa::search
