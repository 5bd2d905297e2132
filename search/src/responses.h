#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/content.h"
#include "store/store.h"

namespace hansa::search {

/// What responses to a record add to its facets: the countries in which it was adopted (tried, adopted or
/// carried further) and the partners that endorse it. Each pair once; what is unchecked does not count yet.
std::vector<std::pair<std::string, std::string>> codes_of_responses(const store::Snapshot& snapshot,
                                                                    const protocol::RecordId& id);

/// The organisation in whose country an adoption without a place was made; none for other contents.
std::optional<protocol::RecordId> country_giver(const protocol::ContentReader& content);

/// Whether the signature of a revision was verified here.
bool is_checked(const store::Snapshot& snapshot, const store::Revision& revision);

}  // namespace hansa::search
