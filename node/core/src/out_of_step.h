#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/status.h"
#include "store/store.h"

namespace hansa::core {

/// Since when this node sees that something of its own is out of step. Nothing is stored: after a start it
/// has been seen since the start. Core thread.
class OutOfStep {
 public:
  /// This node as a whole; cheap enough for every tick.
  void look(const store::Totals& totals, protocol::OwnLogState own_log, bool disk_low, std::uint64_t now_ms);
  /// Whether it is time to look at the logs: once a second, more seldom the more there are; and when the
  /// clock was set back.
  bool logs_due(std::uint64_t now_ms) const { return now_ms < logs_looked_ms_ || now_ms >= logs_due_ms_; }
  void look_at_logs(const store::Snapshot& snapshot, const std::vector<protocol::PeerView>& peers,
                    std::uint64_t now_ms);

  std::shared_ptr<const OutOfStepSince> since() const { return since_; }

 private:
  std::uint64_t logs_looked_ms_ = 0;
  std::uint64_t logs_due_ms_ = 0;
  std::shared_ptr<const OutOfStepSince> since_ = std::make_shared<OutOfStepSince>();
};

}  // namespace hansa::core
