#pragma once

#include <string>
#include <utility>
#include <vector>

#include "protocol/content.h"

namespace hansa::search {

/// Facet and code, each pair once, of a content that is understood.
std::vector<std::pair<std::string, std::string>> codes_of(const protocol::ContentReader& content);

}  // namespace hansa::search
