#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "protocol/bytes.h"
#include "protocol/outcome.h"

namespace hansa::http {

/// `{"log","sequence","hash"?}`: an entry of a log as requests name it.
struct LogPlace {
  protocol::Hash log{};
  std::uint64_t sequence = 0;          ///< not 0
  std::optional<protocol::Hash> hash;  ///< of the entry before it
};

/// Which of its fields cannot be read ("log"), and why.
struct PlaceFault {
  std::string field;
  std::string code;
};

/// Faults: not_a_log, not_a_number, not_a_hash.
protocol::Outcome<LogPlace, PlaceFault> read_log_place(const boost::json::value& from);

}  // namespace hansa::http
