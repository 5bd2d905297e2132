#include "protocol/password.h"

#include <sodium.h>

#include <array>
#include <cstdint>
#include <new>

#include "protocol/recovery.h"

namespace hansa::protocol {
namespace {
constexpr std::size_t generated_words = 5;
}

Outcome<std::string> hash_password(std::string_view password) {
  if (password.size() > password_bytes_max) return Refusal::too_large;
  if (password.size() < password_bytes_min) return Refusal::malformed;
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str(hash.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
    throw std::bad_alloc();
  return std::string(hash.data());
}

bool password_matches(std::string_view hash, std::string_view password) {
  if (hash.size() >= crypto_pwhash_STRBYTES || password.size() > password_bytes_max) return false;
  const std::string terminated(hash);
  return crypto_pwhash_str_verify(terminated.c_str(), password.data(), password.size()) == 0;
}

std::string make_password(const Entropy& entropy) {
  std::string password;
  for (std::size_t count = 0; count < generated_words; ++count) {
    std::array<std::uint8_t, 2> random{};
    entropy(random);
    // 2048 divides 65536: every word is equally likely.
    const std::size_t index = (std::size_t{random[0]} << 8 | random[1]) % word_list_size;
    if (!password.empty()) password += '-';
    password += word(index);
  }
  return password;
}

}  // namespace hansa::protocol
