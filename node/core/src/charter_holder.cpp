#include "core/charter_holder.h"

namespace hansa::core {

std::string name_of(const protocol::CharterPartner& partner) {
  return protocol::Charter::name_in(partner.names, "en");
}

std::string owner_name(const protocol::Charter& charter, const protocol::PublicKey& node) {
  const auto* listed = charter.node(node);
  const auto* partner = listed == nullptr ? nullptr : charter.partner(listed->partner);
  return partner == nullptr ? protocol::to_text(node) : name_of(*partner);
}

std::vector<protocol::PartnerId> CharterHolder::partners_of(const protocol::PublicKey& key) const {
  const auto charter = get();
  if (!charter) return {};
  return protocol::partners_of(*charter, key);
}

}  // namespace hansa::core
