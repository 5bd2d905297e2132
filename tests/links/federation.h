#pragma once
// A federation of a few node keys, with a charter that lists them.

#include <cstddef>
#include <vector>

#include "protocol/charter.h"
#include "protocol/keys.h"

namespace hansa::test {

struct Federation {
  std::vector<protocol::SecretKey> keys;   ///< In ascending order of the public keys.
  std::vector<protocol::Charter> charter;  ///< Exactly one.

  explicit Federation(std::size_t nodes);
};

}  // namespace hansa::test
