#pragma once
// How many may be at the door: connections per client address (see place.h), and strangers in all. io thread
// only.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "links/links.h"

namespace hansa::links {

class Gate {
 public:
  /// One accepted connection's place; gives it back when it goes. May outlive the gate.
  class Pass {
   public:
    Pass() = default;
    Pass(Pass&&) noexcept = default;
    Pass& operator=(Pass&& other) noexcept;
    ~Pass();
    /// The peer is no stranger any more.
    void authenticated();
    /// Counts the connection under the client that a proxy speaks for. Failure: too_many_from_address.
    std::optional<core::LinkEnd> attribute(const std::string& address);

   private:
    friend class Gate;
    struct Counts;
    void release();
    std::shared_ptr<Counts> counts_;
    std::string place_;  // empty: not counted by address
    bool stranger_ = false;
  };

  explicit Gate(const LinkCaps& caps);
  /// `address` empty: not known yet, a proxy's connection. Failures: too_many_unauthenticated,
  /// too_many_from_address.
  protocol::Outcome<Pass, core::LinkEnd> enter(const std::string& address);

 private:
  std::shared_ptr<Pass::Counts> counts_;
};

}  // namespace hansa::links
