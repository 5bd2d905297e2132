#include "core/founding.h"

#include <algorithm>
#include <cassert>

namespace hansa::core {

using namespace protocol;

Outcome<Charter, CharterFault> first_charter(LocalText name, std::span<const Card> cards,
                                             const SecretKey& signer, const Entropy& entropy) {
  assert(!cards.empty());
  CharterBody body;
  body.names.push_back(std::move(name));
  for (const auto& card : cards) {
    CharterPartner partner;
    partner.id = card.partner;
    partner.names.push_back({card.language, card.name});
    partner.country = card.country;
    partner.role = body.partners.empty() ? PartnerRole::coordinator : PartnerRole::member;
    body.partners.push_back(std::move(partner));
    CharterNode node;
    node.key = card.node_key;
    node.partner = card.partner;
    body.nodes.push_back(std::move(node));
    auto& countries = body.personal_data_countries;
    if (std::ranges::find(countries, card.country) == countries.end()) countries.push_back(card.country);
  }
  body.signers.push_back({signer.public_key(), cards.front().name, cards.front().partner});
  const SecretKey* const founders[] = {&signer};
  return found_charter(std::move(body), founders, entropy);
}

}  // namespace hansa::core
