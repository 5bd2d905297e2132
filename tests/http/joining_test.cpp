// Inviting and joining by the API: what is answered, what is refused, and who may.
#include <doctest/doctest.h>

#include "api_client.h"
#include "core/node.h"
#include "protocol/card.h"
#include "publishing_node.h"

using namespace hansa;
using test::ApiClient;

namespace {

struct Fixture {
  explicit Fixture(bool in_a_federation = true)
      : node(in_a_federation), api(node, test::api_options()), client(api) {
    client.become_operator();
  }
  std::string code(const std::string& method, const std::string& target, const std::string& body = {}) {
    const auto answer = client.ask(method, target, body);
    return std::to_string(answer.status) + (answer.status / 100 == 2 ? "" : " " + ApiClient::code_of(answer));
  }
  boost::json::object get(const std::string& target) { return ApiClient::json_of(client.ask("GET", target)); }
  boost::json::array items(const std::string& target) { return get(target).at("items").as_array(); }
  boost::json::object invite() {
    const auto answer = client.ask("POST", "/api/v1/invitations", "{}");
    REQUIRE_MESSAGE(answer.status == 201, answer.body);
    return ApiClient::json_of(answer);
  }
  std::string token_of(const std::string& role) {
    const auto answer = client.ask("POST", "/api/v1/tokens", R"({"label":"t","role":")" + role + R"("})");
    return std::string(ApiClient::json_of(answer).at("secret").as_string());
  }

  test::PublishingNode node;
  http::Api api;
  ApiClient client;
};

std::string text(const boost::json::object& object, const char* key) {
  return std::string(object.at(key).as_string());
}

/// Asks at the node as a guest's link would.
std::string ask(Fixture& fixture, const protocol::SecretKey& key, const std::string& line) {
  const auto invitation = protocol::read_invitation(line);
  REQUIRE(invitation);
  protocol::Card card{{}, {}, "Alytus", "lt", "LT", "municipality", ""};
  card.partner.bytes.fill(9);
  std::string said;
  fixture.node.in_core([&](core::Node& node) {
    const protocol::wire::Join join{
        invitation->id, invitation->secret, *protocol::write_card(card, key), 0, {}};
    said = node.reception().answer(key.public_key(), "192.0.2.7", join, node.now_ms()).reason;
  });
  return said;
}

}  // namespace

TEST_CASE("an invitation is made, listed with its line while it is open, and withdrawn") {
  Fixture fixture;
  const auto made = fixture.invite();
  CHECK(text(made, "state") == "open");
  CHECK(text(made, "by") == "operator");
  const auto line = text(made, "line");
  CHECK(protocol::read_invitation(line));
  auto listed = fixture.items("/api/v1/invitations");
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].as_object() == made);
  const auto path = "/api/v1/invitations/" + text(made, "id");
  CHECK(fixture.code("DELETE", path) == "204");
  listed = fixture.items("/api/v1/invitations");
  CHECK(text(listed[0].as_object(), "state") == "withdrawn");
  CHECK(listed[0].as_object().at("line").is_null());
  CHECK(fixture.code("DELETE", "/api/v1/invitations/00112233445566778899aabbccddeeff") == "404 not_found");
  CHECK(fixture.code("DELETE", "/api/v1/invitations/x") == "404 not_found");
  CHECK(fixture.code("POST", "/api/v1/invitations", R"({"days":0})") == "422 invalid_request");
  CHECK(fixture.code("POST", "/api/v1/invitations", R"({"days":91})") == "422 invalid_request");
  CHECK(fixture.code("POST", "/api/v1/invitations", R"({"days":90})") == "201");
  CHECK(fixture.code("POST", "/api/v1/invitations", R"({"dayz":9})") == "422 invalid_request");
  CHECK(fixture.code("POST", "/api/v1/invitations") == "201");
}

TEST_CASE("who asked is shown with words, and refused") {
  Fixture fixture;
  const auto key = protocol::SecretKey::generate(protocol::system_entropy());
  const auto made = fixture.invite();
  CHECK(ask(fixture, key, text(made, "line")).empty());
  const auto requests = fixture.items("/api/v1/join-requests");
  REQUIRE(requests.size() == 1);
  const auto& request = requests[0].as_object();
  CHECK(text(request, "name") == "Alytus");
  CHECK(text(request, "country") == "LT");
  CHECK(text(request, "state") == "pending");
  CHECK(text(request, "from") == "192.0.2.7");
  CHECK(text(request, "key") == protocol::to_text(key.public_key()));
  CHECK(request.at("partnerName").is_null());
  CHECK(request.at("words").as_array().size() == protocol::words_compared);
  CHECK(fixture.items("/api/v1/invitations")[0].as_object().at("usedBy") == request.at("key"));
  const auto path = "/api/v1/join-requests/" + text(request, "key") + "/refuse";
  CHECK(fixture.code("POST", path) == "204");
  CHECK(text(fixture.items("/api/v1/join-requests")[0].as_object(), "state") == "refused");
  CHECK(ask(fixture, key, text(made, "line")) == "refused_by_coordinator");
  CHECK(fixture.code("POST", "/api/v1/join-requests/abc/refuse") == "404 not_found");
}

TEST_CASE("unknown nodes that knocked are shown with their key's words") {
  Fixture fixture;
  const auto key = protocol::SecretKey::generate(protocol::system_entropy()).public_key();
  fixture.node.in_core([&](core::Node& node) { node.knock(key, "192.0.2.8"); });
  const auto knocks = fixture.items("/api/v1/knocks");
  REQUIRE(knocks.size() == 1);
  CHECK(text(knocks[0].as_object(), "key") == protocol::to_text(key));
  const auto& words = knocks[0].as_object().at("words").as_array();
  CHECK(std::string(words[0].as_string()) == std::string(protocol::key_words(key)[0]));
}

TEST_CASE("a node without a federation asks with a line, and says how far it is") {
  Fixture inviter;
  Fixture joiner(false);
  CHECK(text(joiner.get("/api/v1/join"), "state") == "none");
  CHECK(joiner.code("DELETE", "/api/v1/join") == "409 not_joining");
  CHECK(joiner.code("POST", "/api/v1/invitations") == "409 no_charter");
  const auto line = text(inviter.invite(), "line");
  const auto join = [&](const std::string& with) {
    return joiner.code("POST", "/api/v1/join", boost::json::serialize(boost::json::object{{"line", with}}));
  };
  CHECK(joiner.code("POST", "/api/v1/join", R"({"lines":"x"})") == "422 invalid_request");
  CHECK(join("hello") == "422 malformed_line");
  auto tampered = line;
  tampered[40] = tampered[40] == 'A' ? 'B' : 'A';
  CHECK(join(tampered) == "422 tampered_line");
  joiner.node.now = inviter.node.now + 15 * core::ms_per_day;
  CHECK(join(line) == "422 expired");
  joiner.node.now = inviter.node.now;
  CHECK(join(line) == "202");
  const auto state = joiner.get("/api/v1/join");
  CHECK(text(state, "state") == "waiting");
  CHECK(text(state, "federationName") == "A federation of one");
  CHECK(text(state, "address") == "ws://cesis.example/link");
  CHECK(state.at("words").as_array().size() == protocol::words_compared);
  CHECK(joiner.code("DELETE", "/api/v1/join") == "204");
  CHECK(text(joiner.get("/api/v1/join"), "state") == "none");
  CHECK(inviter.code("POST", "/api/v1/join", boost::json::serialize(boost::json::object{{"line", line}})) ==
        "409 in_a_federation");
  CHECK(text(inviter.get("/api/v1/join"), "state") == "member");
}

TEST_CASE("editors neither invite nor see who asks; coordinators do, and do not join") {
  Fixture fixture;
  const auto editor = fixture.token_of("editor");
  const auto coordinator = fixture.token_of("coordinator");
  const auto as = [&](const std::string& token, const std::string& method, const std::string& target) {
    fixture.client.headers.back() = {"Authorization", "Bearer " + token};
    return fixture.client.ask(method, target, method == "POST" ? "{}" : "").status;
  };
  for (const auto* target : {"/api/v1/invitations", "/api/v1/join-requests", "/api/v1/knocks"}) {
    CHECK(as(editor, "GET", target) == 403);
    CHECK(as(coordinator, "GET", target) == 200);
  }
  CHECK(as(editor, "POST", "/api/v1/invitations") == 403);
  CHECK(as(coordinator, "POST", "/api/v1/invitations") == 201);
  CHECK(as(coordinator, "POST", "/api/v1/join") == 403);
}
