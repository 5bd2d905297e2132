#pragma once

#include <map>
#include <string>

#include "core/status.h"
#include "links/links.h"
#include "log.h"

namespace hansa {

/// Writes what went wrong with peers and addresses to the log, once each time it becomes another thing, so
/// that a dead address does not fill it. Each member belongs to one thread, as it says.
class FaultLog {
 public:
  explicit FaultLog(const Log& log) : log_(log) {}

  /// Core thread: faults that blame a peer, also those that do not end its link.
  void look_at_peers(const core::NodeStatus& before, const core::NodeStatus& now) const;
  /// The links' thread.
  void link_event(const links::LinkEvent& event);

 private:
  void dial_failed(const links::LinkEvent& event);

  const Log& log_;
  std::map<std::string, core::LinkEnd> failing_;  ///< by address: why the last dial failed
};

}  // namespace hansa
