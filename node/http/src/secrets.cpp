#include "secrets.h"

#include <sodium.h>

namespace hansa::http {

std::string random_hex(const protocol::Entropy& entropy, std::size_t bytes) {
  protocol::Bytes random(bytes);
  entropy(random);
  return protocol::to_hex(random);
}

protocol::Hash hash_of_secret(std::string_view secret) {
  protocol::Hash hash{};
  const auto bytes = protocol::view_of(secret);
  crypto_generichash(hash.data(), hash.size(), bytes.data(), bytes.size(), nullptr, 0);
  return hash;
}

bool equal_in_constant_time(std::string_view one, std::string_view other) {
  return one.size() == other.size() && sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace hansa::http
