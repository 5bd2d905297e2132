#include "core_port.h"

#include <utility>

namespace hansa {

void CorePort::publish(core::PublishRequest request, core::PublishDone done) {
  if (core::is_control(request.kind))
    done = [this, done = std::move(done)](const core::PublishOutcome& outcome) {
      afterwards([done, outcome] { done(outcome); });
    };
  // std::function must be copyable, and a request is large: it travels by pointer.
  auto shared = std::make_shared<core::PublishRequest>(std::move(request));
  core_.post([this, shared, done = std::move(done)] { node_.publish(std::move(*shared), done); });
}

void CorePort::take_charters(std::vector<protocol::Bytes> charters, core::TakeDone done) {
  core_.post([this, charters = std::move(charters), done = std::move(done)] {
    afterwards([done, taken = node_.take_charters(charters)] { done(taken); });
  });
}

void CorePort::follow_charter(const protocol::Hash& version, core::FollowDone done) {
  core_.post([this, version, done = std::move(done)] {
    afterwards([done, outcome = node_.follow_charter(version)] { done(outcome); });
  });
}

void CorePort::hold(protocol::Bytes bytes, core::HoldDone done) {
  core_.post([this, bytes = std::move(bytes), done = std::move(done)] {
    afterwards([done, outcome = node_.hold(bytes)] { done(outcome); });
  });
}

void CorePort::afterwards(std::function<void()> answer) {
  core_.post([this, answer = std::move(answer)] {
    publish_status();
    answer();
  });
}

void CorePort::put_setting(std::string key, std::optional<protocol::Bytes> value,
                           std::function<void()> done) {
  core_.post([this, key = std::move(key), value = std::move(value), done = std::move(done)] {
    node_.put_setting(key, value);
    done();
  });
}

void CorePort::in_core(std::function<void(core::Node&)> work) {
  core_.post([this, work = std::move(work)] { work(node_); });
}

std::shared_ptr<const core::NodeStatus> CorePort::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

std::unique_ptr<store::Snapshot> CorePort::snapshot() const { return node_.store().snapshot(); }

std::uint64_t CorePort::now_ms() const { return node_.now_ms(); }

void CorePort::publish_status() {
  auto status = std::make_shared<const core::NodeStatus>(node_.status());
  const std::lock_guard lock(mutex_);
  status_ = std::move(status);
}

void DirectPort::publish(core::PublishRequest request, core::PublishDone done) {
  std::optional<core::PublishOutcome> answer;
  node_.publish(std::move(request), [&answer](core::PublishOutcome outcome) { answer = std::move(outcome); });
  node_.after_batch();
  done(std::move(*answer));
}

void DirectPort::take_charters(std::vector<protocol::Bytes> charters, core::TakeDone done) {
  const auto taken = node_.take_charters(charters);
  node_.after_batch();
  done(taken);
}

void DirectPort::follow_charter(const protocol::Hash& version, core::FollowDone done) {
  const auto outcome = node_.follow_charter(version);
  node_.after_batch();
  done(outcome);
}

void DirectPort::hold(protocol::Bytes bytes, core::HoldDone done) {
  const auto outcome = node_.hold(bytes);
  node_.after_batch();
  done(outcome);
}

void DirectPort::put_setting(std::string key, std::optional<protocol::Bytes> value,
                             std::function<void()> done) {
  node_.put_setting(key, std::move(value));
  done();
}

void DirectPort::in_core(std::function<void(core::Node&)> work) {
  work(node_);
  node_.after_batch();
}

std::shared_ptr<const core::NodeStatus> DirectPort::status() const {
  return std::make_shared<const core::NodeStatus>(node_.status());
}

std::unique_ptr<store::Snapshot> DirectPort::snapshot() const { return node_.store().snapshot(); }

std::uint64_t DirectPort::now_ms() const { return node_.now_ms(); }

}  // namespace hansa
