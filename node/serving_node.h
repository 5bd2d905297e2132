#pragma once

#include <memory>
#include <string>

#include "log.h"
#include "opened_node.h"

namespace hansa {

/// A node at work: the core thread, the io thread with links and pages, and the background check, joined.
/// Made, started and stopped by the main thread.
class ServingNode {
 public:
  /// Keeps SIGTERM and SIGINT for wait_for_stop(). Before anything makes a thread, the opening of the store
  /// included: a thread that does not block them would let the second one end the process at once.
  static void block_stop_signals();

  ServingNode(OpenedNode& node, const Log& log);
  ~ServingNode();

  /// Listens and dials. Throws links::LinksBroken or http::ServerBroken when a port is taken.
  void start();
  /// "host:port" of the admin listener, once started.
  std::string admin() const;
  /// Until the node belongs to a federation: true. False: it is to stop first, and wait_for_stop() returns at
  /// once.
  bool wait_for_charter();
  /// Until a signal asks to stop, or the disk has failed (then it throws store::StoreBroken).
  void wait_for_stop();
  /// Finishes, syncs and ends every thread; within 5 s.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hansa
