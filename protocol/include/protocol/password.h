#pragma once
// Passwords of the people who sign in: stored as argon2id strings (RFC 9106, libsodium's encoding with its
// own salt and cost), never in clear. Each call takes about 0.1 s and 64 MiB on purpose: not on a thread that
// serves, and few at once.
// Any thread; nothing is kept.

#include <string>
#include <string_view>

#include "protocol/keys.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

inline constexpr std::size_t password_bytes_min = 10;
inline constexpr std::size_t password_bytes_max = 256;

/// Errors: too_large, malformed (shorter than password_bytes_min). Throws std::bad_alloc.
Outcome<std::string> hash_password(std::string_view password);
/// Takes as long whether or not it matches. A damaged `hash` matches nothing.
[[nodiscard]] bool password_matches(std::string_view hash, std::string_view password);
/// A new password that can be read out on the phone: five words of the word list, 55 random bits.
std::string make_password(const Entropy& entropy);

}  // namespace hansa::protocol
