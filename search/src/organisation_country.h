#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/content.h"
#include "store/store.h"

namespace hansa::search {

/// What a record says now: live, not withdrawn, checked, here and understood. Else none.
std::optional<protocol::ContentReader> content_of(const store::Snapshot& snapshot,
                                                  const store::RecordState& record);

/// The country that an organisation says it is of; empty: it is not known here.
std::string country_of(const store::Snapshot& snapshot, const protocol::RecordId& organisation);

/// The organisations whose countries make facets of this record: of an adoption without a place the one that
/// adopts; of a visit those that go, and its host if no venue is named.
std::vector<protocol::RecordId> country_givers(const protocol::ContentReader& content);

/// Of an event with a host: the country that is visited (`host_country`), and those of its organisers
/// (`sending_country`).
std::vector<std::pair<std::string, std::string>> codes_of_visit(const store::Snapshot& snapshot,
                                                                const protocol::ContentReader& content);

/// Whether the signature of a revision was verified here.
bool is_checked(const store::Snapshot& snapshot, const store::Revision& revision);

}  // namespace hansa::search
