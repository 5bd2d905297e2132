#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "charter_rows.h"
#include "protocol/charter.h"
#include "protocol/control_body.h"
#include "store/store.h"

namespace hansa::core {

/// Since when each version of the charter is in force: when the last of the approvals was given that it is
/// signed with, as far as entries carried them, by the clock of who gave it; of a version that came without
/// them, when this node took it. Each signer's first word counts: anybody who publishes can say it again.
/// Told to people, never judged by. Kept as settings. Core thread. Throws StoreBroken.
class CharterTimes {
 public:
  explicit CharterTimes(store::Store& store);

  /// The node takes this version; what is known of it already stays. To be stored.
  void taken(const protocol::Charter& version, std::uint64_t now_ms);
  /// An entry of that author time approved this version. Nothing changes if it is signed with none of these,
  /// or if all of their signers were heard before. To be stored.
  void approved(const protocol::Charter& version, const protocol::CharterApproval& approval,
                std::uint64_t at_ms);
  /// Puts on disk what changed since the last call. False: nothing did.
  bool store();
  /// 0: not known, it was taken by a program that did not remember it.
  std::uint64_t at(const protocol::Charter& version) const;

 private:
  store::Store& store_;
  std::map<std::uint32_t, charter_rows::Time> kept_;  ///< by version
  std::set<std::uint32_t> changed_;
};

}  // namespace hansa::core
