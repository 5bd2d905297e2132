#include "protocol/password.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace hansa::protocol;

TEST_CASE("a password matches its hash and nothing else does") {
  const auto hash = hash_password("correct horse battery");
  REQUIRE(hash);
  CHECK(password_matches(*hash, "correct horse battery"));
  CHECK_FALSE(password_matches(*hash, "correct horse batterz"));
  CHECK_FALSE(password_matches(*hash, ""));
  CHECK_FALSE(password_matches("", "correct horse battery"));
  CHECK_FALSE(password_matches("$argon2id$v=19$m=65536,t=2,p=1$damaged", "correct horse battery"));
}

TEST_CASE("passwords have a least and a greatest length") {
  CHECK(hash_password(std::string(password_bytes_min - 1, 'x')).error() == Refusal::malformed);
  CHECK(hash_password(std::string(password_bytes_max + 1, 'x')).error() == Refusal::too_large);
  CHECK_FALSE(password_matches("x", std::string(password_bytes_max + 1, 'x')));
}

TEST_CASE("a made password is five words, and another one each time") {
  const auto entropy = system_entropy();
  const auto one = make_password(entropy);
  CHECK(std::count(one.begin(), one.end(), '-') == 4);
  CHECK(one.size() >= password_bytes_min);
  CHECK(one != make_password(entropy));
}
