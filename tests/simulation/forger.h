#pragma once
// Charters that nobody should take: what somebody makes of the chain that everybody has, of keys that signed
// once, and of what they sign with now.

#include <optional>
#include <vector>

#include "chance.h"
#include "council.h"
#include "protocol/charter_chain.h"

namespace hansa::simulation {

/// Versions of a charter, and what a hello says of them.
struct Lie {
  std::vector<protocol::Bytes> charters;
  std::uint32_t version = 0;  ///< Said to be the newest,
  protocol::Hash hash{};      ///< which is called this.
  /// No node may take any of it. Of the others a node may take what is old and true, or, if it holds nothing
  /// that was final before, what former signers signed.
  bool is_forged = true;
};

class Forger {
 public:
  Forger(Chance& chance, Council& council) : chance_(chance), council_(council) {}

  /// Out of what is true.
  Lie forge(const protocol::CharterChain& truth);
  /// Another history from a final version on, longer than the true one, signed by those who were signers then
  /// and are not any more; none if they are too few.
  std::optional<Lie> rewrite(const protocol::CharterChain& truth);

 private:
  protocol::Bytes badly_signed(const protocol::Charter& newest);
  protocol::Bytes damaged(const protocol::Charter& newest);
  std::vector<protocol::Bytes> of_another_federation();
  std::vector<Signer*> former(const protocol::CharterChain& truth, std::uint32_t version);
  protocol::Charter next_of(const protocol::Charter& before, const std::vector<Signer*>& signers);

  Chance& chance_;
  Council& council_;
};

}  // namespace hansa::simulation
