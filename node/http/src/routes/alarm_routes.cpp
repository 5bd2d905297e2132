// What an operator should know of: stable codes with parameters.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

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
}

}  // namespace hansa::http
