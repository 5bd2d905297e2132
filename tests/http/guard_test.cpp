#include "http/guard.h"

#include <doctest/doctest.h>

#include "settings_node.h"

using namespace hansa;
using http::Denied;
using http::Headers;
using http::Request;

namespace {

Request request(const std::string& method, Headers headers) {
  return {method, "/api/v1/records", std::move(headers), "", "127.0.0.1"};
}

Request from(const std::string& host, const std::string& origin) {
  return request("POST", {{"host", host}, {"ORIGIN", origin}});
}

std::string cookie_in(const std::string& line) { return line.substr(0, line.find(';')); }

}  // namespace

TEST_CASE("the Host header names loopback or a host of the settings") {
  const std::vector<std::string> hosts = {"Catalogue.example.org", "node.example.org:8440", "[2001:db8::1]"};
  for (const auto* host :
       {"localhost", "localhost:8440", "LOCALHOST:1", "127.0.0.1:8440", "127.0.0.2", "[::1]:8440", "[::1]",
        "catalogue.example.org", "CATALOGUE.example.org:443", "node.example.org:8440", "[2001:db8::1]:80"})
    CHECK_MESSAGE(check_place(request("GET", {{"Host", host}}), hosts), host);
  for (const auto* host :
       {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "node.example.org",
        "node.example.org:8441", "192.0.2.1", "localhost:http", "localhost:", "[::1", "[::1]x", "[::1]x8440",
        ":8440", "catalogue.example.org.", "[2001:db8::2]", "localhost:123456"})
    CHECK_MESSAGE(!check_place(request("GET", {{"Host", host}}), hosts), host);
  CHECK_FALSE(check_place(request("GET", {}), hosts));
  CHECK(status_of(check_place(request("GET", {}), hosts).error()) == 421);
}

TEST_CASE("a page of another origin cannot ask for a change") {
  const std::vector<std::string> hosts = {"catalogue.example.org"};
  CHECK(check_place(from("localhost:8440", "http://localhost:8440"), hosts));
  CHECK(check_place(from("catalogue.example.org", "https://catalogue.example.org"), hosts));
  CHECK(check_place(from("catalogue.example.org:443", "https://Catalogue.example.org"), hosts));
  CHECK(check_place(from("localhost", "http://localhost:80"), hosts));
  for (const auto* origin : {"http://localhost", "http://localhost:8442", "https://evil.example", "null",
                             "http://127.0.0.1:8440", "ftp://localhost:8440", "localhost:8440", "http://"}) {
    const auto result = check_place(from("localhost:8440", origin), hosts);
    REQUIRE_MESSAGE(!result, origin);
    CHECK(result.error() == Denied::origin_not_allowed);
  }
  CHECK(check_place(request("GET", {{"Host", "localhost"}, {"Origin", "https://evil.example"}}), hosts));
  for (const auto* method : {"POST", "PUT", "DELETE", "PATCH", "ANYTHING"})
    CHECK_FALSE(
        check_place(request(method, {{"Host", "localhost"}, {"Sec-Fetch-Site", "cross-site"}}), hosts));
  CHECK_FALSE(check_place(request("POST", {{"Host", "localhost"}, {"Sec-Fetch-Site", "same-site"}}), hosts));
  CHECK(check_place(request("POST", {{"Host", "localhost"}, {"Sec-Fetch-Site", "same-origin"}}), hosts));
  CHECK(check_place(request("POST", {{"Host", "localhost"}}), hosts));
}

TEST_CASE("tokens say who asks") {
  test::SettingsNode node;
  http::Accounts accounts(node);
  http::Sessions sessions(protocol::system_entropy());
  const auto made = accounts.add_token("import", http::Role::editor);
  REQUIRE(made);
  const auto who = [&](const std::string& authorization,
                       const std::string& operator_token = "operator-secret") {
    return principal_of(request("POST", {{"Host", "localhost"}, {"Authorization", authorization}}),
                        operator_token, accounts, sessions, node.now);
  };
  const auto token = who("Bearer " + made->secret);
  REQUIRE(token);
  CHECK(token->name == "import");
  CHECK(token->role == http::Role::editor);
  CHECK_FALSE(token->by_session);
  const auto machine = who("bearer operator-secret");
  REQUIRE(machine);
  CHECK(machine->role == http::Role::admin);
  for (const auto* wrong : {"Bearer ", "Bearer operator-secre", "Bearer operator-secretx",
                            "Basic operator-secret", "operator-secret", "Bearer"})
    CHECK_MESSAGE(!who(wrong), wrong);
  CHECK_FALSE(who("Bearer ", ""));
  CHECK_FALSE(who("Bearer", ""));
}

TEST_CASE("a session says who asks, and a change needs its CSRF token") {
  test::SettingsNode node;
  http::Accounts accounts(node);
  http::Sessions sessions(protocol::system_entropy());
  const auto begun = sessions.begin({"ilze", http::Role::coordinator, "lv"}, node.now);
  const auto other = sessions.begin({"anna", http::Role::admin, "lv"}, node.now);
  const auto who = [&](const std::string& method, const std::string& csrf) {
    Headers headers = {{"Host", "localhost"}, {"Cookie", "a=b; hansa_session=" + begun.cookie + "; c=d"}};
    if (!csrf.empty()) headers.emplace_back("x-csrf-token", csrf);
    return principal_of(request(method, headers), "", accounts, sessions, node.now);
  };
  const auto reading = who("GET", "");
  REQUIRE(reading);
  CHECK(reading->name == "ilze");
  CHECK(reading->by_session);
  CHECK(reading->csrf == begun.csrf);
  CHECK(reading->language == "lv");
  REQUIRE(who("POST", begun.csrf));
  for (const auto& wrong : {std::string(), other.csrf, begun.csrf.substr(1), begun.cookie}) {
    const auto denied = who("DELETE", wrong);
    REQUIRE_FALSE(denied);
    CHECK(denied.error() == Denied::csrf_missing);
    CHECK(status_of(denied.error()) == 403);
  }
  node.now += http::session_idle_ms;
  CHECK(who("GET", "").error() == Denied::not_signed_in);
}

TEST_CASE("a bad token is not made good by a session") {
  test::SettingsNode node;
  http::Accounts accounts(node);
  http::Sessions sessions(protocol::system_entropy());
  const auto begun = sessions.begin({"ilze", http::Role::admin, "lv"}, node.now);
  const auto asked = request("GET", {{"Host", "localhost"},
                                     {"Authorization", "Bearer wrong"},
                                     {"Cookie", "hansa_session=" + begun.cookie}});
  CHECK(principal_of(asked, "", accounts, sessions, node.now).error() == Denied::bad_token);
}

TEST_CASE("the nodes of one machine have cookies of their own") {
  const auto first = request("GET", {{"Host", "127.0.0.1:8440"}});
  const auto second = request("GET", {{"Host", "127.0.0.1:8442"}});
  const auto both = cookie_in(set_session_cookie(first, "one", false)) + "; " +
                    cookie_in(set_session_cookie(second, "two", false));
  CHECK(http::session_cookie(request("GET", {{"Host", "127.0.0.1:8440"}, {"Cookie", both}})) == "one");
  CHECK(http::session_cookie(request("GET", {{"Host", "127.0.0.1:8442"}, {"Cookie", both}})) == "two");
  CHECK(http::session_cookie(request("GET", {{"Host", "127.0.0.1"}, {"Cookie", both}})).empty());
  CHECK(http::session_cookie(second).empty());
}

TEST_CASE("the session cookie is kept from scripts and other sites") {
  const auto asked = request("GET", {{"Host", "catalogue.example.org"}});
  const auto line = set_session_cookie(asked, "abc", true);
  CHECK(line == "hansa_session=abc; Path=/; HttpOnly; SameSite=Strict; Secure");
  CHECK(set_session_cookie(asked, "abc", false).find("Secure") == std::string::npos);
  CHECK(clear_session_cookie(asked, true).find("Max-Age=0") != std::string::npos);
}
