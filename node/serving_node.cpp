#include "serving_node.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <exception>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include "backup_job.h"
#include "core_port.h"
#include "fault_log.h"
#include "http/api.h"
#include "http/server.h"
#include "links/checking_thread.h"
#include "links/links.h"
#include "search/follower.h"
#include "store/broken.h"

namespace hansa {
namespace {

constexpr std::uint64_t peers_event_every_ms = 500;
constexpr std::uint64_t disk_look_every_ms = 5'000;
/// Room for the store to tidy up and for an operator to act.
constexpr std::uintmax_t disk_floor_bytes = 256ULL * 1024 * 1024;

std::vector<links::PeerAddress> parse_addresses(const OpenedNode& node, const Log& log) {
  std::vector<links::PeerAddress> addresses;
  for (const auto& text : node.peer_addresses()) {
    const auto address = links::parse_peer_address(text);
    if (address)
      addresses.push_back(*address);
    else
      log.warning("bad_peer_address",
                  {{"address", text}, {"do", "write ws://host:port/path or wss://host/path"}});
  }
  return addresses;
}

links::LinkSettings link_settings(const OpenedNode& node, const Log& log, FaultLog& faults) {
  const auto& config = node.config();
  links::LinkSettings settings;
  settings.listen.emplace();
  settings.listen->host = config.link_listen.host;
  settings.listen->port = config.link_listen.port;
  settings.listen->path = config.link_path;
  settings.listen->trusted_proxies = config.trusted_proxies;
  settings.peers = parse_addresses(node, log);
  settings.extra_ca_file = config.ca_file;
  settings.observe = [&faults](const links::LinkEvent& event) { faults.link_event(event); };
  return settings;
}

links::LinkIdentity link_identity(OpenedNode& node) {
  links::LinkIdentity identity;
  identity.node_key = &node.key();
  identity.charter = [&charters = node.charters()]() -> std::optional<protocol::Charter> {
    const auto charter = charters.get();
    return charter ? std::optional(*charter) : std::nullopt;
  };
  identity.doorway = &node.core().doorway();
  return identity;
}

http::ApiOptions api_options(OpenedNode& node, const links::Links& links, BackupJob& backups,
                             search::Follower& search) {
  const auto& config = node.config();
  http::ApiOptions options;
  options.node_name = config.name;
  options.country = config.country;
  options.language = config.language;
  options.version = HANSA_VERSION;
  options.card = node.card_line();
  options.operator_token = node.directory().operator_token();
  options.signer = &node.signer();
  options.hosts = config.admin_hosts;
  options.secure_cookies = config.admin_behind_tls;
  options.backups = &backups;
  options.search = &search;
  options.dials = [&links] {
    std::vector<core::DialStatus> dials;
    for (const auto& status : links.status()) {
      core::DialStatus dial;
      dial.address = status.address;
      dial.node = status.node;
      dial.state = name(status.state);
      dial.since_ms = status.since_ms;
      if (status.last_error) {
        dial.error = name(status.last_error->reason);
        dial.error_at_ms = status.last_error->at_ms;
      }
      dial.retry_at_ms = status.retry_at_ms;
      dials.push_back(std::move(dial));
    }
    return dials;
  };
  options.link_counters = [&links] {
    std::vector<std::pair<std::string, std::uint64_t>> counts;
    for (const auto& [reason, count] : links.counters().by_reason()) counts.emplace_back(reason, count);
    return counts;
  };
  return options;
}

/// What of a peer the pages show at once; the rest changes all the time.
bool look_alike(const protocol::PeerView& one, const protocol::PeerView& other) {
  return one.node == other.node && one.state == other.state &&
         one.outstanding_entries == other.outstanding_entries &&
         one.outstanding_payloads == other.outstanding_payloads && one.agrees == other.agrees &&
         one.held == other.held && one.last_error.has_value() == other.last_error.has_value();
}

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

struct ServingNode::Parts {
  Parts(OpenedNode& opened, const Log& node_log)
      : node(opened),
        log(node_log),
        faults(node_log),
        port(opened.core(), core),
        links(io, core, link_identity(opened), link_settings(opened, node_log, faults)),
        backups(opened.directory(), opened.store(), port),
        index(opened.directory().index().string()),
        search(index, follower_options()),
        api(port, api_options(opened, links, backups, search)),
        server(io, api, server_options()),
        checking([this](core::CheckResult result) { core.post([this, result] { checked(result); }); }) {}

  http::ServerOptions server_options() {
    http::ServerOptions options;
    options.host = node.config().admin_listen.host;
    options.port = node.config().admin_listen.port;
    options.trusted_proxies = node.config().trusted_proxies;
    options.failed = [this](std::exception_ptr why) { request_failed(why); };
    return options;
  }

  search::Follower::Options follower_options() {
    search::Follower::Options options;
    options.snapshot = [this] { return node.store().snapshot(); };
    options.index_broken = [this](const search::IndexBroken& why) {
      log.warning("search_index_broken",
                  {{"reason", why.what()},
                   {"do", why.damaged() ? "nothing: it is built anew from the store"
                                        : "look at the disk: it is tried again every 10 s"}});
    };
    options.index_works = [this] { log.info("search_index_repaired", {}); };
    options.store_failed = [this](std::exception_ptr why) { broken(why); };
    return options;
  }

  /// A reader thread met a broken store, which stops the node, or a bug, which costs one request its answer.
  void request_failed(std::exception_ptr why) {
    try {
      std::rethrow_exception(why);
    } catch (const store::StoreBroken&) {
      broken(why);
    } catch (const std::exception& unexpected) {
      log.error("request_failed", {{"reason", unexpected.what()}, {"do", "report this"}});
    }
  }

  void checked(const core::CheckResult& result) {
    node.core().check_done(result);
    if (result.bad)
      log.warning("entries_retracted", {{"log", protocol::to_hex(result.log)},
                                        {"from", std::to_string(result.through + 1)},
                                        {"reason", "bad_signature"}});
  }

  void after_batch() {
    node.core().after_batch();
    if (auto job = node.core().next_check()) checking.give(std::move(*job));
    auto events = node.core().take_events();
    if (events.addresses_changed) {
      links.set_peers(parse_addresses(node, log));
      // Who turned this node away may think differently now.
      links.retry_now();
    }
    if (!events.arrivals.empty() || events.contents_changed) search.wake();
    if (!events.arrivals.empty()) {
      port.publish_status();
      api.events().arrivals(events.arrivals);
    }
  }

  void look_at_disk(std::uint64_t now) {
    if (now < disk_looked_ms + disk_look_every_ms) return;
    disk_looked_ms = now;
    std::error_code failed;
    const auto space = std::filesystem::space(node.directory().path(), failed);
    // A disk that cannot even be asked is for the store to notice, with its own words.
    const bool low = !failed && space.available < disk_floor_bytes;
    if (low != disk_low)
      log.warning(low ? "disk_low" : "disk_recovered", {{"available_bytes", std::to_string(space.available)},
                                                        {"floor_bytes", std::to_string(disk_floor_bytes)}});
    disk_low = low;
    node.core().set_disk_low(low);
  }

  void tick() {
    look_at_disk(node.core().now_ms());
    node.core().tick();
    const auto before = port.status();
    port.publish_status();
    const auto after = port.status();
    faults.look_at_peers(*before, *after);
    const auto now = node.core().now_ms();
    tell_alarms(before->alarms, after->alarms);
    peers_changed = peers_changed || before->own_log_state != after->own_log_state ||
                    !std::equal(before->peers.begin(), before->peers.end(), after->peers.begin(),
                                after->peers.end(), look_alike);
    if (!peers_changed || now < peers_told_ms + peers_event_every_ms) return;
    peers_changed = false;
    peers_told_ms = now;
    api.events().peers_changed();
  }

  /// Each once, when it comes up; the pages and `hansa status` show those that stand.
  void tell_alarms(const std::vector<core::Alarm>& before, const std::vector<core::Alarm>& after) {
    for (const auto& alarm : after) {
      if (alarms_told && std::find(before.begin(), before.end(), alarm) != before.end()) continue;
      std::string about;
      for (const auto& [name, value] : alarm.params) about += (about.empty() ? "" : " ") + name + "=" + value;
      log.warning("alarm", {{"code", alarm.code}, {"about", about}});
    }
    alarms_told = true;
  }

  void broken(std::exception_ptr why) {
    {
      const std::lock_guard lock(mutex);
      failure = why;
    }
    ::kill(::getpid(), SIGTERM);
  }

  OpenedNode& node;
  const Log& log;
  FaultLog faults;
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_running{io.get_executor()};
  links::CoreThread core;
  CorePort port;
  links::Links links;
  BackupJob backups;
  search::Index index;
  search::Follower search;
  http::Api api;
  http::Server server;
  links::CheckingThread checking;
  std::thread io_thread;
  bool peers_changed = false;        ///< core thread
  bool disk_low = false;             ///< core thread
  bool alarms_told = false;          ///< core thread
  std::uint64_t disk_looked_ms = 0;  ///< core thread
  std::uint64_t peers_told_ms = 0;   ///< core thread
  std::mutex mutex;
  std::exception_ptr failure;
  bool stopped = false;
  int stop_signal = 0;  ///< main thread; 0: none came yet
};

void ServingNode::block_stop_signals() {
  const auto signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

ServingNode::ServingNode(OpenedNode& node, const Log& log) : parts_(std::make_unique<Parts>(node, log)) {}

ServingNode::~ServingNode() { stop(); }

void ServingNode::start() {
  auto& parts = *parts_;
  parts.node.core().attach(parts.links);
  parts.io_thread = std::thread([&parts] { parts.io.run(); });
  links::CoreThread::Hooks hooks;
  hooks.after_batch = [&parts] { parts.after_batch(); };
  hooks.tick = [&parts] { parts.tick(); };
  hooks.broken = [&parts](std::exception_ptr why) { parts.broken(why); };
  // The core's first batch says whom to dial: the links are there before it. What they post waits.
  parts.links.start(parts.node.core());
  parts.core.start(std::move(hooks));
  parts.search.start();
  parts.server.listen();
  // Before the first answer: who was answered finds where the node serves.
  parts.node.directory().write_serving(admin());
  parts.server.start();
  parts.log.info("serving", {{"admin", "http://" + admin() + "/"},
                             {"link_port", std::to_string(parts.links.port())},
                             {"federation", parts.node.federation_name()},
                             {"version", HANSA_VERSION}});
}

std::string ServingNode::admin() const {
  // A wildcard address is listened on, but not spoken to.
  const auto& host = parts_->node.config().admin_listen.host;
  const bool wildcard = host == "0.0.0.0" || host == "::";
  return to_text(Endpoint{wildcard ? "127.0.0.1" : host, parts_->server.port()});
}

bool ServingNode::wait_for_charter() {
  const auto signals = stop_signals();
  constexpr timespec look_every{0, 500'000'000};
  while (!parts_->node.charter()) {
    const int signal = sigtimedwait(&signals, nullptr, &look_every);
    if (signal <= 0) continue;
    parts_->stop_signal = signal;
    return false;
  }
  return true;
}

void ServingNode::wait_for_stop() {
  const auto signals = stop_signals();
  int signal = parts_->stop_signal;
  if (signal == 0) sigwait(&signals, &signal);
  const std::lock_guard lock(parts_->mutex);
  if (parts_->failure) std::rethrow_exception(parts_->failure);
  parts_->log.info("stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
}

void ServingNode::stop() {
  auto& parts = *parts_;
  if (parts.stopped) return;
  parts.stopped = true;
  if (parts.io_thread.joinable()) {
    parts.server.stop();
    parts.links.stop();
  }
  parts.backups.stop();
  parts.backups.wait();
  parts.search.stop();
  parts.checking.stop();
  parts.core.stop();
  parts.keep_running.reset();
  parts.io.stop();
  if (parts.io_thread.joinable()) parts.io_thread.join();
  parts.node.directory().erase_serving();
}

}  // namespace hansa
