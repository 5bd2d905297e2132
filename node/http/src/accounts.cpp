#include "http/accounts.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cassert>
#include <future>
#include <semaphore>

#include "failed_sign_ins.h"
#include "protocol/password.h"
#include "secrets.h"

namespace hansa::http {
namespace json = boost::json;
namespace {

constexpr std::string_view role_names[] = {"feed", "reader", "editor", "coordinator", "admin"};
constexpr std::size_t name_chars_max = 64;
constexpr std::size_t token_id_bytes = 8;
constexpr std::size_t token_secret_bytes = 32;
constexpr std::string_view token_prefix = "hansa_";
constexpr std::ptrdiff_t hashes_at_once = 2;  // 64 MiB and a core each

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= name_chars_max &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.-") == std::string_view::npos;
}

std::string user_key(std::string_view name) { return "user/" + std::string(name); }
std::string token_key(std::string_view id) { return "token/" + std::string(id); }

struct StoredUser {
  User user;
  std::string password;  ///< argon2id
};

struct StoredToken {
  Token token;
  std::string hash;  ///< hexadecimal
};

const json::string* text_in(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_string();
}

std::optional<json::object> parse(const protocol::Bytes& bytes) {
  json::error_code bad;
  auto value = json::parse(protocol::text_of(bytes), bad);
  if (bad || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

std::optional<StoredUser> user_from(std::string_view name, const protocol::Bytes& bytes) {
  const auto object = parse(bytes);
  if (!object) return std::nullopt;
  const auto* role_text = text_in(*object, "role");
  const auto* language = text_in(*object, "language");
  const auto* password = text_in(*object, "password");
  if (role_text == nullptr || language == nullptr || password == nullptr) return std::nullopt;
  const auto known = role(*role_text);
  if (!known) return std::nullopt;
  return StoredUser{User{std::string(name), *known, std::string(*language)}, std::string(*password)};
}

std::string text_of(const StoredUser& stored) {
  return json::serialize(json::object{
      {"role", name(stored.user.role)}, {"language", stored.user.language}, {"password", stored.password}});
}

std::optional<StoredToken> token_from(std::string_view id, const protocol::Bytes& bytes) {
  const auto object = parse(bytes);
  if (!object) return std::nullopt;
  const auto* label = text_in(*object, "label");
  const auto* role_text = text_in(*object, "role");
  const auto* hash = text_in(*object, "hash");
  const auto* created = object->if_contains("created");
  if (label == nullptr || role_text == nullptr || hash == nullptr || created == nullptr) return std::nullopt;
  json::error_code bad;
  const auto created_ms = created->to_number<std::uint64_t>(bad);
  const auto known = role(*role_text);
  if (bad || !known) return std::nullopt;
  return StoredToken{Token{std::string(id), std::string(*label), *known, created_ms}, std::string(*hash)};
}

std::string text_of(const StoredToken& stored) {
  return json::serialize(json::object{{"label", stored.token.label},
                                      {"role", name(stored.token.role)},
                                      {"created", stored.token.created_ms},
                                      {"hash", stored.hash}});
}

/// Each setting under `prefix` that `from` can read.
template <class From>
auto all_of(const core::NodePort& node, std::string_view prefix, From from) {
  std::vector<typename decltype(from({}, {}))::value_type> all;
  for (const auto& [key, bytes] : node.snapshot()->settings(prefix))
    if (auto stored = from(std::string_view(key).substr(prefix.size()), bytes))
      all.push_back(std::move(*stored));
  return all;
}

template <class From>
auto one_of(const core::NodePort& node, const std::string& key, std::string_view id, From from)
    -> decltype(from({}, {})) {
  const auto bytes = node.snapshot()->setting(key);
  if (!bytes) return std::nullopt;
  return from(id, *bytes);
}

}  // namespace

std::string_view name(Role role) { return role_names[static_cast<std::size_t>(role)]; }

std::optional<Role> role(std::string_view name) {
  const auto* const found = std::find(std::begin(role_names), std::end(role_names), name);
  if (found == std::end(role_names)) return std::nullopt;
  return static_cast<Role>(found - std::begin(role_names));
}

std::string_view name(AccountRefused refused) {
  switch (refused) {
    case AccountRefused::bad_name:
      return "bad_name";
    case AccountRefused::bad_label:
      return "bad_label";
    case AccountRefused::user_exists:
      return "user_exists";
    case AccountRefused::user_not_found:
      return "user_not_found";
    case AccountRefused::token_not_found:
      return "token_not_found";
    case AccountRefused::password_too_short:
      return "password_too_short";
    case AccountRefused::password_too_long:
      return "password_too_long";
    case AccountRefused::last_admin:
      return "last_admin";
    case AccountRefused::bad_credentials:
      return "bad_credentials";
    case AccountRefused::rate_limited:
      return "rate_limited";
  }
  assert(!"every refusal has a name");
  return {};
}

std::optional<AccountRefused> fault_of_user_name(std::string_view name) {
  if (!is_name(name)) return AccountRefused::bad_name;
  return std::nullopt;
}

std::optional<AccountRefused> fault_of_password(std::string_view password) {
  if (password.size() < protocol::password_bytes_min) return AccountRefused::password_too_short;
  if (password.size() > protocol::password_bytes_max) return AccountRefused::password_too_long;
  return std::nullopt;
}

std::optional<AccountRefused> fault_of_label(std::string_view label) {
  if (label.empty() || label.size() > token_label_bytes_max) return AccountRefused::bad_label;
  return std::nullopt;
}

struct Accounts::Guards {
  FailedSignIns failed;
  std::mutex changing;  ///< held from looking to writing, so that two changes do not cross
  std::counting_semaphore<hashes_at_once> hashing{hashes_at_once};
  std::once_flag decoy_made;
  std::string decoy;  ///< what the password of an unknown user is compared with

  /// Waits for a turn at hashing and gives it back.
  struct Turn {
    explicit Turn(Guards& all) : guards(all) { guards.hashing.acquire(); }
    ~Turn() { guards.hashing.release(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    Guards& guards;
  };

  protocol::Outcome<std::string, AccountRefused> hash(std::string_view password) {
    const Turn turn(*this);
    if (const auto fault = fault_of_password(password)) return *fault;
    auto hashed = protocol::hash_password(password);
    assert(hashed);
    return std::move(*hashed);
  }

  bool matches(const std::string& hash, std::string_view password) {
    const Turn turn(*this);
    return protocol::password_matches(hash, password);
  }
};

Accounts::Accounts(core::NodePort& node, protocol::Entropy entropy)
    : node_(node), entropy_(std::move(entropy)), guards_(std::make_shared<Guards>()) {}

void Accounts::put(const std::string& key, std::optional<std::string> value) {
  std::optional<protocol::Bytes> bytes;
  if (value) bytes.emplace(value->begin(), value->end());
  // The callback owns the promise: when the core stops without calling it, the wait ends with an exception.
  auto synced = std::make_shared<std::promise<void>>();
  auto done = synced->get_future();
  node_.put_setting(key, std::move(bytes), [synced = std::move(synced)] { synced->set_value(); });
  done.get();
}

Accepted Accounts::add_user(const User& user, std::string_view password) {
  if (const auto fault = fault_of_user_name(user.name)) return *fault;
  auto hashed = guards_->hash(password);
  if (!hashed) return hashed.error();
  const std::lock_guard lock(guards_->changing);
  const auto key = user_key(user.name);
  if (node_.snapshot()->setting(key)) return AccountRefused::user_exists;
  put(key, text_of(StoredUser{user, std::move(*hashed)}));
  return protocol::Done{};
}

Accepted Accounts::remove_user(std::string_view name) {
  const std::lock_guard lock(guards_->changing);
  const auto all = users();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const User& user) { return user.name == name; });
  if (found == all.end()) return AccountRefused::user_not_found;
  const auto admins =
      std::count_if(all.begin(), all.end(), [](const User& user) { return user.role == Role::admin; });
  if (found->role == Role::admin && admins == 1) return AccountRefused::last_admin;
  put(user_key(name), std::nullopt);
  return protocol::Done{};
}

Accepted Accounts::set_password(std::string_view name, std::string_view password) {
  if (!is_name(name)) return AccountRefused::user_not_found;
  auto hashed = guards_->hash(password);
  if (!hashed) return hashed.error();
  const std::lock_guard lock(guards_->changing);
  auto stored = one_of(node_, user_key(name), name, user_from);
  if (!stored) return AccountRefused::user_not_found;
  stored->password = std::move(*hashed);
  put(user_key(name), text_of(*stored));
  return protocol::Done{};
}

std::vector<User> Accounts::users() const {
  std::vector<User> users;
  for (auto& stored : all_of(node_, "user/", user_from)) users.push_back(std::move(stored.user));
  return users;
}

protocol::Outcome<User, AccountRefused> Accounts::sign_in(std::string_view name, std::string_view password,
                                                          const std::string& remote) {
  // Whatever is no name counts as one and the same, so that long texts are not kept.
  const bool possible = is_name(name);
  const std::string counted = possible ? std::string(name) : std::string();
  if (!guards_->failed.begin(counted, remote, node_.now_ms())) return AccountRefused::rate_limited;
  std::call_once(guards_->decoy_made, [this] {
    auto hashed = guards_->hash(random_hex(entropy_, token_secret_bytes));
    assert(hashed);
    guards_->decoy = std::move(*hashed);
  });
  const auto stored = possible ? one_of(node_, user_key(name), name, user_from) : std::nullopt;
  const bool match = guards_->matches(stored ? stored->password : guards_->decoy, password);
  if (!stored || !match) return AccountRefused::bad_credentials;
  guards_->failed.succeeded(counted, remote);
  return stored->user;
}

std::uint64_t Accounts::seconds_to_wait(std::string_view name, const std::string& remote) const {
  const std::string counted = is_name(name) ? std::string(name) : std::string();
  return (guards_->failed.wait_ms(counted, remote, node_.now_ms()) + 999) / 1000;
}

protocol::Outcome<Accounts::NewToken, AccountRefused> Accounts::add_token(std::string_view label, Role role) {
  if (const auto fault = fault_of_label(label)) return *fault;
  NewToken made;
  made.token = Token{random_hex(entropy_, token_id_bytes), std::string(label), role, node_.now_ms()};
  const auto secret = random_hex(entropy_, token_secret_bytes);
  // The id in it finds the hash to compare with, without a walk over all tokens.
  made.secret = std::string(token_prefix) + made.token.id + "_" + secret;
  const std::lock_guard lock(guards_->changing);
  put(token_key(made.token.id),
      text_of(StoredToken{made.token, protocol::to_hex(hash_of_secret(made.secret))}));
  return made;
}

Accepted Accounts::remove_token(std::string_view id) {
  if (!is_name(id)) return AccountRefused::token_not_found;
  const std::lock_guard lock(guards_->changing);
  if (!node_.snapshot()->setting(token_key(id))) return AccountRefused::token_not_found;
  put(token_key(id), std::nullopt);
  return protocol::Done{};
}

std::vector<Token> Accounts::tokens() const {
  std::vector<Token> tokens;
  for (auto& stored : all_of(node_, "token/", token_from)) tokens.push_back(std::move(stored.token));
  return tokens;
}

std::optional<Token> Accounts::token_of(std::string_view secret) const {
  constexpr auto id_chars = 2 * token_id_bytes;
  if (secret.size() != token_prefix.size() + id_chars + 1 + 2 * token_secret_bytes) return std::nullopt;
  if (secret.substr(0, token_prefix.size()) != token_prefix) return std::nullopt;
  const auto id = secret.substr(token_prefix.size(), id_chars);
  const auto stored = one_of(node_, token_key(id), id, token_from);
  if (!stored || !equal_in_constant_time(stored->hash, protocol::to_hex(hash_of_secret(secret))))
    return std::nullopt;
  return stored->token;
}

}  // namespace hansa::http
