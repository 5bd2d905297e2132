#pragma once

#include <ostream>
#include <string>

#include "../api_client.h"

namespace hansa::commands {

/// Fetches a bundle from the node, piece by piece, and writes it to `out`. `query`: as the API's lists take
/// it; empty: everything. Throws Failed.
void write_bundle(ApiClient& api, const std::string& query, std::ostream& out);

}  // namespace hansa::commands
