#include "charter_times.h"

#include <algorithm>

#include "charter_rows.h"
#include "store/broken.h"

namespace hansa::core {

CharterTimes::CharterTimes(store::Store& store) : store_(store) {
  for (const auto& [key, row] : store_.snapshot()->settings(charter_rows::time_prefix)) {
    const auto version = charter_rows::version_of_time_key(key);
    const auto time = charter_rows::decode_time(row);
    if (!version || !time)
      throw store::StoreBroken("a stored time of the charter is damaged (" + key +
                               "); restore a backup of this node");
    kept_[*version] = {time->hash, time->taken_ms, time->approved_ms};
  }
}

void CharterTimes::keep(std::uint32_t version, const Kept& kept) {
  store_.put_setting(charter_rows::time_key(version),
                     charter_rows::encode_time({kept.hash, kept.taken_ms, kept.approved_ms}));
  kept_[version] = kept;
}

void CharterTimes::taken(const protocol::Charter& version, std::uint64_t now_ms) {
  const auto known = kept_.find(version.version());
  if (known != kept_.end() && known->second.hash == version.hash()) return;
  keep(version.version(), {version.hash(), now_ms, 0});
}

bool CharterTimes::approved(const protocol::Charter& version, const protocol::CharterApproval& approval,
                            std::uint64_t at_ms) {
  const auto known = kept_.find(version.version());
  if (known == kept_.end() || known->second.hash != version.hash()) return false;
  const bool counted = std::ranges::any_of(approval.signatures, [&](const protocol::SignedBy& given) {
    return std::ranges::find(version.signatures(), given) != version.signatures().end();
  });
  auto kept = known->second;
  // Nobody approved what is in force after it was taken: a clock was ahead, or it was said again.
  if (!counted || at_ms > kept.taken_ms || at_ms <= kept.approved_ms) return false;
  kept.approved_ms = at_ms;
  keep(version.version(), kept);
  return true;
}

std::uint64_t CharterTimes::at(const protocol::Charter& version) const {
  const auto known = kept_.find(version.version());
  if (known == kept_.end() || known->second.hash != version.hash()) return 0;
  return known->second.approved_ms != 0 ? known->second.approved_ms : known->second.taken_ms;
}

}  // namespace hansa::core
