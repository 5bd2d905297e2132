#pragma once

#include <span>

#include "protocol/card.h"
#include "protocol/charter.h"

namespace hansa::core {

/// Version 1 of the charter of a new federation: the first card's partner is its coordinator and has its one
/// signer, the others are members, and every card's country may hold personal data. `name`: of the
/// federation. Asserts that there is a card. Errors: what no charter may hold, such as an empty name, or a
/// card that is given twice. Pure; any thread.
protocol::Outcome<protocol::Charter, protocol::CharterFault> first_charter(
    protocol::LocalText name, std::span<const protocol::Card> cards, const protocol::SecretKey& signer,
    const protocol::Entropy& entropy);

}  // namespace hansa::core
