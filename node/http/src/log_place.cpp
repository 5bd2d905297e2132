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

/// Which of its fields cannot be read ("log"), and why.
struct PlaceFault {
  std::string field;
  std::string code;
};

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

}  // namespace

std::vector<ListedPlace> read_log_places(RequestBody& body) {
  std::vector<ListedPlace> places;
  const auto* list = body.list_if_there("from");
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    auto path = "from[" + std::to_string(i) + "]";
    auto place = read_log_place((*list)[i]);
    if (place)
      places.push_back({std::move(path), std::move(*place)});
    else
      body.blame(path + "." + place.error().field, place.error().code);
  }
  return places;
}

}  // namespace hansa::http
