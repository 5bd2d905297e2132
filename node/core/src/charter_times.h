#pragma once

#include <cstdint>
#include <map>

#include "protocol/charter.h"
#include "protocol/control_body.h"
#include "store/store.h"

namespace hansa::core {

/// Since when each version of the charter is in force: when the last of the approvals was given that it is
/// signed with, as far as entries carried them, by the clock of who gave it; of a version that came without
/// them, when this node took it. Told to people, never judged by. Kept as settings. Core thread. Throws
/// StoreBroken.
class CharterTimes {
 public:
  explicit CharterTimes(store::Store& store);

  /// The node takes this version; what is known of it already stays.
  void taken(const protocol::Charter& version, std::uint64_t now_ms);
  /// An entry of that author time approved this version. Nothing changes if it is signed with none of these.
  /// True: its time is another one now.
  bool approved(const protocol::Charter& version, const protocol::CharterApproval& approval,
                std::uint64_t at_ms);
  /// 0: not known, it was taken by a program that did not remember it.
  std::uint64_t at(const protocol::Charter& version) const;

 private:
  struct Kept {
    protocol::Hash hash{};
    std::uint64_t taken_ms = 0;
    std::uint64_t approved_ms = 0;  ///< 0: by no entry
  };
  void keep(std::uint32_t version, const Kept& kept);

  store::Store& store_;
  std::map<std::uint32_t, Kept> kept_;
};

}  // namespace hansa::core
