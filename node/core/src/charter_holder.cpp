#include "core/charter_holder.h"

namespace hansa::core {

std::optional<protocol::PartnerId> CharterHolder::partner_of(const protocol::PublicKey& key) const {
  const auto charter = get();
  if (!charter) return std::nullopt;
  const auto* node = charter->node(key);
  if (node == nullptr) return std::nullopt;
  return node->partner;
}

}  // namespace hansa::core
