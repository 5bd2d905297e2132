#pragma once
// What a node remembers beside its store, so that it notices when the store is not the one it wrote last: one
// that was restored, copied, or put back to an earlier day would hand out sequence numbers that were used
// before. Design: "Epochs".

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/bytes.h"

namespace hansa::core {

/// Why a node continues in a new log. Stored; the names are stable.
enum class EpochReason : std::uint8_t {
  first = 0,              ///< It never wrote one.
  host_file_absent = 1,   ///< The store holds logs of ours, and nothing on this host remembers writing them.
  host_file_damaged = 2,  ///< What this host remembers cannot be read.
  other_machine = 3,      ///< Store and memory were copied from another machine.
  other_store = 4,        ///< The memory is of another directory: this one is a copy.
  store_behind = 5,       ///< The store lacks entries that were written on this host.
  overtaken = 6,          ///< A peer held entries of our log that the store lacked.
  branch_differs = 7,     ///< A peer holds another branch of our log.
  forked = 8,             ///< Our log ends at a fork.
  log_cut = 9,            ///< The charter ends our log at a position.
};
std::string_view name(EpochReason reason);

/// What is remembered.
struct HostMark {
  protocol::Hash federation{};
  protocol::Hash log{};               ///< The log this node writes; zeros: none yet.
  std::uint64_t epoch = 0;            ///< Its number.
  std::uint64_t sequence = 0;         ///< The last entry of it that is known to be in the store; may lag.
  std::uint32_t charter_version = 0;  ///< The charter pin: this node never goes below it. 0: none.
  protocol::Hash charter_hash{};
  friend bool operator==(const HostMark&, const HostMark&) = default;
};

/// The memory itself: a file bound to machine and store directory, a fake in tests. Used by the core thread.
class EpochGuard {
 public:
  enum class Standing : std::uint8_t {
    absent,
    damaged,        ///< There is something, and it cannot be read.
    bound,          ///< Made on this machine for this store.
    other_machine,  ///< Made on another machine.
    other_store,    ///< Made on this machine for another store directory.
  };
  struct Kept {
    Standing standing = Standing::absent;
    HostMark mark;  ///< Unless absent or damaged.
  };

  virtual ~EpochGuard() = default;
  virtual Kept kept() const = 0;
  /// Remembers this for this machine and store, durably.
  virtual void bind(const HostMark& mark) = 0;
  /// The last entry is now `sequence`. Cheap: what a power cut takes away of it only lags. Precondition:
  /// bind() was called.
  virtual void advance(std::uint64_t sequence) = 0;
};

}  // namespace hansa::core
