#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "protocol/ids.h"
#include "store/store.h"

namespace hansa::search {

struct Responses {
  /// The countries in which it was adopted (tried, adopted or carried further) and the partners that endorse
  /// it, as facets: each pair once.
  std::vector<std::pair<std::string, std::string>> codes;
  std::map<std::string, std::size_t> by_type;  ///< of the types that this version knows
};
/// What responses say of a record; what is unchecked does not count yet.
Responses responses_to(const store::Snapshot& snapshot, const protocol::RecordId& id);

/// As a value of a document, and back.
std::string counts_text(const std::map<std::string, std::size_t>& by_type);
std::map<std::string, std::size_t> counts_in(const std::string& text);

}  // namespace hansa::search
