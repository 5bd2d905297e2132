// The change feed: every checked entry once, in the order in which it arrived.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>

#include "../changes.h"
#include "routes.h"

namespace hansa::http {
namespace {

constexpr std::size_t changes_limit_max = 1000;
constexpr std::size_t changes_limit_default = 100;

template <class Number>
bool read_number(const std::string& text, Number& number) {
  if (text.empty()) return true;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

void changes(const Services& services, Call& call) {
  std::uint64_t since = 0;
  std::size_t limit = changes_limit_default;
  if (!read_number(call.query_value("since"), since) || !read_number(call.query_value("limit"), limit) ||
      limit == 0 || limit > changes_limit_max)
    return call.respond(problem_response(400, "bad_parameter",
                                         "A query parameter has a value that cannot be used.",
                                         "since is an arrival number, limit a number from 1 to 1000"));
  const auto snapshot = services.node.snapshot();
  const auto newest = snapshot->totals().last_arrival;
  if (since > newest)
    return call.respond(problem_response(
        400, "bad_parameter", "A query parameter has a value that cannot be used.",
        "since is " + std::to_string(since) + ", and the last arrival here is " + std::to_string(newest) +
            ": the number is another node's, or of another life of this one"));
  boost::json::array items;
  std::uint64_t last = since;
  for (const auto& arrival : snapshot->arrivals(since, limit)) {
    last = arrival.number;
    if (auto change = change_json(arrival)) items.push_back(std::move(*change));
  }
  boost::json::value next = nullptr;
  if (last < newest) next = std::to_string(last);
  call.respond(json_response(
      200, boost::json::object{{"items", std::move(items)}, {"next", std::move(next)}, {"last", last}}));
}

}  // namespace

void add_change_routes(Router& router, Services& services) {
  router.add({"GET",
              "/api/v1/changes",
              Access::reader,
              {"since", "limit"},
              "Lists changes behind an arrival number, in arrival order.",
              [&services](Call& call) { changes(services, call); }});
}

}  // namespace hansa::http
