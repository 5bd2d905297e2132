#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/node_port.h"
#include "protocol/keys.h"
#include "protocol/outcome.h"

namespace hansa::http {

/// What somebody who signed in may do; each may do what those before it may. `feed` is for tokens only: it
/// reads exports, and may stand in their address.
enum class Role : std::uint8_t { feed, reader, editor, coordinator, admin };
std::string_view name(Role role);
std::optional<Role> role(std::string_view name);

struct User {
  std::string name;  ///< 1–64 of a–z 0–9 . _ -
  Role role = Role::reader;
  std::string language;  ///< of the pages, BCP 47
};

struct Token {
  std::string id;     ///< names it in lists; 16 hexadecimal digits
  std::string label;  ///< what it is for, 1–100 bytes
  Role role = Role::reader;
  std::uint64_t created_ms = 0;
};

/// Why an account was not changed, or nobody signed in. Names are stable; the API shows them.
enum class AccountRefused : std::uint8_t {
  bad_name,
  bad_label,
  user_exists,
  user_not_found,
  token_not_found,
  password_too_short,
  password_too_long,
  last_admin,  ///< the only admin cannot be removed
  bad_credentials,
  rate_limited,
};
std::string_view name(AccountRefused refused);
using Accepted = protocol::Outcome<protocol::Done, AccountRefused>;

/// What a new account is refused for whoever else there is; none if that is nothing. Pure; any thread.
std::optional<AccountRefused> fault_of_user_name(std::string_view name);
std::optional<AccountRefused> fault_of_password(std::string_view password);
std::optional<AccountRefused> fault_of_label(std::string_view label);
inline constexpr std::size_t token_label_bytes_max = 100;

/// Users and tokens in the store's settings `user/<name>` and `token/<id>`, as JSON; a value that this
/// version cannot read is no account. Passwords as argon2id strings, tokens as hashes. Each call that hashes
/// takes about 0.1 s, two at a time at most: not on the network thread. Any thread; changes wait until they
/// are synced, and throw std::future_error when the core stops instead. Not on the core thread.
class Accounts {
 public:
  explicit Accounts(core::NodePort& node, protocol::Entropy entropy = protocol::system_entropy());

  Accepted add_user(const User& user, std::string_view password);
  Accepted remove_user(std::string_view name);
  Accepted set_password(std::string_view name, std::string_view password);
  std::vector<User> users() const;

  /// Takes as long for a name that does not exist. `remote`: for the rate limit, 10 failures in 10 minutes
  /// for each address and each name.
  protocol::Outcome<User, AccountRefused> sign_in(std::string_view name, std::string_view password,
                                                  const std::string& remote);

  /// Until sign_in would look at a password again: for Retry-After.
  std::uint64_t seconds_to_wait(std::string_view name, const std::string& remote) const;

  struct NewToken {
    Token token;
    std::string secret;  ///< shown once
  };
  protocol::Outcome<NewToken, AccountRefused> add_token(std::string_view label, Role role);
  Accepted remove_token(std::string_view id);
  std::vector<Token> tokens() const;
  std::optional<Token> token_of(std::string_view secret) const;

 private:
  struct Guards;
  void put(const std::string& key, std::optional<std::string> value);

  core::NodePort& node_;
  protocol::Entropy entropy_;
  std::shared_ptr<Guards> guards_;
};

}  // namespace hansa::http
