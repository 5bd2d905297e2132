// What the API says of a request that it does not carry out: which field, all at once, by a stable code.
#include <doctest/doctest.h>

#include "api_client.h"
#include "publishing_node.h"

using namespace hansa;
using test::ApiClient;

namespace {

const std::string organisation =
    R"({"kind":"organisation","language":"lv","content":{"name":{"lv":"Cēsis"},"orgType":"municipality","country":"LV"}})";
const std::string renamed =
    R"({"kind":"organisation","language":"lv","content":{"name":{"lv":"Cēsu novads"},"orgType":"municipality","country":"LV"}})";

struct Fixture {
  Fixture() : api(node, test::api_options()), client(api) { client.become_operator(); }

  /// "422 invalid_request: name required, role unknown_code"
  std::string said(const std::string& method, const std::string& target, const std::string& body = {},
                   const http::Headers& more = {}) {
    const auto response = client.ask(method, target, body, more);
    auto text = std::to_string(response.status);
    if (response.body.empty()) return text;
    const auto answer = ApiClient::json_of(response);
    if (const auto* code = answer.if_contains("code")) text += " " + std::string(code->as_string());
    const auto* errors = answer.if_contains("errors");
    if (errors == nullptr) return text;
    std::string separator = ":";
    for (const auto& error : errors->as_array()) {
      text += separator + " " + std::string(error.at("field").as_string()) + " " +
              std::string(error.at("code").as_string());
      separator = ",";
    }
    return text;
  }

  test::PublishingNode node;
  http::Api api;
  ApiClient client;
};

/// A record that was published, and how it is revised.
struct Revising : Fixture {
  Revising() {
    const auto created = client.ask("POST", "/api/v1/records", organisation);
    const auto record = ApiClient::json_of(created);
    path = "/api/v1/records/" + std::string(record.at("id").as_string());
    revision = std::string(record.at("revision").as_string());
  }
  std::string put(const std::string& body, const std::string& if_match, const std::string& query = {}) {
    return said("PUT", path + query, body, {{"If-Match", if_match}});
  }
  std::uint64_t entries() { return node.snapshot()->totals().entries; }

  std::string path, revision;
};

}  // namespace

TEST_CASE("a query parameter at fault is named") {
  Fixture f;
  CHECK(f.said("GET", "/api/v1/records?colour=red") == "400 unknown_parameter: colour unknown_parameter");
  CHECK(f.said("GET", "/api/v1/changes?since=x") == "400 bad_parameter: since bad_parameter");
  CHECK(f.said("GET", "/api/v1/changes?since=-1") == "400 bad_parameter: since bad_parameter");
  CHECK(f.said("GET", "/api/v1/changes?since=999999") == "400 bad_parameter: since bad_parameter");
  for (const auto* limit : {"0", "1001", "many", "99999999999999999999999"})
    CHECK_MESSAGE(f.said("GET", std::string("/api/v1/changes?limit=") + limit) ==
                      "400 bad_parameter: limit bad_parameter",
                  limit);
  CHECK(f.said("GET", "/api/v1/changes?since=&limit=1000") == "200");
  const auto long_value =
      ApiClient::json_of(f.client.ask("GET", "/api/v1/changes?since=" + std::string(5'000, 'x')));
  CHECK(long_value.at("errors").at(0).at("value").as_string().size() == 120);
}

TEST_CASE("what is wrong with a new account comes all at once") {
  Fixture f;
  const std::string users = "/api/v1/users";
  CHECK(f.said("POST", users, "{}") ==
        "422 invalid_request: name required, role required, password required");
  CHECK(f.said("POST", users,
               R"({"name":"Ilze B","role":"king","password":"short","language":"EN","colour":1})") ==
        "422 invalid_request: colour unknown_field, name bad_user_name, role unknown_code, language "
        "bad_language, password too_short");
  CHECK(f.said("POST", users, R"({"name":7,"role":"reader","password":null})") ==
        "422 invalid_request: name wrong_type, password required");
  CHECK(f.said("POST", users, "[]") == "422 invalid_request:  wrong_type");
  CHECK(f.said("POST", users, "{") == "400 malformed_json");
  CHECK(f.said("GET", users) == "200");
  CHECK(ApiClient::json_of(f.client.ask("GET", users)).at("items").as_array().empty());
  const std::string ilze = R"({"name":"ilze","role":"admin","password":"kas mācās, tas prot"})";
  CHECK(f.said("POST", users, ilze) == "201");
  CHECK(f.said("POST", users, ilze) == "409 user_exists: name user_exists");
  CHECK(f.said("DELETE", users + "/ilze") == "409 last_admin: name last_admin");
  CHECK(f.said("DELETE", users + "/nobody") == "404 user_not_found: name user_not_found");
  CHECK(f.said("PUT", users + "/ilze/password", R"({"password":"short","name":"ilze"})") ==
        "422 invalid_request: name unknown_field, password too_short");
  CHECK(f.said("PUT", users + "/nobody/password", R"({"password":"long enough"})") ==
        "404 user_not_found: name user_not_found");
}

TEST_CASE("a password that is refused is not repeated") {
  Fixture f;
  const auto refused =
      f.client.ask("POST", "/api/v1/users", R"({"name":"ilze","role":"admin","password":"secret"})");
  CHECK(refused.status == 422);
  CHECK(refused.body.find("secret") == std::string::npos);
}

TEST_CASE("tokens and sessions name their fields, too") {
  Fixture f;
  CHECK(f.said("POST", "/api/v1/tokens", R"({"name":"x"})") ==
        "422 invalid_request: name unknown_field, label required, role required");
  CHECK(f.said("POST", "/api/v1/tokens", R"({"label":")" + std::string(101, 'x') + R"(","role":"reader"})") ==
        "422 invalid_request: label too_long");
  CHECK(f.said("DELETE", "/api/v1/tokens/zz") == "404 token_not_found: id token_not_found");
  CHECK(f.said("POST", "/api/v1/session", R"({"name":"ilze"})") ==
        "422 invalid_request: name unknown_field, user required, password required");
  // Which of the two was wrong is not said.
  CHECK(f.said("POST", "/api/v1/session", R"({"user":"ilze","password":"wrong"})") == "401 bad_credentials");
}

TEST_CASE("the other bodies refuse what they do not know") {
  Revising f;
  CHECK(f.said("POST", f.path + "/withdraw", R"({"reason":"because","why":"x"})") ==
        "422 invalid_withdrawal: why unknown_field, reason unknown_code");
  CHECK(f.said("POST", f.path + "/withdraw", R"({"reason":"merged","replacedBy":7})") ==
        "422 invalid_withdrawal: replacedBy wrong_type");
  CHECK(f.said("POST", "/api/v1/invitations", R"({"days":91})") == "422 invalid_request: days out_of_range");
  CHECK(f.said("POST", "/api/v1/invitations", R"({"dayz":9,"days":1.5})") ==
        "422 invalid_request: dayz unknown_field, days out_of_range");
  CHECK(f.said("POST", "/api/v1/join", "{}") == "422 invalid_request: line required");
  CHECK(f.said("POST", "/api/v1/charter/signer", R"({"nam":"x","replace":"yes"})") ==
        "422 invalid_request: nam unknown_field, name required, replace wrong_type");
  CHECK(f.said("POST", "/api/v1/charter/proposals", R"({"chances":[]})") ==
        "422 invalid_request: chances unknown_field, changes required");
  CHECK(f.said("POST", "/api/v1/charter/proposals", R"({"body":"x"})") ==
        "422 invalid_request: body malformed");
  CHECK(f.said("POST", "/api/v1/charter/follow", R"({"hash":"x"})") ==
        "422 invalid_request: hash not_a_hash");
  const std::string partner = protocol::to_text(f.node.status()->charter->body().partners[0].id);
  CHECK(f.said("POST", "/api/v1/charter/proposals",
               R"({"changes":[{"code":"partner_returned","partner":")" + partner +
                   R"(","record":"stay"}]})") == "422 invalid_request: changes[0].record unknown_field");
  CHECK(f.said("POST", "/api/v1/charter/proposals",
               R"({"changes":[{"code":"partner_returned","partner":")" + partner + R"("}]})") ==
        "422 invalid_change: changes[0] already_so");
  // All that cannot be read, of all changes; and of what can be read, all that cannot be made.
  CHECK(f.said("POST", "/api/v1/charter/proposals",
               R"({"changes":[{"code":"role_changed","partner":"x","role":"king","why":1},7,)"
               R"({"code":"node_revoked","key":"x","from":[{"log":"x"},{"sequence":1}],"onlyNamed":1}]})") ==
        "422 invalid_request: changes[0].partner not_a_partner_id, changes[0].role unknown_code, "
        "changes[0].why unknown_field, changes[1] wrong_type, changes[2].key not_a_key, "
        "changes[2].from[0].log not_a_log, changes[2].from[1].log not_a_log, "
        "changes[2].onlyNamed wrong_type");
  const std::string nobody(64, '0');
  CHECK(f.said("POST", "/api/v1/charter/proposals",
               R"({"changes":[{"code":"signer_removed","key":")" + nobody +
                   R"("},{"code":"node_retired","key":")" + nobody + R"("}]})") ==
        "422 invalid_change: changes[0].key unknown_signer, changes[1].key unknown_node");
  CHECK(f.said("POST", "/api/v1/charter/proposals",
               R"({"changes":[{"code":"partner_renamed","partner":")" + partner +
                   R"(","language":"lv","name":"Valmiera","nane":"x"}]})") ==
        "422 invalid_request: changes[0].nane unknown_field");
}

TEST_CASE("a line that is no invitation is the field at fault") {
  test::PublishingNode node(false);
  http::Api api(node, test::api_options());
  ApiClient client(api);
  client.become_operator();
  const auto refused = client.ask("POST", "/api/v1/join", R"({"line":"hello"})");
  CHECK(ApiClient::code_of(refused) == "malformed_line");
  CHECK(ApiClient::json_of(refused).at("errors").at(0).at("field") == "line");
}

TEST_CASE("If-Match is read as RFC 9110 has it") {
  Revising f;
  const auto before = f.entries();
  const auto live = "\"" + f.revision + "\"";
  CHECK(f.said("PUT", f.path, renamed) == "428 if_match_required: If-Match required");
  for (const auto& other :
       std::vector<std::string>{"\"00\"", "W/" + live, "\"\"", "\"a\", \"b\"", "\"" + f.revision + "0\"", ""})
    CHECK_MESSAGE(f.put(renamed, other) == "412 revision_changed", other);
  for (const auto& wrong : std::vector<std::string>{f.revision, "\"" + f.revision, "\"a\" \"b\"", "*, \"a\"",
                                                    "w/\"a\"", "\"a b\""})
    CHECK_MESSAGE(f.put(renamed, wrong) == "400 bad_if_match: If-Match malformed", wrong);
  CHECK(f.put(renamed, "\"00\"", "?dry_run=true") == "412 revision_changed");
  CHECK(f.entries() == before);
  CHECK(f.put(renamed, "\"00\" ,, W/\"x\", " + live) == "200");
  CHECK(f.put(organisation, live) == "412 revision_changed");
  CHECK(f.put(organisation, "*") == "200");
  CHECK(f.entries() == before + 2);
  // Two lines of the header are one list.
  const auto revision = ApiClient::json_of(f.client.ask("GET", f.path)).at("revision").as_string();
  CHECK(f.said("PUT", f.path, renamed,
               {{"If-Match", "\"00\""}, {"if-match", "\"" + std::string(revision) + "\""}}) == "200");
  CHECK(f.said("PUT", f.path.substr(0, f.path.size() - 26) + std::string(26, 'a'), renamed,
               {{"If-Match", "*"}}) == "404 not_found");
}

TEST_CASE("a record that is put as it stands makes no new version") {
  Revising f;
  const auto before = f.entries();
  const http::Headers live{{"If-Match", "\"" + f.revision + "\""}};
  const auto held = f.client.ask("GET", f.path);
  CHECK(
      ApiClient::json_of(f.client.ask("PUT", f.path + "?dry_run=true", organisation, live)).at("unchanged") ==
      true);
  for (const auto& body : {organisation, held.body}) {
    const auto answer = f.client.ask("PUT", f.path, body, live);
    CHECK(answer.status == 200);
    CHECK(answer.body == held.body);
    CHECK(http::header(answer.headers, "ETag") == "\"" + f.revision + "\"");
  }
  CHECK(f.entries() == before);
  const auto revised = f.client.ask("PUT", f.path, renamed, live);
  CHECK(revised.status == 200);
  CHECK(ApiClient::json_of(revised).at("version") == 2);
  CHECK(f.entries() == before + 1);
}

TEST_CASE("a token that is not valid is told apart from none") {
  Fixture f;
  ApiClient program(f.api);
  CHECK(ApiClient::code_of(program.ask("GET", "/api/v1/node")) == "not_signed_in");
  for (const std::string authorization : {"Bearer wrong", "Basic YTpi", "Bearer"}) {
    const auto refused = program.ask("GET", "/api/v1/node", {}, {{"Authorization", authorization}});
    CHECK(refused.status == 401);
    CHECK_MESSAGE(ApiClient::code_of(refused) == "bad_token", authorization);
    CHECK(http::header(refused.headers, "WWW-Authenticate") == "Bearer error=\"invalid_token\"");
  }
}
