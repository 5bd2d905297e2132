#include "log_place.h"

#include <boost/json/object.hpp>

#include "protocol/ids.h"

namespace hansa::http {
namespace {

std::optional<protocol::Hash> hash_in(const boost::json::value* found) {
  if (found == nullptr || !found->is_string()) return std::nullopt;
  const auto hash = protocol::hash_from_hex(found->get_string());
  return hash ? std::optional(*hash) : std::nullopt;
}

}  // namespace

protocol::Outcome<LogPlace, PlaceFault> read_log_place(const boost::json::value& from) {
  const auto* place = from.if_object();
  const auto field = [place](const char* name) {
    return place == nullptr ? nullptr : place->if_contains(name);
  };
  const auto log = hash_in(field("log"));
  if (!log) return PlaceFault{"log", "not_a_log"};
  const auto* sequence = field("sequence");
  if (sequence == nullptr || !sequence->is_int64() || sequence->get_int64() < 1)
    return PlaceFault{"sequence", "not_a_number"};
  LogPlace read{*log, static_cast<std::uint64_t>(sequence->get_int64()), std::nullopt};
  if (field("hash") == nullptr) return read;
  read.hash = hash_in(field("hash"));
  if (!read.hash) return PlaceFault{"hash", "not_a_hash"};
  return read;
}

}  // namespace hansa::http
