// Founding a federation and making a signer key through the API.

#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "api_client.h"
#include "core/signer_port.h"
#include "http/api.h"
#include "protocol/signer_line.h"
#include "publishing_node.h"

using namespace hansa;
using namespace hansa::test;
using boost::json::object;

namespace {

/// Keeps the seed of the key that it was given last. What must be true by then is asked of the node.
struct Signer final : core::SignerPort {
  explicit Signer(const PublishingNode& node) : node_(node) {}
  std::optional<protocol::PublicKey> key() const override { return kept; }
  protocol::Outcome<protocol::SignedBy, core::SignRefused> sign(const core::SignRequest&) override {
    return core::SignRefused::no_signer_key;
  }
  protocol::Outcome<protocol::Bytes, core::SignRefused> seal_hold(const protocol::Hold&,
                                                                  const std::string&) override {
    return core::SignRefused::no_signer_key;
  }
  protocol::Outcome<std::string, core::SignRefused> keep(const protocol::SecretKey& key,
                                                         bool replace) override {
    if (refusal) return *refusal;
    if (kept && !replace) return core::SignRefused::signer_key_there;
    charter_was_in_force = node_.status()->charter != nullptr;
    kept = key.public_key();
    return std::string("once and never again");
  }
  const PublishingNode& node_;
  std::optional<protocol::PublicKey> kept;
  std::optional<core::SignRefused> refusal;
  bool charter_was_in_force = false;
};

struct Fixture {
  explicit Fixture(bool in_a_federation = false) : node(in_a_federation), api(node, options()), client(api) {
    client.become_operator();
  }
  http::ApiOptions options() {
    auto options = test::api_options();
    options.signer = &signer;
    options.card = node.card();
    return options;
  }
  http::Response post(const std::string& target, const object& body) {
    return client.ask("POST", target, boost::json::serialize(body));
  }
  http::Response found(const object& body) { return post("/api/v1/federation", body); }
  std::string code(const http::Response& answer) {
    const auto problem = ApiClient::json_of(answer);
    auto text = std::to_string(answer.status) + " " + std::string(problem.at("code").as_string());
    if (const auto* errors = problem.if_contains("errors"))
      for (const auto& error : errors->as_array())
        text += " " + std::string(error.as_object().at("field").as_string()) + " " +
                std::string(error.as_object().at("code").as_string());
    return text;
  }
  std::string token_of(const std::string& role) {
    const auto answer = post("/api/v1/tokens", {{"label", "t"}, {"role", role}});
    return std::string(ApiClient::json_of(answer).at("secret").as_string());
  }

  PublishingNode node;
  Signer signer{node};
  http::Api api;
  ApiClient client;
};

}  // namespace

TEST_CASE("a federation is founded by a serving node, whose signer key is on disk before the charter") {
  Fixture f;
  const auto answer = f.found({{"name", "Baltijas integrācija"}});
  REQUIRE_MESSAGE(answer.status == 201, answer.body);
  const auto founded = ApiClient::json_of(answer);
  CHECK(founded.at("passphrase") == "once and never again");
  REQUIRE(f.signer.kept);
  CHECK_FALSE(f.signer.charter_was_in_force);

  const auto charter = ApiClient::json_of(f.client.ask("GET", "/api/v1/charter"));
  CHECK(charter.at("federation") == founded.at("federation"));
  CHECK(charter.at("version") == 1);
  CHECK(charter.at("names") == object{{"lv", "Baltijas integrācija"}});
  const auto& partners = charter.at("partners").as_array();
  REQUIRE(partners.size() == 1);
  CHECK(partners[0].as_object().at("role") == "coordinator");
  CHECK(partners[0].as_object().at("names") == object{{"lv", "Cēsis"}});
  CHECK(charter.at("signers").as_array()[0].as_object().at("key") ==
        boost::json::value(protocol::to_text(*f.signer.kept)));
  CHECK(charter.at("personalDataCountries") == boost::json::array{"LV"});

  // It publishes at once.
  const auto published =
      f.post("/api/v1/records",
             {{"kind", "organisation"},
              {"language", "lv"},
              {"content", {{"name", {{"lv", "Cēsis"}}}, {"orgType", "municipality"}, {"country", "LV"}}}});
  CHECK_MESSAGE(published.status == 201, published.body);
}

TEST_CASE("what is founded is not founded again") {
  Fixture f;
  REQUIRE(f.found({{"name", "One"}}).status == 201);
  const auto first = *f.signer.kept;
  CHECK(f.code(f.found({{"name", "Two"}})) == "409 in_a_federation");
  CHECK(*f.signer.kept == first);
  Fixture member(true);
  CHECK(member.code(member.found({{"name", "Two"}})) == "409 in_a_federation");
  CHECK_FALSE(member.signer.kept);
}

TEST_CASE("a node that asks to join founds nothing before it gives that up") {
  Fixture inviter(true);
  const auto line = ApiClient::json_of(inviter.post("/api/v1/invitations", {})).at("line");
  Fixture f;
  REQUIRE(f.post("/api/v1/join", {{"line", line}}).status == 202);
  CHECK(f.code(f.found({{"name", "One"}})) == "409 joining_under_way");
  REQUIRE(f.client.ask("DELETE", "/api/v1/join").status == 204);
  CHECK(f.found({{"name", "One"}}).status == 201);
}

TEST_CASE("what no charter can hold is refused with its field, and nothing is made of it") {
  Fixture f;
  CHECK(f.code(f.found({})) == "422 invalid_request name required");
  CHECK(f.code(f.found({{"name", 7}})) == "422 invalid_request name wrong_type");
  CHECK(f.code(f.found({{"name", ""}})) == "422 invalid_request name not_a_name");
  CHECK(f.code(f.found({{"name", std::string(401, 'a')}})) == "422 invalid_request name too_large");
  CHECK(f.code(f.found({{"name", "One"}, {"language", "not a tag"}})) ==
        "422 invalid_request language bad_language");
  CHECK_FALSE(f.signer.kept);
  f.signer.refusal = core::SignRefused::memory_damaged;
  CHECK(f.code(f.found({{"name", "One"}})) == "500 memory_damaged");
  CHECK_FALSE(f.node.status()->charter);
  f.signer.refusal.reset();
  CHECK(f.found({{"name", "One"}}).status == 201);
}

TEST_CASE("only an administrator founds a federation or makes a signer key") {
  Fixture f;
  ApiClient coordinator(f.api);
  coordinator.headers.emplace_back("Authorization", "Bearer " + f.token_of("coordinator"));
  CHECK(coordinator.ask("POST", "/api/v1/federation", R"({"name":"One"})").status == 403);
  CHECK(coordinator.ask("POST", "/api/v1/charter/signer", R"({"name":"One"})").status == 403);
  CHECK_FALSE(f.signer.kept);
}

TEST_CASE("a signer key is made with the line that names it, and replaced only on demand") {
  Fixture f(true);
  const auto answer = f.post("/api/v1/charter/signer", {{"name", "Līga"}});
  REQUIRE_MESSAGE(answer.status == 201, answer.body);
  const auto made = ApiClient::json_of(answer);
  CHECK(made.at("passphrase") == "once and never again");
  const auto signer = protocol::read_signer_line(std::string(made.at("line").as_string()));
  REQUIRE(signer);
  CHECK(signer->key == *f.signer.kept);
  CHECK(signer->name == "Līga");
  CHECK(signer->partner == f.node.status()->charter->body().partners[0].id);
  CHECK(f.code(f.post("/api/v1/charter/signer", {{"name", "Līga"}})) == "409 signer_key_there");
  CHECK(f.post("/api/v1/charter/signer", {{"name", "Līga"}, {"replace", true}}).status == 201);
  CHECK(f.code(f.post("/api/v1/charter/signer", {{"name", "two\nlines"}})) ==
        "422 invalid_request name not_a_name");
  CHECK(f.code(f.post("/api/v1/charter/signer", {})) == "422 invalid_request name required");
}
