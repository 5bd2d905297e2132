#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/held_nodes.h"
#include "core/publish.h"
#include "core/status.h"
#include "store/store.h"

namespace hansa::core {

class Node;

struct ChartersTaken;
using TakeDone = std::function<void(const ChartersTaken&)>;
using FollowDone = std::function<void(protocol::Outcome<protocol::Done, protocol::CharterFault>)>;
using HoldDone = std::function<void(const protocol::Outcome<HoldTaken>&)>;

/// What the HTTP API and the commands may ask of a node, whether it serves or is opened just for them.
/// Any thread.
class NodePort {
 public:
  virtual ~NodePort() = default;
  /// Refuses or publishes; `done` runs on the core thread, after the disk sync. For a control entry it runs
  /// when what the entry did to the charter shows in status().
  virtual void publish(PublishRequest request, PublishDone done) = 0;
  /// See Node::take_charters(); `done` runs on the core thread when what was taken shows in status().
  virtual void take_charters(std::vector<protocol::Bytes> charters, TakeDone done) = 0;
  /// See Node::follow_charter(); `done` runs on the core thread when the decision is in force.
  virtual void follow_charter(const protocol::Hash& version, FollowDone done) = 0;
  /// See Node::hold(); `done` runs on the core thread when what was taken shows in status().
  virtual void hold(protocol::Bytes bytes, HoldDone done) = 0;
  /// Writes (or, without a value, erases) a setting, synced; then `done` runs on the core thread.
  virtual void put_setting(std::string key, std::optional<protocol::Bytes> value,
                           std::function<void()> done) = 0;
  /// Runs `work` on the core thread; what it writes is synced before anybody else is served.
  virtual void in_core(std::function<void(Node&)> work) = 0;
  virtual std::shared_ptr<const NodeStatus> status() const = 0;
  virtual std::unique_ptr<store::Snapshot> snapshot() const = 0;
  virtual std::uint64_t now_ms() const = 0;  ///< milliseconds since the Unix epoch, this machine's clock
};

}  // namespace hansa::core
