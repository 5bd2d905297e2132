#pragma once

#include <string>
#include <utility>
#include <vector>

#include "store/store.h"

namespace hansa::search {

/// What responses to a record add to its facets: the countries in which it was adopted (tried, adopted or
/// carried further) and the partners that endorse it. Each pair once.
std::vector<std::pair<std::string, std::string>> codes_of_responses(const store::Snapshot& snapshot,
                                                                    const protocol::RecordId& id);

/// The records that a response is or was about: their documents change with it.
std::vector<protocol::RecordId> subjects_of(const store::RecordState& response);

}  // namespace hansa::search
