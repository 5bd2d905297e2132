#pragma once
// Cookies, tokens and the like: made of chance, kept as hashes, compared in constant time. Any thread.

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/bytes.h"
#include "protocol/keys.h"

namespace hansa::http {

/// `bytes` random bytes as hexadecimal digits, two for each.
std::string random_hex(const protocol::Entropy& entropy, std::size_t bytes);
/// BLAKE2b-256. Only for secrets of at least 128 random bits: passwords need argon2id.
protocol::Hash hash_of_secret(std::string_view secret);
/// Takes as long whatever differs; only the lengths may show.
bool equal_in_constant_time(std::string_view one, std::string_view other);

}  // namespace hansa::http
