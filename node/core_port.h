#pragma once

#include <memory>
#include <mutex>

#include "core/node.h"
#include "core/node_port.h"
#include "links/core_thread.h"

namespace hansa {

/// The node as other threads may use it while the core thread runs: requests are posted there, pictures of it
/// are copied out by publish_status().
class CorePort final : public core::NodePort {
 public:
  CorePort(core::Node& node, links::CoreThread& core) : node_(node), core_(core) { publish_status(); }

  void publish(core::PublishRequest request, core::PublishDone done) override;
  void take_charters(std::vector<protocol::Bytes> charters, core::TakeDone done) override;
  void follow_charter(const protocol::Hash& version, core::FollowDone done) override;
  void hold(protocol::Bytes bytes, core::HoldDone done) override;
  void put_setting(std::string key, std::optional<protocol::Bytes> value,
                   std::function<void()> done) override;
  void in_core(std::function<void(core::Node&)> work) override;
  std::shared_ptr<const core::NodeStatus> status() const override;
  std::unique_ptr<store::Snapshot> snapshot() const override;
  std::uint64_t now_ms() const override;

  /// Core thread, or before it runs.
  void publish_status();

 private:
  /// In the batch after this one, with what this one did in the status.
  void afterwards(std::function<void()> answer);

  core::Node& node_;
  links::CoreThread& core_;
  mutable std::mutex mutex_;
  std::shared_ptr<const core::NodeStatus> status_;
};

/// The same for a command that opened the directory itself: one thread, everything at once.
class DirectPort final : public core::NodePort {
 public:
  explicit DirectPort(core::Node& node) : node_(node) {}

  void publish(core::PublishRequest request, core::PublishDone done) override;
  void take_charters(std::vector<protocol::Bytes> charters, core::TakeDone done) override;
  void follow_charter(const protocol::Hash& version, core::FollowDone done) override;
  void hold(protocol::Bytes bytes, core::HoldDone done) override;
  void put_setting(std::string key, std::optional<protocol::Bytes> value,
                   std::function<void()> done) override;
  void in_core(std::function<void(core::Node&)> work) override;
  std::shared_ptr<const core::NodeStatus> status() const override;
  std::unique_ptr<store::Snapshot> snapshot() const override;
  std::uint64_t now_ms() const override;

 private:
  core::Node& node_;
};

}  // namespace hansa
