#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "protocol/bytes.h"
#include "protocol/keys.h"

namespace hansa::core {

/// Whom a node without a federation asks for a place in one.
struct JoinTarget {
  protocol::Hash federation{};
  protocol::PublicKey inviter;
  std::string address;  ///< ws:// or wss://
  friend bool operator==(const JoinTarget&, const JoinTarget&) = default;
};

/// What the links must know of joining. The core thread writes it; any thread reads.
class Doorway {
 public:
  /// Whether nodes that no charter lists may speak to this one: somebody was invited and is not in yet.
  bool open() const {
    const std::lock_guard lock(mutex_);
    return open_;
  }
  std::optional<JoinTarget> target() const {
    const std::lock_guard lock(mutex_);
    return target_;
  }
  void set_open(bool open) {
    const std::lock_guard lock(mutex_);
    open_ = open;
  }
  void set_target(std::optional<JoinTarget> target) {
    const std::lock_guard lock(mutex_);
    target_ = std::move(target);
  }

 private:
  mutable std::mutex mutex_;
  bool open_ = false;
  std::optional<JoinTarget> target_;
};

}  // namespace hansa::core
