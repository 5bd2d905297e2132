#include "federation.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

namespace hansa::test {

Federation::Federation(std::size_t nodes) {
  const auto entropy = protocol::system_entropy();
  for (std::size_t i = 0; i < nodes; ++i) keys.push_back(protocol::SecretKey::generate(entropy));
  std::sort(keys.begin(), keys.end(),
            [](const auto& a, const auto& b) { return a.public_key() < b.public_key(); });
  protocol::CharterBody body;
  body.names = {{"en", "Test federation"}};
  for (const auto& key : keys) {
    protocol::CharterPartner partner;
    entropy(partner.id.bytes);
    partner.names = {{"en", "Partner"}};
    partner.country = "LV";
    partner.role = body.partners.empty() ? protocol::PartnerRole::coordinator : protocol::PartnerRole::member;
    protocol::CharterNode node;
    node.key = key.public_key();
    node.partner = partner.id;
    body.partners.push_back(std::move(partner));
    body.nodes.push_back(std::move(node));
  }
  const auto signer = protocol::SecretKey::generate(entropy);
  body.signers = {{signer.public_key(), "Signer", std::nullopt}};
  const std::array<const protocol::SecretKey*, 1> signers{&signer};
  auto founded = protocol::found_charter(std::move(body), signers, entropy);
  REQUIRE(founded.has_value());
  charter.push_back(std::move(*founded));
}

}  // namespace hansa::test
