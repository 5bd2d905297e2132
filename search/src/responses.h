#pragma once

#include <string>
#include <utility>
#include <vector>

#include "protocol/ids.h"
#include "store/store.h"

namespace hansa::search {

/// What responses to a record add to its facets: the countries in which it was adopted (tried, adopted or
/// carried further) and the partners that endorse it. Each pair once; what is unchecked does not count yet.
std::vector<std::pair<std::string, std::string>> codes_of_responses(const store::Snapshot& snapshot,
                                                                    const protocol::RecordId& id);

}  // namespace hansa::search
