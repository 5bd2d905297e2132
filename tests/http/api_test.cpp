// The API as clients meet it: who may do what, and a record's way through it.
#include "http/api.h"

#include <doctest/doctest.h>

#include "api_client.h"
#include "http_client.h"
#include "publishing_node.h"
#include "stand_in.h"

using namespace hansa;
using test::ApiClient;

namespace {

const std::string password = "kas mācās, tas prot";

struct Fixture {
  Fixture() : api(node, test::api_options()) {
    http::Accounts accounts(node);
    for (const auto& [name, role] :
         {std::pair("reader", http::Role::reader), std::pair("editor", http::Role::editor),
          std::pair("admin", http::Role::admin)})
      if (!accounts.add_user({name, role, "lv"}, password)) throw std::runtime_error("no user");
  }
  ApiClient signed_in(const std::string& user) {
    ApiClient client(api);
    REQUIRE(client.sign_in(user, password).status == 200);
    return client;
  }

  test::PublishingNode node;
  http::Api api;
};

std::string organisation(const std::string& name) {
  return R"({"kind":"organisation","language":"lv","content":{"name":{"lv":")" + name +
         R"("},"orgType":"municipality","country":"LV"}})";
}

std::string id_of(const http::Response& response) {
  return std::string(ApiClient::json_of(response).at("id").as_string());
}

std::string revision_of(const http::Response& response) {
  return "\"" + std::string(ApiClient::json_of(response).at("revision").as_string()) + "\"";
}

}  // namespace

TEST_CASE("without signing in there is health and nothing else") {
  Fixture fixture;
  ApiClient stranger(fixture.api);
  for (const auto* target : {"/healthz", "/readyz", "/metrics", "/api/v1/openapi.json"})
    CHECK_MESSAGE(stranger.ask("GET", target).status == 200, target);
  for (const auto* target :
       {"/api/v1/records", "/api/v1/node", "/api/v1/peers", "/api/v1/charter", "/api/v1/changes",
        "/api/v1/users", "/api/v1/tokens", "/api/v1/session", "/api/v1/vocabularies"}) {
    const auto response = stranger.ask("GET", target);
    CHECK_MESSAGE(response.status == 401, target);
    CHECK(ApiClient::code_of(response) == "not_signed_in");
  }
  CHECK(stranger.ask("POST", "/api/v1/records", organisation("Cēsis")).status == 401);
  CHECK(stranger.ask("GET", "/api/v1/nothing").status == 404);
  CHECK(stranger.ask("PATCH", "/api/v1/session").status == 405);
}

TEST_CASE("whoever sets their own password knows the one so far") {
  Fixture fixture;
  auto reader = fixture.signed_in("reader");
  auto elsewhere = fixture.signed_in("reader");
  const auto set = [&](const std::string& body) {
    return reader.ask("PUT", "/api/v1/users/reader/password", body);
  };
  const auto fault = [](const http::Response& response) {
    const auto error = ApiClient::json_of(response).at("errors").as_array().at(0).as_object();
    return std::string(error.at("field").as_string()) + " " + std::string(error.at("code").as_string());
  };
  CHECK(fault(set(R"({"password":"another password"})")) == "current required");
  CHECK(fault(set(R"({"current":"not this one","password":"another password"})")) ==
        "current wrong_password");
  CHECK(fault(set(R"({"current":")" + password + R"(","password":"short"})")) == "password too_short");
  CHECK(elsewhere.ask("GET", "/api/v1/session").status == 200);
  CHECK(set(R"({"current":")" + password + R"(","password":"another password"})").status == 204);
  CHECK(elsewhere.ask("GET", "/api/v1/session").status == 401);
  CHECK(reader.ask("GET", "/api/v1/session").status == 200);
  auto admin = fixture.signed_in("admin");
  CHECK(admin.ask("PUT", "/api/v1/users/reader/password", R"({"password":"another password"})").status ==
        204);
  CHECK(reader.ask("GET", "/api/v1/session").status == 401);
  CHECK(reader.sign_in("reader", password).status == 401);
  CHECK(reader.sign_in("reader", "another password").status == 200);
}

TEST_CASE("a wrong name or site is turned away before anything else") {
  Fixture fixture;
  ApiClient client(fixture.api);
  client.headers = {{"Host", "evil.example"}, {"Authorization", "Bearer " + test::operator_token}};
  CHECK(client.ask("GET", "/api/v1/node").status == 421);
  client.headers[0].second = "localhost";
  CHECK(client.ask("GET", "/api/v1/node").status == 200);
  CHECK(client.ask("POST", "/api/v1/records", organisation("Cēsis"), {{"Origin", "https://evil.example"}})
            .status == 403);
}

TEST_CASE("roles decide who may change what") {
  Fixture fixture;
  auto reader = fixture.signed_in("reader");
  auto editor = fixture.signed_in("editor");
  auto admin = fixture.signed_in("admin");
  CHECK(reader.ask("GET", "/api/v1/records").status == 200);
  CHECK(ApiClient::code_of(reader.ask("POST", "/api/v1/records", organisation("Cēsis"))) == "not_allowed");
  CHECK(editor.ask("POST", "/api/v1/records", organisation("Cēsis")).status == 201);
  CHECK(editor.ask("GET", "/api/v1/users").status == 403);
  CHECK(admin.ask("GET", "/api/v1/users").status == 200);
  CHECK(reader.ask("PUT", "/api/v1/users/editor/password", R"({"password":"another password"})").status ==
        403);
  CHECK(admin.ask("PUT", "/api/v1/users/reader/password", R"({"password":"another password"})").status ==
        204);
  CHECK(reader.ask("GET", "/api/v1/records").status == 401);  // the new password ends old sessions
}

TEST_CASE("a change by session needs the CSRF token, also signing out") {
  Fixture fixture;
  auto editor = fixture.signed_in("editor");
  auto without = editor;
  without.headers.pop_back();
  CHECK(without.ask("GET", "/api/v1/session").status == 200);
  CHECK(ApiClient::code_of(without.ask("POST", "/api/v1/records", organisation("Cēsis"))) == "csrf_missing");
  CHECK(without.ask("DELETE", "/api/v1/session").status == 403);
  CHECK(editor.ask("DELETE", "/api/v1/session").status == 204);
  CHECK(editor.ask("GET", "/api/v1/session").status == 401);
}

TEST_CASE("too many failed attempts are told when to come back") {
  Fixture fixture;
  ApiClient client(fixture.api);
  for (int count = 0; count < 10; ++count)
    CHECK(ApiClient::code_of(client.sign_in("editor", "wrong")) == "bad_credentials");
  const auto refused = client.sign_in("editor", password);
  CHECK(refused.status == 429);
  CHECK(http::header(refused.headers, "Retry-After") == "600");
}

TEST_CASE("a record is published, revised on the revision that was read, and withdrawn") {
  Fixture fixture;
  auto editor = fixture.signed_in("editor");
  const auto created = editor.ask("POST", "/api/v1/records", organisation("Cēsis"));
  REQUIRE_MESSAGE(created.status == 201, created.body);
  const auto path = "/api/v1/records/" + id_of(created);
  CHECK(http::header(created.headers, "Location") == path);
  CHECK(editor.ask("GET", path).body == created.body);

  CHECK(editor.ask("PUT", path, organisation("Cēsu novads")).status == 428);
  const auto revised =
      editor.ask("PUT", path, organisation("Cēsu novads"), {{"If-Match", revision_of(created)}});
  REQUIRE_MESSAGE(revised.status == 200, revised.body);
  const auto stale = editor.ask("PUT", path, organisation("Vidzeme"), {{"If-Match", revision_of(created)}});
  CHECK(stale.status == 412);
  CHECK(ApiClient::code_of(stale) == "revision_changed");
  CHECK(ApiClient::json_of(editor.ask("GET", path + "/revisions")).at("items").as_array().size() == 2);

  CHECK(editor.ask("POST", path + "/withdraw", R"({"reason":"because"})").status == 422);
  CHECK(editor.ask("POST", path + "/withdraw", R"({"reason":"obsolete"})").status == 200);
  CHECK(editor.ask("POST", path + "/withdraw", R"({"reason":"obsolete"})").status == 409);
  CHECK(ApiClient::json_of(editor.ask("GET", "/api/v1/records")).at("total") == 0);
  CHECK(ApiClient::json_of(editor.ask("GET", "/api/v1/records?status=withdrawn")).at("total") == 1);

  const auto changes = ApiClient::json_of(editor.ask("GET", "/api/v1/changes"));
  std::string story;
  for (const auto& item : changes.at("items").as_array())
    story += std::string(item.as_object().at("change").as_string()) + " ";
  CHECK(story == "published revised withdrawn ");
  CHECK("\"" + std::string(changes.at("items").at(0).at("revision").as_string()) + "\"" ==
        revision_of(created));
  CHECK("\"" + std::string(changes.at("items").at(1).at("revision").as_string()) + "\"" ==
        revision_of(revised));
}

TEST_CASE("a filter that no record can match is an error that names it, not an empty list") {
  Fixture fixture;
  auto reader = fixture.signed_in("reader");
  for (const auto& [name, value, code] :
       {std::tuple("kind", "nonsense", "unknown_code"), std::tuple("theme", "languages", "unknown_code"),
        std::tuple("country", "lv", "unknown_code"), std::tuple("partner", "Cesis", "not_a_partner_id"),
        std::tuple("language", "latviesu", "not_a_language"), std::tuple("status", "gone", "bad_parameter"),
        std::tuple("sort", "size", "bad_parameter")}) {
    const auto refused = reader.ask("GET", std::string("/api/v1/records?") + name + "=" + value);
    CHECK_MESSAGE(refused.status == 400, name);
    const auto error = ApiClient::json_of(refused).at("errors").at(0);
    CHECK(error.at("field") == name);
    CHECK(error.at("value") == value);
    CHECK_MESSAGE(error.at("code") == code, name);
  }
  const auto refused = ApiClient::json_of(reader.ask("GET", "/api/v1/records?kind=practices"));
  const auto allowed = refused.at("errors").at(0).at("params").at("allowed").as_string();
  CHECK(allowed.find("practice, ") != std::string::npos);
  for (const std::string good : {"kind=practice&kind=event", "theme=language", "country=LV",
                                 "partner=aaaaaaaaaaaaaaaaaaaaaaaaaa", "language=sr-Latn", "kind="})
    CHECK_MESSAGE(reader.ask("GET", "/api/v1/records?" + good).status == 200, good);
}

TEST_CASE("a record that cannot be taken says which field is at fault") {
  Fixture fixture;
  auto editor = fixture.signed_in("editor");
  const auto refused = editor.ask(
      "POST", "/api/v1/records",
      R"({"kind":"organisation","language":"lv","content":{"name":{"lv":"Cēsis"},"orgType":"circus","country":"LV"}})");
  CHECK(refused.status == 422);
  const auto problem = ApiClient::json_of(refused);
  CHECK(problem.at("errors").as_array().at(0).as_object().at("field") == "content.orgType");
  for (const std::string body : {"", "{", "[]", "null", "{\"kind\":1}", "\xff"})
    CHECK_MESSAGE(editor.ask("POST", "/api/v1/records", body).status >= 400, body);
  CHECK(editor.ask("GET", "/api/v1/records?limit=x").status == 400);
  CHECK(editor.ask("GET", "/api/v1/records?colour=red").status == 400);
  CHECK(editor.ask("GET", "/api/v1/records/%zz").status == 400);
  // Bytes that are no text do not make the answer one that is no JSON.
  CHECK(ApiClient::json_of(editor.ask("GET", "/api/v1/records?q\xf6\xff=1")).at("code") ==
        "unknown_parameter");
  CHECK(editor.ask("GET", "/api/v1/records/urn:hansa:x:y").status == 404);
}

TEST_CASE("a body that another site's page could send is not taken") {
  Fixture fixture;
  auto editor = fixture.signed_in("editor");
  const auto plain =
      editor.ask("POST", "/api/v1/records", organisation("Cēsis"), {{"Content-Type", "text/plain"}});
  CHECK(plain.status == 415);
  CHECK(editor
            .ask("POST", "/api/v1/records", organisation("Cēsis"),
                 {{"Content-Type", "application/json; charset=utf-8"}})
            .status == 201);
}

TEST_CASE("a misspelt dry run publishes nothing") {
  Fixture fixture;
  auto editor = fixture.signed_in("editor");
  const auto before = fixture.node.snapshot()->totals().entries;
  for (const auto* wrong : {"1", "TRUE", "yes", "true&dry_run=false"}) {
    const auto answer =
        editor.ask("POST", std::string("/api/v1/records?dry_run=") + wrong, organisation("Cēsis"));
    CHECK(answer.status == 400);
  }
  CHECK(editor.ask("POST", "/api/v1/records?dry_run=true", organisation("Cēsis")).status == 200);
  CHECK(fixture.node.snapshot()->totals().entries == before);
}

TEST_CASE("a withdrawal does not claim what it cannot do") {
  Fixture fixture;
  auto editor = fixture.signed_in("editor");
  const auto id = id_of(editor.ask("POST", "/api/v1/records", organisation("Cēsis")));
  const auto path = "/api/v1/records/" + id + "/withdraw";
  CHECK(editor.ask("POST", path, R"({"reason":"erased"})").status == 422);
  CHECK(editor.ask("POST", path, R"({"reason":"merged","replacedBy":")" + id + R"("})").status == 422);
}

TEST_CASE("a reader with another node's number is told so") {
  Fixture fixture;
  auto reader = fixture.signed_in("reader");
  CHECK(reader.ask("GET", "/api/v1/changes?since=0").status == 200);
  CHECK(reader.ask("GET", "/api/v1/changes?since=999999").status == 400);
}

TEST_CASE("tokens open the API for programs, with their role, until revoked") {
  Fixture fixture;
  auto admin = fixture.signed_in("admin");
  const auto made =
      ApiClient::json_of(admin.ask("POST", "/api/v1/tokens", R"({"label":"reader","role":"reader"})"));
  ApiClient program(fixture.api);
  program.headers.emplace_back("Authorization", "Bearer " + std::string(made.at("secret").as_string()));
  CHECK(program.ask("GET", "/api/v1/records").status == 200);
  CHECK(program.ask("POST", "/api/v1/records", organisation("Cēsis")).status == 403);
  // Its label is a user's name; that does not make it the user.
  CHECK(program.ask("PUT", "/api/v1/users/reader/password", R"({"password":"another password"})").status ==
        403);
  CHECK(admin.ask("DELETE", "/api/v1/tokens/" + std::string(made.at("id").as_string())).status == 204);
  CHECK(program.ask("GET", "/api/v1/records").status == 401);
}

TEST_CASE("events come over the socket as records are published, and again from where a reader was") {
  Fixture fixture;
  boost::asio::io_context io{1};
  auto work = boost::asio::make_work_guard(io);
  http::Server server(io, fixture.api, {});
  std::thread network([&] { io.run(); });
  server.start();
  const auto ask = "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                   test::operator_token + "\r\n";
  auto editor = fixture.signed_in("editor");
  const auto publish = [&](const std::string& name) {
    REQUIRE(editor.ask("POST", "/api/v1/records", organisation(name)).status == 201);
    fixture.api.events().arrivals(fixture.node.take_events().arrivals);
  };
  {
    test::HttpClient stranger(server.port());
    stranger.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(stranger.response().find("HTTP/1.1 401 ") == 0);
    test::HttpClient reader(server.port());
    reader.send(ask + "\r\n");
    reader.read_until("retry:");
    publish("Cēsis");
    const auto heard = reader.read_until("\"published\"}\n\n");
    const auto id = http::EventSource::id_of(heard.substr(heard.find("event: change")));
    REQUIRE(id > 0);
    publish("Valmiera");
    publish("Ventspils");
    test::HttpClient back(server.port());
    back.send(ask + "Last-Event-ID: " + std::to_string(id) + "\r\n\r\n");
    const auto missed = back.read_until("id: " + std::to_string(id + 2) + "\n");
    CHECK(missed.find("id: " + std::to_string(id + 1) + "\n") != std::string::npos);
    CHECK(missed.find("id: " + std::to_string(id) + "\n") == std::string::npos);
  }
  server.stop();
  work.reset();
  network.join();
}
