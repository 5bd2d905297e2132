#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "catalogue.h"
#include "core/node.h"
#include "core/node_port.h"

namespace hansa::bench {

/// A node as `hansa serve` runs it, without the HTTP API: store, core thread, io thread, links on 127.0.0.1
/// and the background check.
class LinkedNode {
 public:
  /// After each batch of the core, on the core thread; may use the node.
  using AfterBatch = std::function<void(core::Node& node, const core::NodeEvents& events)>;

  /// Dials 127.0.0.1:`dial` unless it is 0. `federation` outlives the node.
  LinkedNode(const Federation& federation, std::size_t key, const std::string& directory, std::uint16_t dial,
             AfterBatch after_batch);
  ~LinkedNode();
  LinkedNode(const LinkedNode&) = delete;
  LinkedNode& operator=(const LinkedNode&) = delete;

  std::uint16_t link_port() const;
  /// `done` runs on the core thread.
  void publish(core::PublishRequest request, core::PublishDone done);
  /// On the core thread, between batches.
  void on_core(const std::function<void(core::Node&)>& work);
  /// What an Api asks.
  core::NodePort& port();
  /// Transport messages that came, without WebSocket and TCP framing.
  std::uint64_t bytes_received() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hansa::bench
