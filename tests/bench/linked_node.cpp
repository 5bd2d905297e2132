#include "linked_node.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <thread>

#include "core_port.h"
#include "links/checking_thread.h"
#include "links/links.h"

namespace hansa::bench {
namespace {

constexpr const char* link_path = "/link";

std::uint64_t wall_clock_ms() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                        std::chrono::system_clock::now().time_since_epoch())
                                        .count());
}

core::Node::Options node_options() {
  core::Node::Options options;
  options.now_ms = wall_clock_ms;
  options.entropy = protocol::system_entropy();
  options.software = "hansa-bench";
  // The authors are away for good: own entries need not wait for what they state.
  options.expected_statements.emplace();
  return options;
}

links::LinkSettings link_settings(std::uint16_t dial) {
  links::LinkSettings settings;
  settings.listen.emplace();
  settings.listen->path = link_path;
  if (dial == 0) return settings;
  links::PeerAddress address;
  address.host = "127.0.0.1";
  address.port = dial;
  address.path = link_path;
  settings.peers.push_back(std::move(address));
  return settings;
}

links::LinkIdentity identity(const Federation& federation, std::size_t key) {
  links::LinkIdentity identity;
  identity.node_key = &federation.keys[key];
  identity.charter = [charter = federation.charter]() -> std::optional<protocol::Charter> {
    return *charter;
  };
  return identity;
}

}  // namespace

struct LinkedNode::Parts {
  Parts(const Federation& federation, std::size_t key, const std::string& directory, std::uint16_t dial,
        AfterBatch hook)
      : after_batch(std::move(hook)), store(open(directory, federation)) {
    charters.set(federation.charter);
    node = std::make_unique<core::Node>(*store, federation.keys[key], charters, node_options());
    links = std::make_unique<links::Links>(io, core, identity(federation, key), link_settings(dial));
    checker = std::make_unique<links::CheckingThread>(
        [this](core::CheckResult result) { core.post([this, result] { node->check_done(result); }); });
    node->attach(*links);
    port = std::make_unique<CorePort>(*node, core);
    io_thread = std::thread([this] { io.run(); });
    links::CoreThread::Hooks hooks;
    hooks.after_batch = [this] { batch_ended(); };
    hooks.tick = [this] { node->tick(); };
    core.start(std::move(hooks));
    links->start(*node);
  }

  ~Parts() {
    links->stop();
    checker.reset();
    core.stop();
    keep_running.reset();
    io.stop();
    io_thread.join();
  }

  void batch_ended() {
    node->after_batch();
    if (auto job = node->next_check()) checker->give(std::move(*job));
    const auto events = node->take_events();
    if (!events.arrivals.empty()) port->publish_status();
    if (after_batch) after_batch(*node, events);
  }

  AfterBatch after_batch;
  core::CharterHolder charters;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<core::Node> node;
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_running{io.get_executor()};
  links::CoreThread core;
  std::unique_ptr<CorePort> port;
  std::unique_ptr<links::Links> links;
  std::unique_ptr<links::CheckingThread> checker;
  std::thread io_thread;
};

LinkedNode::LinkedNode(const Federation& federation, std::size_t key, const std::string& directory,
                       std::uint16_t dial, AfterBatch after_batch)
    : parts_(std::make_unique<Parts>(federation, key, directory, dial, std::move(after_batch))) {}

LinkedNode::~LinkedNode() = default;

std::uint16_t LinkedNode::link_port() const { return parts_->links->port(); }

core::NodePort& LinkedNode::port() { return *parts_->port; }

void LinkedNode::publish(core::PublishRequest request, core::PublishDone done) {
  auto shared = std::make_shared<core::PublishRequest>(std::move(request));
  parts_->core.post(
      [this, shared, done = std::move(done)] { parts_->node->publish(std::move(*shared), done); });
}

void LinkedNode::on_core(const std::function<void(core::Node&)>& work) {
  parts_->core.ask([this, &work] { work(*parts_->node); });
}

std::uint64_t LinkedNode::bytes_received() const {
  return parts_->links->counters().bytes_received.load(std::memory_order_relaxed);
}

}  // namespace hansa::bench
