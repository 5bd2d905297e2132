// What the node says of itself, its partners and its peers.

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "core/address_book.h"
#include "core/charter_holder.h"
#include "json/record_json.h"
#include "routes.h"
#include "search/follower.h"

namespace hansa::http {
namespace {

boost::json::value instant_or_null(const std::optional<std::uint64_t>& ms) {
  if (!ms) return nullptr;
  return boost::json::value(json::instant_text(*ms));
}

template <class Number>
boost::json::value number_or_null(const std::optional<Number>& number) {
  if (!number) return nullptr;
  return boost::json::value(*number);
}

/// How far the search index is behind what arrived.
boost::json::object index_json(const search::Progress& index, const store::Totals& totals) {
  return {{"through", index.through},
          {"behind", index.behind(totals.last_arrival)},
          {"records", index.records},
          {"waiting", index.waiting}};
}

boost::json::value federation_json(const core::NodeStatus& status) {
  if (!status.charter) return nullptr;
  const auto& charter = *status.charter;
  return boost::json::object{{"id", protocol::to_hex(charter.federation())},
                             {"name", protocol::Charter::name_in(charter.body().names, "en")},
                             {"charterVersion", charter.version()},
                             {"charterHash", protocol::to_hex(charter.hash())}};
}

void show_node(const Services& services, Call& call) {
  const RecordReading reading(services.node);
  const auto& status = reading.status();
  const auto partner = reading.own_partner();
  const auto organisation = services.own_organisation.find(reading, services.node.now_ms());
  const auto totals = reading.snapshot().totals();
  boost::json::object body{
      {"name", services.options.node_name},
      {"country", services.options.country},
      {"language", services.options.language},
      {"partner", partner ? boost::json::value(protocol::to_text(*partner)) : nullptr},
      {"organisation", organisation ? boost::json::value(protocol::to_text(*organisation)) : nullptr},
      {"nodeKey", protocol::to_text(status.key)},
      {"card", services.options.card},
      {"version", services.options.version},
      {"federation", federation_json(status)},
      {"digest", protocol::to_hex(status.digest)},
      {"records", totals.records},
      {"entries", totals.entries},
      {"uncheckedEntries", totals.unchecked_entries},
      {"missingPayloads", totals.missing_payloads},
      {"index", index_json(services.search.index().progress(), totals)},
      {"log", nullptr},
      {"diskLow", status.disk_low},
      {"ownLogState", protocol::name(status.own_log_state)},
      {"alarms", alarms_json(status)},
      {"startedAt", nullptr}};
  // A command that opened the directory itself has not started the node.
  if (!services.options.local_only) body["startedAt"] = json::instant_text(status.started_ms);
  if (status.own_log)
    body["log"] = boost::json::object{{"id", protocol::to_hex(status.own_log->id)},
                                      {"epoch", status.own_log->epoch},
                                      {"sequence", status.own_log->sequence}};
  call.respond(json_response(200, body));
}

boost::json::value error_json(const std::string& code, const boost::json::object& params,
                              std::uint64_t at_ms) {
  return boost::json::object{{"code", code}, {"params", params}, {"at", json::instant_text(at_ms)}};
}

const core::LinkedPeer* link_of(const core::NodeStatus& status, const protocol::PublicKey& node) {
  for (const auto& link : status.links)
    if (link.node == node) return &link;
  return nullptr;
}

/// Sync knows the peers that are linked; the links know why others are not.
boost::json::object peer_json(const core::NodeStatus& status, const protocol::PeerView& view,
                              const core::DialStatus* dial, const std::string& known_address) {
  boost::json::object peer{
      {"node", protocol::to_text(view.node)}, {"partner", nullptr}, {"name", ""}, {"country", ""}};
  if (const auto* node = status.charter->node(view.node)) {
    peer["partner"] = protocol::to_text(node->partner);
    if (const auto* partner = status.charter->partner(node->partner)) {
      peer["name"] = core::name_of(*partner);
      peer["country"] = partner->country;
    }
  }
  const bool linked = view.state != protocol::PeerState::unlinked;
  const bool dialling = !linked && dial != nullptr && dial->state != "up";
  peer["state"] = dialling ? dial->state : std::string(protocol::name(view.state));
  peer["stateSince"] = json::instant_text(dialling ? dial->since_ms : view.state_since_ms);
  const auto* link = linked ? link_of(status, view.node) : nullptr;
  const auto& address = link != nullptr ? link->address : known_address;
  peer["address"] = address.empty() ? boost::json::value(nullptr) : boost::json::value(address);
  peer["direction"] = link != nullptr
                          ? boost::json::value(link->role == core::LinkRole::dialled ? "dialled" : "accepted")
                          : nullptr;
  peer["lastContact"] = instant_or_null(view.last_contact_ms);
  peer["retryAt"] = dialling ? instant_or_null(dial->retry_at_ms) : nullptr;
  peer["outstanding"] = boost::json::object{{"entries", view.outstanding_entries},
                                            {"payloads", view.outstanding_payloads},
                                            {"done", view.done},
                                            {"total", view.total}};
  peer["agrees"] = view.agrees ? boost::json::value(*view.agrees) : nullptr;
  peer["lastError"] = nullptr;
  if (dialling && core::dial_says_more(*dial, view)) {
    peer["lastError"] = error_json(dial->error, {{"address", dial->address}}, dial->error_at_ms);
  } else if (view.last_error) {
    boost::json::object params;
    for (const auto& [name, value] : view.last_error->params) params[name] = value;
    peer["lastError"] =
        error_json(std::string(protocol::name(view.last_error->code)), params, view.last_error->at_ms);
  }
  peer["roundTripMs"] = number_or_null(view.round_trip_ms);
  peer["clockOffsetMs"] = number_or_null(view.clock_offset_ms);
  peer["software"] = view.software;
  return peer;
}

void show_peers(const Services& services, Call& call) {
  const auto status = services.node.status();
  const auto snapshot = services.node.snapshot();
  const auto dials = services.options.dials ? services.options.dials() : std::vector<core::DialStatus>();
  const auto known = core::known_addresses(*snapshot);
  boost::json::array items;
  for (const auto& view : status->peers) {
    const auto found = known.find(view.node);
    const bool has_one = found != known.end() && !found->second.addresses.empty();
    const std::string address = has_one ? found->second.addresses.front() : std::string();
    const auto* dial = core::dial_of(dials, view.node, address);
    items.push_back(peer_json(*status, view, dial, dial != nullptr ? dial->address : address));
  }
  call.respond(list_response(std::move(items)));
}

}  // namespace

void add_node_routes(Router& router, Services& services) {
  router.add({"GET",
              "/api/v1/node",
              Access::reader,
              {},
              "Says which node this is and what it holds.",
              [&services](Call& call) { show_node(services, call); }});
  router.add({"GET",
              "/api/v1/peers",
              Access::reader,
              {},
              "Says how it stands with each other node of the charter.",
              [&services](Call& call) { show_peers(services, call); }});
}

}  // namespace hansa::http
