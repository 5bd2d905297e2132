#include "examination.h"

#include <sys/stat.h>
#include <sys/timex.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json.hpp>
#include <cassert>
#include <optional>

#include "address_probe.h"
#include "api_client.h"
#include "config.h"
#include "directory.h"
#include "english.h"

namespace hansa {
namespace {

using State = Check::State;
namespace json = boost::json;

constexpr std::uintmax_t disk_floor_bytes = 256ULL * 1024 * 1024;
constexpr std::uintmax_t disk_warning_bytes = 2048ULL * 1024 * 1024;
constexpr std::int64_t clock_tolerance_ms = 5000;

using Checks = std::vector<Check>;

std::string mebibytes(std::uintmax_t bytes) { return std::to_string(bytes / (1024 * 1024)) + " MiB"; }

/// The files whose contents nobody else may read; those that a node need not have are skipped.
void check_permissions(const NodeDirectory& directory, Checks& checks) {
  std::string open;
  const auto look = [&](const std::filesystem::path& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) return;
    if ((found.st_mode & 077) != 0) open += (open.empty() ? "" : ", ") + path.string();
  };
  look(directory.path());
  for (const auto* file : {"node.key", "operator.token", "signer.key", "host"}) look(directory.path() / file);
  if (open.empty())
    checks.push_back({"permissions", State::good, "private", "Only this user can read the node's secrets."});
  else
    checks.push_back(
        {"permissions", State::bad, "readable_by_others",
         "Other users of this machine can read " + open + ": chmod 700 the directory, 600 the files."});
}

std::optional<Config> check_settings(const NodeDirectory& directory, Checks& checks) {
  try {
    auto config = load_config(directory.path());
    checks.push_back({"settings", State::good, "readable", "The settings are in order."});
    return config;
  } catch (const ConfigRefused& refused) {
    checks.push_back({"settings", State::bad, "refused", refused.what()});
    return std::nullopt;
  }
}

void check_disk(const NodeDirectory& directory, Checks& checks) {
  std::error_code failed;
  const auto space = std::filesystem::space(directory.path(), failed);
  if (failed) {
    checks.push_back(
        {"disk", State::unknown, "unknown", "The disk does not say how full it is: " + failed.message()});
  } else if (space.available < disk_floor_bytes) {
    checks.push_back({"disk", State::bad, "low",
                      "Only " + mebibytes(space.available) + " are left on the disk. Below " +
                          mebibytes(disk_floor_bytes) +
                          " the node takes no contents and publishes nothing: free some."});
  } else if (space.available < disk_warning_bytes) {
    checks.push_back({"disk", State::warning, "getting_full",
                      "Only " + mebibytes(space.available) + " are left on the disk."});
  } else {
    checks.push_back({"disk", State::good, "enough", mebibytes(space.available) + " are free on the disk."});
  }
}

/// Whether the address could be listened on now: nobody else has it.
bool is_free(const Endpoint& endpoint) {
  namespace asio = boost::asio;
  asio::io_context io;
  boost::system::error_code error;
  const auto host = asio::ip::make_address(endpoint.host, error);
  if (error) return false;
  asio::ip::tcp::acceptor acceptor(io);
  acceptor.open(asio::ip::tcp::endpoint(host, endpoint.port).protocol(), error);
  if (!error) acceptor.set_option(asio::ip::tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind({host, endpoint.port}, error);
  return !error;
}

/// While the node is stopped its ports must be free, or it will not start.
void check_ports_of_stopped(const Config& config, Checks& checks) {
  for (const auto& [what, endpoint] :
       {std::pair("admin_listener", config.admin_listen), std::pair("link_listener", config.link_listen)}) {
    const auto text = to_text(endpoint);
    if (is_free(endpoint))
      checks.push_back({what, State::warning, "not_serving",
                        "The node does not serve; " + text + " is free for it. hansa serve starts it."});
    else
      checks.push_back({what, State::bad, "port_taken",
                        "The node does not serve, and it could not: " + text +
                            " is taken by another program, or not an address of this machine."});
  }
}

void check_own_address(const Config& config, Checks& checks) {
  if (config.link_address.empty()) {
    checks.push_back({"address", State::good, "only_dials",
                      "No address of its own is set (link.address): this node dials the others."});
    return;
  }
  const auto address = links::parse_peer_address(config.link_address);
  if (!address) {
    checks.push_back(
        {"address", State::bad, "malformed", "link.address is not ws://host:port/path or wss://host/path."});
    return;
  }
  const auto probed = probe_link_address(*address, config.ca_file);
  if (probed.code == "reached") {
    checks.push_back({"address", State::good, "reached",
                      config.link_address + " leads to a link listener" +
                          (address->tls ? ", with a good certificate." : ".")});
    return;
  }
  const std::string hint =
      probed.code == "upgrade_refused"
          ? " The proxy or link.path leads elsewhere, or the proxy does not pass on Upgrade."
      : probed.code == "tls_failed" ? " Renew the certificate, or set link.ca_file."
                                    : "";
  checks.push_back({"address", State::bad, probed.code,
                    config.link_address + " cannot be used by the partners: " + probed.code +
                        (probed.detail.empty() ? "" : " (" + probed.detail + ")") + "." + hint});
}

std::optional<json::value> ask(ApiClient& api, const std::string& target) {
  const auto answer = api.try_ask({"GET", target, {}, "", ""});
  if (!answer || answer->status != 200) return std::nullopt;
  boost::system::error_code failed;
  auto document = json::parse(answer->body, failed);
  return failed ? std::nullopt : std::optional(std::move(document));
}

/// The offset that half of the linked peers exceed and half do not.
std::optional<std::int64_t> median_offset(const json::value& peers) {
  std::vector<std::int64_t> offsets;
  for (const auto& peer : peers.at("items").as_array())
    if (const auto* offset = peer.at("clockOffsetMs").if_int64()) offsets.push_back(*offset);
  if (offsets.empty()) return std::nullopt;
  std::sort(offsets.begin(), offsets.end());
  return offsets[offsets.size() / 2];
}

void check_clock(const std::optional<json::value>& peers, Checks& checks) {
  timex clock{};
  const bool synchronised = ::adjtimex(&clock) >= 0 && (clock.status & STA_UNSYNC) == 0;
  const auto offset = peers ? median_offset(*peers) : std::nullopt;
  if (offset && std::abs(*offset) > clock_tolerance_ms)
    checks.push_back({"clock", State::bad, "differs",
                      "The peers' clocks differ from this machine's by " + std::to_string(*offset / 1000) +
                          " s: set it by NTP."});
  else if (offset)
    checks.push_back({"clock", State::good, "agrees",
                      "The clock agrees with the peers' to " + std::to_string(std::abs(*offset)) + " ms."});
  else if (synchronised)
    checks.push_back({"clock", State::good, "synchronised",
                      "The system keeps the clock by NTP; no peer is linked to compare it with."});
  else
    checks.push_back(
        {"clock", State::warning, "unsynchronised",
         "The system does not keep the clock by NTP, and no peer is linked to compare it with."});
}

void check_charter(const std::optional<json::value>& node, Checks& checks) {
  const auto* federation = node ? node->at("federation").if_object() : nullptr;
  if (federation == nullptr) {
    checks.push_back({"charter", State::warning, "no_federation",
                      "The node belongs to no federation yet: hansa join LINE, or hansa federation found."});
    return;
  }
  checks.push_back({"charter", State::good, "in_force",
                    "It belongs to \"" + std::string(federation->at("name").as_string()) +
                        "\", charter version " + json::serialize(federation->at("charterVersion")) + "."});
}

void check_peers(ApiClient& api, const std::optional<json::value>& peers, Checks& checks) {
  if (!peers) return;
  const auto& items = peers->at("items").as_array();
  std::size_t live = 0;
  for (const auto& peer : items)
    live += peer.at("state") == "live" || peer.at("state") == "catching_up" ? 1 : 0;
  const auto count =
      std::to_string(live) + " of " + std::to_string(items.size()) + " other nodes are linked.";
  if (items.empty())
    checks.push_back({"peers", State::good, "none", "The charter lists no other node."});
  else if (live == items.size())
    checks.push_back({"peers", State::good, "all_linked", count});
  else
    checks.push_back({"peers", live == 0 ? State::bad : State::warning,
                      live == 0 ? "none_linked" : "some_linked", count + " hansa explain says why."});
  if (const auto explained = ask(api, "/api/v1/explain");
      explained && !explained->at("items").as_array().empty())
    checks.push_back(
        {"explain", State::warning, "out_of_step",
         std::to_string(explained->at("items").as_array().size()) +
             " nodes, partners or logs are out of step: hansa explain says why, and what happens next."});
}

/// What does not make this node ill: its operator has nothing to do about it.
bool is_only_told(std::string_view alarm) { return alarm == "new_epoch" || alarm == "node_held"; }

void check_alarms(ApiClient& api, Checks& checks) {
  const auto alarms = ask(api, "/api/v1/alarms");
  if (!alarms) return;
  for (const auto& item : alarms->at("items").as_array()) {
    const auto& alarm = item.as_object();
    auto params = alarm.at("params").as_object();
    const std::string code(alarm.at("code").as_string());
    if (const auto* reason = params.if_contains("reason"); reason != nullptr && reason->is_string())
      params["reason"] = in_english("epochReason", std::string(reason->get_string()), {});
    const bool has_next = knows_english("alarmNext", code);
    checks.push_back(
        {"alarms", is_only_told(code) ? State::warning : State::bad, code,
         in_english("alarm", code, params) + (has_next ? " " + in_english("alarmNext", code, params) : "")});
  }
}

void check_serving(const NodeDirectory& directory, const Config& config, const std::string& endpoint,
                   Checks& checks) {
  const auto api = connect_api(endpoint, directory.operator_token());
  const auto node = ask(*api, "/api/v1/node");
  if (!node) {
    checks.push_back({"admin_listener", State::bad, "no_answer",
                      "The node is said to serve at " + endpoint +
                          ", and does not answer there. Was it killed? hansa serve starts it."});
    return;
  }
  checks.push_back(
      {"admin_listener", State::good, "answers", "The node serves at http://" + endpoint + "/."});
  const bool has_port = config.link_listen.port == 0 || !is_free(config.link_listen);
  checks.push_back({"link_listener", has_port ? State::good : State::bad,
                    has_port ? "listens" : "not_listening",
                    has_port ? "It listens for links on " + to_text(config.link_listen) + "."
                             : "Nothing listens for links on " + to_text(config.link_listen) + "."});
  check_own_address(config, checks);
  const auto peers = ask(*api, "/api/v1/peers");
  check_clock(peers, checks);
  check_charter(node, checks);
  check_peers(*api, peers, checks);
  check_alarms(*api, checks);
}

}  // namespace

std::string_view name(Check::State state) {
  switch (state) {
    case State::good:
      return "good";
    case State::warning:
      return "warning";
    case State::bad:
      return "bad";
    case State::unknown:
      return "unknown";
  }
  assert(!"not a State");
  return "unknown";
}

std::vector<Check> examine(const std::filesystem::path& path) {
  Checks checks;
  const NodeDirectory directory(path);
  check_permissions(directory, checks);
  const auto config = check_settings(directory, checks);
  check_disk(directory, checks);
  if (!config) return checks;
  if (const auto endpoint = directory.serving_at()) {
    check_serving(directory, *config, *endpoint, checks);
    return checks;
  }
  check_ports_of_stopped(*config, checks);
  check_clock(std::nullopt, checks);
  return checks;
}

}  // namespace hansa
