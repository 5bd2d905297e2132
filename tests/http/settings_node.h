#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "core/node_port.h"
#include "memory_store.h"

namespace hansa::test {

/// A node that keeps settings in a store without a disk, and whose clock the test moves. Its caller's thread
/// is its core thread. Anything else is a bug of the test.
class SettingsNode final : public core::NodePort {
 public:
  /// `partners_of`: whose records a key may revise; nobody's, if it is not given.
  explicit SettingsNode(store::PartnersOf partners_of =
                            [](const protocol::PublicKey&) { return std::vector<protocol::PartnerId>{}; })
      : store_(std::move(partners_of)) {}

  void publish(core::PublishRequest, core::PublishDone) override { std::abort(); }
  void take_charters(std::vector<protocol::Bytes>, core::TakeDone) override { std::abort(); }
  void follow_charter(const protocol::Hash&, core::FollowDone) override { std::abort(); }
  void hold(protocol::Bytes, core::HoldDone) override { std::abort(); }
  void put_setting(std::string key, std::optional<protocol::Bytes> value,
                   std::function<void()> done) override {
    {
      const std::lock_guard lock(mutex_);
      if (value)
        store_.put_setting(key, *value);
      else
        store_.erase_setting(key);
    }
    done();
  }
  void in_core(std::function<void(core::Node&)>) override { std::abort(); }
  std::shared_ptr<const core::NodeStatus> status() const override {
    return std::make_shared<core::NodeStatus>();
  }
  std::unique_ptr<store::Snapshot> snapshot() const override { return store_.snapshot(); }
  std::uint64_t now_ms() const override { return now; }

  /// For entries that stand there beforehand.
  MemoryStore& store() { return store_; }

  std::uint64_t now = 1'800'000'000'000;

 private:
  std::mutex mutex_;
  MemoryStore store_;
};

}  // namespace hansa::test
