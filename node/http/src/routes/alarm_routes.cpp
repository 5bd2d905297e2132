// What an operator should know of: stable codes with parameters.

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <future>
#include <memory>

#include "json/record_json.h"
#include "routes.h"

namespace hansa::http {

boost::json::array alarms_json(const core::NodeStatus& status) {
  boost::json::array items;
  for (const auto& alarm : status.alarms) {
    boost::json::object params;
    for (const auto& [name, value] : alarm.params) params[name] = value;
    items.push_back(boost::json::object{
        {"code", alarm.code}, {"params", std::move(params)}, {"since", json::instant_text(alarm.since_ms)}});
  }
  return items;
}

namespace {

/// The operator wants everything written again that lies behind the fork of one of this node's logs.
void reissue(const Services& services, Call& call) {
  const auto& log = call.path["log"];
  const auto alarms = services.node.status()->alarms;
  const bool waits = std::any_of(alarms.begin(), alarms.end(), [&](const core::Alarm& alarm) {
    return alarm.code == "reissue_waiting" && alarm.params.at("log") == log;
  });
  if (!waits)
    return call.respond(
        problem_response(409, "nothing_waits", "Nothing of this log waits to be written again."));
  // The callback owns the promise: when the core stops without calling it, the wait ends with an exception.
  auto synced = std::make_shared<std::promise<void>>();
  auto done = synced->get_future();
  services.node.put_setting("reissue/" + log, protocol::Bytes{1},
                            [synced = std::move(synced)] { synced->set_value(); });
  done.get();
  call.respond(empty_response(204));
}

}  // namespace

void add_alarm_routes(Router& router, Services& services) {
  router.add(
      {"GET",
       "/api/v1/alarms",
       Access::reader,
       {},
       "Lists what an operator should know of.",
       [&services](Call& call) {
         call.respond(json_response(
             200, boost::json::object{{"items", alarms_json(*services.node.status())}, {"next", nullptr}}));
       }});
  router.add({"POST",
              "/api/v1/logs/{log}/reissue",
              Access::admin,
              {},
              "Writes again what this node holds of one of its logs behind a fork or a cut.",
              [&services](Call& call) { reissue(services, call); }});
}

}  // namespace hansa::http
