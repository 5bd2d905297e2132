#include "core/charter_holder.h"

namespace hansa::core {

std::vector<protocol::PartnerId> CharterHolder::partners_of(const protocol::PublicKey& key) const {
  const auto charter = get();
  if (!charter) return {};
  return protocol::partners_of(*charter, key);
}

}  // namespace hansa::core
