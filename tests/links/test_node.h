#pragma once
// One end of links in this process: an io thread, a core thread, Links, and a core that only remembers.

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/link_port.h"
#include "federation.h"
#include "links/core_thread.h"
#include "links/links.h"

namespace hansa::test {

/// How long a test waits for what must happen. Reached only by a failing test.
inline constexpr std::chrono::seconds patience{20};

/// What the core heard of one link.
struct Heard {
  protocol::PublicKey peer;
  core::LinkRole role{};
  std::string address;
  std::vector<protocol::Bytes> messages;
  std::optional<core::LinkEnd> down;
  std::uint16_t version = 0;
  bool guest = false;
};

class TestNode : public core::LinkPort {
 public:
  /// Does not listen or dial before start(). `federation` null: the node holds no charter.
  TestNode(const protocol::SecretKey& key, const Federation* federation);
  /// Stops.
  ~TestNode() override;

  links::LinkSettings settings;  ///< Until start(); listens on 127.0.0.1, times are short.
  core::Doorway doorway;         ///< Closed, and no target, unless the test says otherwise.

  void start();
  void stop();
  links::Links& links() { return *links_; }
  /// ws://127.0.0.1:<port>/link
  links::PeerAddress address() const;

  /// Waits until `condition` holds over what was heard; false once patience is at its end.
  using Links = std::map<core::LinkId, Heard>;
  bool await(const std::function<bool(const Links&)>& condition);
  /// Waits until that many links are up.
  bool await_up(std::size_t count);
  /// Waits until a link or an attempt has ended for this reason.
  bool await_end(core::LinkEnd reason);
  Links heard() const;
  /// The one link that is up. Asserts that there is exactly one.
  core::LinkId only_link() const;
  /// Runs on the core thread, for each message, before it is remembered.
  std::function<void(core::LinkId, const protocol::Bytes&)> on_message;

  void link_up(core::LinkId link, const protocol::PublicKey& peer, core::LinkRole role, std::uint16_t version,
               std::string address) override;
  void link_down(core::LinkId link, core::LinkEnd reason) override;
  void message(core::LinkId link, protocol::Bytes bytes) override;
  void guest_up(core::LinkId link, const protocol::PublicKey& peer, core::LinkRole role,
                std::string address) override;
  void knock(const protocol::PublicKey& peer, std::string address) override;
  /// Keys of those who knocked, in the order of their knocks.
  std::vector<protocol::PublicKey> knocks() const;
  bool await_knock();

 private:
  const protocol::SecretKey& key_;
  const Federation* federation_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  links::CoreThread core_;
  std::unique_ptr<links::Links> links_;
  std::thread io_thread_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Links heard_;
  std::vector<protocol::PublicKey> knocks_;
};

}  // namespace hansa::test
