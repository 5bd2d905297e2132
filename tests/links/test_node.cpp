#include "test_node.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace hansa::test {

using std::chrono::milliseconds;

TestNode::TestNode(const protocol::SecretKey& key, const Federation* federation)
    : key_(key), federation_(federation), work_(io_.get_executor()) {
  settings.listen.emplace();
  settings.times.retry_first = milliseconds(1);
  settings.times.retry_last = milliseconds(50);
  settings.observe = [this](const links::LinkEvent&) { changed_.notify_all(); };
}

TestNode::~TestNode() { stop(); }

void TestNode::start() {
  links::LinkIdentity identity;
  identity.node_key = &key_;
  identity.charter = [this]() -> std::optional<protocol::Charter> {
    return federation_ == nullptr ? std::nullopt : std::optional(federation_->charter.front());
  };
  identity.doorway = &doorway;
  links_ = std::make_unique<links::Links>(io_, core_, std::move(identity), settings);
  core_.start();
  links_->start(*this);
  io_thread_ = std::thread([this] { io_.run(); });
}

void TestNode::stop() {
  if (!io_thread_.joinable()) return;
  links_->stop();
  core_.stop();
  work_.reset();
  io_thread_.join();
}

links::PeerAddress TestNode::address() const {
  links::PeerAddress address;
  address.host = "127.0.0.1";
  address.port = links_->port();
  address.path = settings.listen->path;
  return address;
}

bool TestNode::await(const std::function<bool(const Links&)>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::unique_lock lock(mutex_);
  while (!condition(heard_)) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    // Counters and statuses change without a word: look again soon.
    changed_.wait_for(lock, milliseconds(2));
  }
  return true;
}

bool TestNode::await_up(std::size_t count) {
  return await([count](const Links& links) {
    return static_cast<std::size_t>(std::count_if(
               links.begin(), links.end(), [](const auto& link) { return !link.second.down; })) == count;
  });
}

bool TestNode::await_end(core::LinkEnd reason) {
  return await([this, reason](const Links&) { return links_->counters().of(reason) > 0; });
}

TestNode::Links TestNode::heard() const {
  const std::lock_guard lock(mutex_);
  return heard_;
}

core::LinkId TestNode::only_link() const {
  std::optional<core::LinkId> only;
  for (const auto& [id, link] : heard()) {
    if (link.down) continue;
    REQUIRE_FALSE(only.has_value());
    only = id;
  }
  REQUIRE(only.has_value());
  return *only;
}

void TestNode::link_up(core::LinkId link, const protocol::PublicKey& peer, core::LinkRole role,
                       std::uint16_t version, std::string address) {
  const std::lock_guard lock(mutex_);
  // Exceptions on the core thread end the program: a broken promise of the seam cannot pass unseen.
  for (const auto& [id, other] : heard_) {
    if (!other.down && !other.guest && other.peer == peer)
      throw std::logic_error("two links to one peer at a time");
  }
  if (!heard_.try_emplace(link, Heard{peer, role, std::move(address), {}, {}, version, false}).second) {
    throw std::logic_error("a link id was used twice");
  }
  changed_.notify_all();
}

void TestNode::guest_up(core::LinkId link, const protocol::PublicKey& peer, core::LinkRole role,
                        std::string address) {
  const std::lock_guard lock(mutex_);
  if (!heard_.try_emplace(link, Heard{peer, role, std::move(address), {}, {}, 0, true}).second) {
    throw std::logic_error("a link id was used twice");
  }
  changed_.notify_all();
}

void TestNode::knock(const protocol::PublicKey& peer, std::string) {
  const std::lock_guard lock(mutex_);
  knocks_.push_back(peer);
  changed_.notify_all();
}

bool TestNode::await_knock() {
  // await() holds the lock.
  return await([this](const Links&) { return !knocks_.empty(); });
}

std::vector<protocol::PublicKey> TestNode::knocks() const {
  const std::lock_guard lock(mutex_);
  return knocks_;
}

void TestNode::link_down(core::LinkId link, core::LinkEnd reason) {
  const std::lock_guard lock(mutex_);
  auto& heard = heard_.at(link);
  if (heard.down) throw std::logic_error("a link went down twice");
  heard.down = reason;
  changed_.notify_all();
}

void TestNode::message(core::LinkId link, protocol::Bytes bytes) {
  if (on_message) on_message(link, bytes);
  const std::lock_guard lock(mutex_);
  auto& heard = heard_.at(link);
  if (heard.down) throw std::logic_error("a message came after link_down");
  heard.messages.push_back(std::move(bytes));
  changed_.notify_all();
}

}  // namespace hansa::test
