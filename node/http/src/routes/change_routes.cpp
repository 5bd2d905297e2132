// The change feed: every checked entry once, in the order in which it arrived.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>

#include "../changes.h"
#include "protocol/ids.h"
#include "routes.h"

namespace hansa::http {
namespace {

constexpr std::size_t changes_limit_max = 1000;
constexpr std::size_t changes_limit_default = 100;

/// What a parameter says, or none if that is no number up to `most`.
std::optional<std::uint64_t> number_in(const std::string& text, std::uint64_t most) {
  const auto number = protocol::parse_number(text);
  return number && *number <= most ? number : std::nullopt;
}

Response bad(const Call& call, const char* parameter, const std::string& detail) {
  return bad_parameter({parameter, "bad_parameter", {}, call.query_value(parameter)}, detail);
}

/// Names the numbers: a store that was put back to an earlier day gives some of them anew, and its node
/// writes another log from then on. Null: the node writes none.
boost::json::value feed_name(const core::NodeStatus& status) {
  if (!status.own_log) return nullptr;
  return boost::json::value(protocol::to_hex(status.own_log->id));
}

void changes(const Services& services, Call& call) {
  std::uint64_t since = 0;
  std::size_t limit = changes_limit_default;
  if (const auto text = call.query_value("since"); !text.empty()) {
    const auto number = number_in(text, UINT64_MAX);
    if (!number) return call.respond(bad(call, "since", "since is an arrival number"));
    since = *number;
  }
  if (const auto text = call.query_value("limit"); !text.empty()) {
    const auto number = number_in(text, changes_limit_max);
    if (!number || *number == 0)
      return call.respond(
          bad(call, "limit", "limit is a number from 1 to " + std::to_string(changes_limit_max)));
    limit = *number;
  }
  const auto snapshot = services.node.snapshot();
  const auto newest = snapshot->totals().last_arrival;
  if (since > newest)
    return call.respond(bad(call, "since",
                            "since is " + std::to_string(since) + ", and the last arrival here is " +
                                std::to_string(newest) +
                                ": the number is another node's, or of another life of this one"));
  boost::json::array items;
  std::uint64_t last = since;
  for (const auto& arrival : snapshot->arrivals(since, limit)) {
    last = arrival.number;
    if (auto change = change_json(arrival)) items.push_back(std::move(*change));
  }
  boost::json::value next = nullptr;
  if (last < newest) next = std::to_string(last);
  call.respond(json_response(200, boost::json::object{{"items", std::move(items)},
                                                      {"next", std::move(next)},
                                                      {"last", last},
                                                      {"feed", feed_name(*services.node.status())}}));
}

}  // namespace

void add_change_routes(Router& router, Services& services) {
  Route route{"GET",
              "/api/v1/changes",
              Access::reader,
              {"since", "limit"},
              "Lists changes behind an arrival number, in arrival order.",
              [&services](Call& call) { changes(services, call); }};
  route.limit_max = changes_limit_max;
  router.add(std::move(route));
}

}  // namespace hansa::http
