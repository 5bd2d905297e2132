#include "joining_node.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "links/core_thread.h"
#include "links/links.h"

namespace hansa {
namespace {

links::LinkIdentity identity_of(OpenedNode& node) {
  links::LinkIdentity identity;
  identity.node_key = &node.key();
  // Once there is a charter nobody is dialled from here: `hansa serve` does that.
  identity.charter = []() -> std::optional<protocol::Charter> { return std::nullopt; };
  identity.doorway = &node.core().doorway();
  return identity;
}

links::LinkSettings settings_of(const OpenedNode& node) {
  links::LinkSettings settings;
  settings.extra_ca_file = node.config().ca_file;
  return settings;
}

bool alike(const std::optional<core::Application>& one, const std::optional<core::Application>& other) {
  if (!one || !other) return one.has_value() == other.has_value();
  return one->state == other->state && one->reason == other->reason;
}

}  // namespace

struct JoiningNode::Parts {
  explicit Parts(OpenedNode& opened)
      : node(opened), links(io, core, identity_of(opened), settings_of(opened)) {}

  void look() {
    node.core().after_batch();
    if (node.core().take_events().addresses_changed) dial();
    auto now = core::application(*node.store().snapshot());
    const std::lock_guard lock(mutex);
    state = std::move(now);
    changed.notify_all();
  }
  void dial() {
    std::vector<links::PeerAddress> addresses;
    for (const auto& text : node.core().to_dial())
      if (const auto address = links::parse_peer_address(text)) addresses.push_back(*address);
    links.set_peers(addresses);
  }
  void start() {
    node.core().attach(links);
    io_thread = std::thread([this] { io.run(); });
    links::CoreThread::Hooks hooks;
    hooks.after_batch = [this] { look(); };
    hooks.tick = [this] { node.core().tick(); };
    hooks.broken = [this](std::exception_ptr why) {
      const std::lock_guard lock(mutex);
      failure = why;
      changed.notify_all();
    };
    state = core::application(*node.store().snapshot());
    // The core's first batch says whom to dial: the links are there before it. What they post waits.
    try {
      links.start(node.core());
    } catch (...) {
      stop();
      throw;
    }
    dial();
    core.start(std::move(hooks));
  }
  void stop() {
    links.stop();
    core.stop();
    keep_running.reset();
    io.stop();
    io_thread.join();
  }

  OpenedNode& node;
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_running{io.get_executor()};
  links::CoreThread core;
  links::Links links;
  std::thread io_thread;
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<core::Application> state;
  std::exception_ptr failure;
};

JoiningNode::JoiningNode(OpenedNode& node) : parts_(std::make_unique<Parts>(node)) { parts_->start(); }

JoiningNode::~JoiningNode() { parts_->stop(); }

std::optional<core::Application> JoiningNode::wait_for_change(const std::optional<core::Application>& seen) {
  std::unique_lock lock(parts_->mutex);
  parts_->changed.wait(lock, [&] { return parts_->failure || !alike(parts_->state, seen); });
  if (parts_->failure) std::rethrow_exception(parts_->failure);
  return parts_->state;
}

}  // namespace hansa
