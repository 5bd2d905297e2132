#include "charter_times.h"

#include <algorithm>
#include <utility>

#include "store/broken.h"

namespace hansa::core {

CharterTimes::CharterTimes(store::Store& store) : store_(store) {
  for (const auto& [key, row] : store_.snapshot()->settings(charter_rows::time_prefix)) {
    const auto version = charter_rows::version_of_time_key(key);
    const auto time = charter_rows::decode_time(row);
    if (!version || !time)
      throw store::StoreBroken("a stored time of the charter is damaged (" + key +
                               "); restore a backup of this node");
    kept_[*version] = *time;
  }
}

void CharterTimes::taken(const protocol::Charter& version, std::uint64_t now_ms) {
  auto& kept = kept_[version.version()];
  if (kept.hash == version.hash()) return;
  kept = {version.hash(), now_ms, 0};
  changed_.insert(version.version());
}

void CharterTimes::approved(const protocol::Charter& version, const protocol::CharterApproval& approval,
                            std::uint64_t at_ms) {
  const auto known = kept_.find(version.version());
  if (known == kept_.end() || known->second.hash != version.hash()) return;
  auto& kept = known->second;
  // Nobody approved what is in force after it was taken: a clock was ahead, or it was said again.
  if (at_ms > kept.taken_ms) return;
  for (const auto& given : approval.signatures) {
    const bool counts = std::ranges::find(version.signatures(), given) != version.signatures().end();
    if (!counts || std::ranges::find(kept.signers, given.first) != kept.signers.end()) continue;
    kept.signers.push_back(given.first);
    kept.approved_ms = std::max(kept.approved_ms, at_ms);
    changed_.insert(version.version());
  }
}

bool CharterTimes::store() {
  for (const auto version : changed_)
    store_.put_setting(charter_rows::time_key(version), charter_rows::encode_time(kept_.at(version)));
  return !std::exchange(changed_, {}).empty();
}

std::uint64_t CharterTimes::at(const protocol::Charter& version) const {
  const auto known = kept_.find(version.version());
  if (known == kept_.end() || known->second.hash != version.hash()) return 0;
  return known->second.approved_ms != 0 ? known->second.approved_ms : known->second.taken_ms;
}

}  // namespace hansa::core
