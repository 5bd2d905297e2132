#include "http/accounts.h"

#include <doctest/doctest.h>

#include "protocol/password.h"
#include "settings_node.h"

using namespace hansa;
using http::AccountRefused;
using http::Role;

namespace {

const std::string password = "kas mācās, tas prot";
const std::string here = "192.0.2.7";
constexpr std::uint64_t minute_ms = 60'000;

http::User user(const std::string& name, Role role = Role::editor) { return {name, role, "lv"}; }

void fail(http::Accounts& accounts, const std::string& name, const std::string& remote, int times) {
  for (int count = 0; count < times; ++count)
    REQUIRE(accounts.sign_in(name, "not the password", remote).error() == AccountRefused::bad_credentials);
}

}  // namespace

TEST_CASE("a user signs in with the password and nothing else, also after a restart") {
  test::SettingsNode node;
  {
    http::Accounts accounts(node);
    REQUIRE(accounts.add_user(user("ilze"), password));
    CHECK(accounts.add_user(user("ilze", Role::admin), password).error() == AccountRefused::user_exists);
  }
  http::Accounts accounts(node);
  const auto signed_in = accounts.sign_in("ilze", password, here);
  REQUIRE(signed_in);
  CHECK(signed_in->name == "ilze");
  CHECK(signed_in->role == Role::editor);
  CHECK(signed_in->language == "lv");
  CHECK(accounts.sign_in("ilze", password + " ", here).error() == AccountRefused::bad_credentials);
  CHECK(accounts.sign_in("nobody", password, here).error() == AccountRefused::bad_credentials);
  CHECK(accounts.sign_in("../ilze", password, here).error() == AccountRefused::bad_credentials);
}

TEST_CASE("the store holds neither passwords nor token secrets") {
  test::SettingsNode node;
  http::Accounts accounts(node);
  REQUIRE(accounts.add_user(user("ilze"), password));
  const auto made = accounts.add_token("import", Role::editor);
  REQUIRE(made);
  const auto settings = node.snapshot()->settings("");
  CHECK(settings.size() == 2);
  for (const auto& [key, value] : settings) {
    CHECK(protocol::text_of(value).find(password) == std::string_view::npos);
    CHECK(protocol::text_of(value).find(made->secret.substr(made->secret.size() - 64)) ==
          std::string_view::npos);
  }
}

TEST_CASE("names and passwords have limits") {
  test::SettingsNode node;
  http::Accounts accounts(node);
  for (const std::string name : {"", "Ilze", "il ze", "a/b", "ī"})
    CHECK(accounts.add_user(user(name), password).error() == AccountRefused::bad_name);
  CHECK(accounts.add_user(user(std::string(65, 'a')), password).error() == AccountRefused::bad_name);
  CHECK(accounts.add_user(user("a"), std::string(protocol::password_bytes_min - 1, 'x')).error() ==
        AccountRefused::password_too_short);
  CHECK(accounts.add_user(user("a"), std::string(protocol::password_bytes_max + 1, 'x')).error() ==
        AccountRefused::password_too_long);
  CHECK(accounts.users().empty());
  REQUIRE(accounts.add_user(user(std::string(64, 'a')), password));
  CHECK(accounts.users().size() == 1);
}

TEST_CASE("the last admin stays") {
  test::SettingsNode node;
  http::Accounts accounts(node);
  REQUIRE(accounts.add_user(user("one", Role::admin), password));
  REQUIRE(accounts.add_user(user("two", Role::admin), password));
  REQUIRE(accounts.add_user(user("three", Role::coordinator), password));
  REQUIRE(accounts.remove_user("one"));
  CHECK(accounts.remove_user("two").error() == AccountRefused::last_admin);
  CHECK(accounts.remove_user("one").error() == AccountRefused::user_not_found);
  REQUIRE(accounts.remove_user("three"));
  REQUIRE(accounts.users().size() == 1);
  CHECK(accounts.users().front().name == "two");
}

TEST_CASE("a new password replaces the old one") {
  test::SettingsNode node;
  http::Accounts accounts(node);
  REQUIRE(accounts.add_user(user("ilze", Role::coordinator), password));
  REQUIRE(accounts.set_password("ilze", "something else"));
  CHECK(accounts.sign_in("ilze", password, here).error() == AccountRefused::bad_credentials);
  REQUIRE(accounts.sign_in("ilze", "something else", here));
  CHECK(accounts.users().front().role == Role::coordinator);
  CHECK(accounts.set_password("ilze", "short").error() == AccountRefused::password_too_short);
  CHECK(accounts.set_password("nobody", "something else").error() == AccountRefused::user_not_found);
}

TEST_CASE("ten failures stop an address and a name, until ten minutes have passed") {
  test::SettingsNode node;
  http::Accounts accounts(node);
  REQUIRE(accounts.add_user(user("ilze"), password));
  fail(accounts, "somebody", here, 9);
  node.now += minute_ms;
  CHECK(accounts.seconds_to_wait("ilze", here) == 0);
  fail(accounts, "ilze", here, 1);
  CHECK(accounts.sign_in("ilze", password, here).error() == AccountRefused::rate_limited);
  CHECK(accounts.seconds_to_wait("ilze", here) == 9 * 60);
  REQUIRE(accounts.sign_in("ilze", password, "192.0.2.8"));
  node.now += 9 * minute_ms - 1;
  CHECK(accounts.sign_in("ilze", password, here).error() == AccountRefused::rate_limited);
  node.now += 1;
  REQUIRE(accounts.sign_in("ilze", password, here));

  for (int count = 0; count < 10; ++count) fail(accounts, "ilze", "192.0.2." + std::to_string(20 + count), 1);
  CHECK(accounts.sign_in("ilze", password, "192.0.2.99").error() == AccountRefused::rate_limited);
  node.now += 10 * minute_ms;
  CHECK(accounts.sign_in("ilze", password, "192.0.2.99"));
}

TEST_CASE("signing in does not clear what the address failed with other names") {
  test::SettingsNode node;
  http::Accounts accounts(node);
  REQUIRE(accounts.add_user(user("ilze"), password));
  fail(accounts, "admin", here, 9);
  REQUIRE(accounts.sign_in("ilze", password, here));
  fail(accounts, "admin2", here, 1);
  CHECK(accounts.sign_in("ilze", password, here).error() == AccountRefused::rate_limited);
}

TEST_CASE("all addresses of one IPv6 network are one client") {
  test::SettingsNode node;
  http::Accounts accounts(node);
  for (int count = 0; count < 10; ++count)
    fail(accounts, "name" + std::to_string(count), "2001:db8:1:2::" + std::to_string(count), 1);
  CHECK(accounts.sign_in("name", password, "2001:db8:1:2:aaaa::1").error() == AccountRefused::rate_limited);
  CHECK(accounts.sign_in("name", password, "2001:db8:1:3::1").error() == AccountRefused::bad_credentials);
}

TEST_CASE("a token opens until it is removed") {
  test::SettingsNode node;
  http::Accounts accounts(node);
  const auto made = accounts.add_token("nightly import", Role::editor);
  REQUIRE(made);
  const auto other = accounts.add_token("reports", Role::reader);
  REQUIRE(other);
  CHECK(made->token.created_ms == node.now);
  CHECK(accounts.tokens().size() == 2);
  const auto found = accounts.token_of(made->secret);
  REQUIRE(found);
  CHECK(found->id == made->token.id);
  CHECK(found->label == "nightly import");
  CHECK(found->role == Role::editor);

  auto forged = made->secret;
  forged.back() = forged.back() == '0' ? '1' : '0';
  CHECK_FALSE(accounts.token_of(forged));
  // The other token's id with this one's secret.
  auto mixed = made->secret;
  mixed.replace(6, 16, other->token.id);
  CHECK_FALSE(accounts.token_of(mixed));
  CHECK_FALSE(accounts.token_of(""));
  CHECK_FALSE(accounts.token_of(std::string(1000, 'a')));

  REQUIRE(accounts.remove_token(made->token.id));
  CHECK_FALSE(accounts.token_of(made->secret));
  CHECK(accounts.token_of(other->secret));
  CHECK(accounts.remove_token(made->token.id).error() == AccountRefused::token_not_found);
  CHECK(accounts.add_token("", Role::reader).error() == AccountRefused::bad_label);
  CHECK(accounts.add_token(std::string(101, 'x'), Role::reader).error() == AccountRefused::bad_label);
}

TEST_CASE("roles have names") {
  for (const auto role : {Role::reader, Role::editor, Role::coordinator, Role::admin})
    CHECK(http::role(name(role)) == role);
  CHECK_FALSE(http::role("root"));
}
