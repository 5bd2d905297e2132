#pragma once

#include <memory>
#include <optional>

#include "core/joining.h"
#include "opened_node.h"

namespace hansa {

/// A node that does nothing but ask for a place in a federation: it dials the one that invited it, and
/// listens nowhere. For `hansa join` while nothing serves the directory. Made, used and destroyed by one
/// thread.
class JoiningNode {
 public:
  /// `node` has been told to join. Dials at once.
  explicit JoiningNode(OpenedNode& node);
  ~JoiningNode();
  JoiningNode(const JoiningNode&) = delete;
  JoiningNode& operator=(const JoiningNode&) = delete;

  /// Until the state is another one than `seen`: none while the node is in, or if it has given up. Throws
  /// store::StoreBroken.
  std::optional<core::Application> wait_for_change(const std::optional<core::Application>& seen);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hansa
