#include "changes.h"

#include "http/event_source.h"
#include "protocol/ids.h"
#include "protocol/kinds.h"

namespace hansa::http {

std::optional<boost::json::object> change_json(const store::Arrival& arrival) {
  const auto change = EventSource::change_of(arrival);
  if (change.empty()) return std::nullopt;
  boost::json::value revision = nullptr;
  if (!arrival.ceased) revision = protocol::to_hex(arrival.hash);
  return boost::json::object{{"arrival", arrival.number},
                             {"record", protocol::to_text(arrival.record)},
                             {"kind", protocol::name(arrival.record_kind)},
                             {"revision", std::move(revision)},
                             {"change", change},
                             {"log", protocol::to_hex(arrival.log)},
                             {"sequence", arrival.sequence}};
}

}  // namespace hansa::http
