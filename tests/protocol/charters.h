#pragma once
// Charters for tests: three partners, a node each, three signers.

#include <doctest/doctest.h>

#include <vector>

#include "dice.h"
#include "protocol/charter.h"

namespace hansa::protocol::testing {

struct Federation {
  Dice dice;
  std::vector<SecretKey> signers;
  std::vector<SecretKey> nodes;
  std::optional<Charter> charter;

  explicit Federation(std::uint64_t seed) : dice(seed) {
    CharterBody body = founding_body();
    auto founded = found_charter(body, pointers(3), dice.entropy());
    REQUIRE(founded);
    charter = std::move(*founded);
  }

  CharterBody founding_body() {
    CharterBody body;
    body.names = {{"en", "Northern towns"}, {"lv", "Ziemeļu pilsētas"}};
    const char* countries[] = {"LV", "LT", "FI"};
    for (int i = 0; i < 3; ++i) {
      CharterPartner partner{dice.partner(), {{"en", "Town"}}, countries[i]};
      if (i == 0) partner.role = PartnerRole::coordinator;
      nodes.push_back(dice.key());
      signers.push_back(dice.key());
      CharterNode node;
      node.key = nodes.back().public_key();
      node.partner = partner.id;
      body.nodes.push_back(node);
      body.signers.push_back({signers.back().public_key(), "A signer", partner.id});
      body.partners.push_back(partner);
    }
    body.personal_data_countries = {"LV", "FI"};
    return body;
  }

  std::vector<const SecretKey*> pointers(std::size_t count) const {
    std::vector<const SecretKey*> keys;
    for (std::size_t i = 0; i < count; ++i) keys.push_back(&signers[i]);
    return keys;
  }

  /// `body` signed by these keys, as bytes.
  Bytes signed_by(const CharterBody& body, const std::vector<const SecretKey*>& keys) const {
    const auto bytes = encode_charter_body(body);
    REQUIRE(bytes);
    std::vector<SignedBy> signatures;
    for (const SecretKey* key : keys) {
      signatures.emplace_back(key->public_key(), sign_charter(charter_hash(body.version, *bytes), *key));
    }
    return assemble_charter(*bytes, signatures);
  }
  CharterBody next() { return next_body(*charter, dice.entropy()); }
  Outcome<Charter, CharterFault> read_next(const CharterBody& body, std::size_t signatures = 3) const {
    return read_charter(signed_by(body, pointers(signatures)), &*charter);
  }
};

}  // namespace hansa::protocol::testing
