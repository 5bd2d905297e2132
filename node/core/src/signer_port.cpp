#include "core/signer_port.h"

#include <array>

namespace hansa::core {

std::string_view name(SignRefused refusal) {
  static constexpr std::array<std::string_view, 6> names = {"no_signer_key",    "key_damaged",
                                                            "wrong_passphrase", "signed_another",
                                                            "memory_damaged",   "signer_key_there"};
  return names.at(static_cast<std::size_t>(refusal));
}

}  // namespace hansa::core
