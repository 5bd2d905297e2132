#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/bytes.h"
#include "request_body.h"

namespace hansa::http {

/// `{"log","sequence","hash"?}`: an entry of a log as requests name it.
struct LogPlace {
  protocol::Hash log{};
  std::uint64_t sequence = 0;          ///< not 0
  std::optional<protocol::Hash> hash;  ///< of the entry before it
};

/// One of a list, and where it stands: "from[1]".
struct ListedPlace {
  std::string path;
  LogPlace place;
};

/// The places in the field `from` of a body, if it is there; those that cannot be read are faults of the body
/// instead: not_a_log, not_a_number, not_a_hash.
std::vector<ListedPlace> read_log_places(RequestBody& body);

}  // namespace hansa::http
