// The charter through the API: proposing, approving, and what is refused.

#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "api_client.h"
#include "core/charter_effects.h"
#include "core/signer_port.h"
#include "http/api.h"
#include "protocol/card.h"
#include "protocol/control_body.h"
#include "protocol/signer_line.h"
#include "publishing_node.h"

using namespace hansa;
using namespace hansa::test;
using boost::json::object;

namespace {

/// A signer whose passphrase is "right".
struct Signer final : core::SignerPort {
  explicit Signer(const protocol::SecretKey& key) : key_(key) {}
  std::optional<protocol::PublicKey> key() const override { return key_.public_key(); }
  protocol::Outcome<protocol::SignedBy, core::SignRefused> sign(const core::SignRequest& request) override {
    if (request.passphrase != "right") return core::SignRefused::wrong_passphrase;
    if (signed_ && *signed_ != request.charter && !request.release) return core::SignRefused::signed_another;
    signed_ = request.charter;
    return protocol::SignedBy{key_.public_key(), protocol::sign_charter(request.charter, key_)};
  }
  protocol::Outcome<protocol::Bytes, core::SignRefused> seal_hold(const protocol::Hold& hold,
                                                                  const std::string& passphrase) override {
    if (passphrase != "right") return core::SignRefused::wrong_passphrase;
    return *protocol::seal_hold(hold, key_);
  }
  protocol::Outcome<std::string, core::SignRefused> keep(const protocol::SecretKey&, bool) override {
    return core::SignRefused::signer_key_there;
  }
  const protocol::SecretKey& key_;
  std::optional<protocol::Hash> signed_;
};

struct Fixture {
  PublishingNode node;
  Signer signer{node.signer()};
  http::Api api{node, options()};
  ApiClient client{api};

  http::ApiOptions options() {
    http::ApiOptions options;
    options.local_only = true;
    options.signer = &signer;
    return options;
  }
  http::Response post(const std::string& target, const object& body) {
    return client.ask("POST", target, boost::json::serialize(body));
  }
  http::Response propose(object change, object more = {}) {
    more["changes"] = boost::json::array{std::move(change)};
    return post("/api/v1/charter/proposals", more);
  }
  object proposed(object change) {
    const auto answer = propose(std::move(change));
    REQUIRE_MESSAGE(answer.status == 201, answer.body);
    return ApiClient::json_of(answer);
  }
  object charter() { return ApiClient::json_of(client.ask("GET", "/api/v1/charter")); }
  std::string own_key() { return protocol::to_text(node.status()->key); }
};

std::string code_of(const http::Response& answer) {
  const auto problem = boost::json::parse(answer.body).as_object();
  if (const auto* errors = problem.if_contains("errors"); errors != nullptr && !errors->as_array().empty()) {
    const auto& first = errors->as_array()[0].as_object();
    return std::string(first.at("field").as_string()) + " " + std::string(first.at("code").as_string());
  }
  return std::string(problem.at("code").as_string());
}

std::string signer_line(const std::string& name) {
  const auto key = protocol::SecretKey::generate(protocol::system_entropy());
  return *protocol::write_signer_line({{}, name, {}}, key);
}

object limits(Fixture& fixture, int entries) {
  return {{"code", "limits_changed"}, {"key", fixture.own_key()}, {"entriesPerLog", entries}};
}

}  // namespace

TEST_CASE("a proposal is shown with its changes and what it needs, and comes into force when approved") {
  Fixture f;
  const auto made = f.proposed(limits(f, 5));
  CHECK(made.at("state") == "open");
  CHECK(made.at("version") == 2);
  CHECK(made.at("changes").as_array()[0].as_object().at("code") == "limits_lowered");
  CHECK(made.at("needed").as_object().at("current") == 1);
  CHECK(made.at("given").as_object().at("current") == 0);
  // What it would do is said at once, as it is shown afterwards.
  CHECK(made.at("stopsCounting").as_object().at("entries") == 0);
  CHECK(made.at("countsAgain").as_object().at("entries") == 0);
  CHECK(made.at("warnings").as_array().empty());
  const std::string path = "/api/v1/charter/proposals/" + std::string(made.at("hash").as_string());
  const auto shown = ApiClient::json_of(f.client.ask("GET", path));
  CHECK(shown.at("stopsCounting").as_object().at("entries") == 0);
  CHECK(shown.at("proposedBy").as_object().at("name") == "Cēsis");

  CHECK(code_of(f.post(path + "/approve", {{"passphrase", "wrong"}})) == "passphrase wrong_passphrase");
  CHECK(code_of(f.post(path + "/approve", {})) == "passphrase one_of");
  CHECK(f.charter().at("version") == 1);
  const auto approved = f.post(path + "/approve", {{"passphrase", "right"}});
  REQUIRE_MESSAGE(approved.status == 200, approved.body);
  CHECK(ApiClient::json_of(approved).at("state") == "adopted");
  CHECK(ApiClient::json_of(approved).at("stopsCounting").is_null());
  CHECK(f.charter().at("version") == 2);
  CHECK(code_of(f.post(path + "/approve", {{"passphrase", "right"}})) == "not_open");
  const auto listed = ApiClient::json_of(f.client.ask("GET", "/api/v1/charter/proposals"));
  CHECK(listed.at("items").as_array()[0].as_object().at("approvals").as_array()[0].as_object().at("name") ==
        "A signer");
}

TEST_CASE("with a passphrase a proposal is approved at once, and not made if the passphrase is wrong") {
  Fixture f;
  CHECK(code_of(f.propose(limits(f, 5), {{"passphrase", "wrong"}})) == "passphrase wrong_passphrase");
  CHECK(ApiClient::json_of(f.client.ask("GET", "/api/v1/charter/proposals")).at("items").as_array().empty());
  const auto made = f.propose(limits(f, 5), {{"passphrase", "right"}});
  REQUIRE(made.status == 201);
  CHECK(ApiClient::json_of(made).at("state") == "adopted");
}

TEST_CASE("an approval that was signed elsewhere") {
  Fixture f;
  const auto made = f.proposed(limits(f, 5));
  const std::string path = "/api/v1/charter/proposals/" + std::string(made.at("hash").as_string());
  const auto hash = *protocol::hash_from_hex(made.at("hash").as_string());
  const auto by = [&](const protocol::Hash& what) {
    return protocol::armour_approval(
        {hash, {{f.node.signer().public_key(), protocol::sign_charter(what, f.node.signer())}}});
  };
  CHECK(code_of(f.post(path + "/approve", {{"approval", by(protocol::Hash{1})}})) ==
        "approval bad_signature");
  CHECK(code_of(f.post(path + "/approve", {{"approval", "hansa-approval-1:AQAA"}})) == "approval malformed");
  CHECK(f.post(path + "/approve", {{"approval", by(hash)}}).status == 200);
  CHECK(f.charter().at("version") == 2);
}

TEST_CASE("a signer signs one proposal a version, unless it is released") {
  Fixture f;
  object signer{{"code", "signer_added"}, {"line", signer_line("Ona")}};
  // A second signer: the new version needs both, so the first approval leaves it open.
  REQUIRE(f.propose(signer, {{"passphrase", "right"}}).status == 201);
  CHECK(f.charter().at("version") == 1);
  CHECK(code_of(f.propose(limits(f, 5), {{"passphrase", "right"}})) == "signed_another");
  CHECK(f.propose(limits(f, 5), {{"passphrase", "right"}, {"release", true}}).status == 201);
  CHECK(f.charter().at("version") == 2);
}

TEST_CASE("changes that cannot be made name their field") {
  Fixture f;
  const auto refused = [&](object change) { return code_of(f.propose(std::move(change))); };
  const std::string nobody(64, '0');
  CHECK(refused({{"code", "nothing"}}) == "changes[0].code unknown_code");
  CHECK(refused({}) == "changes[0].code required");
  CHECK(refused({{"code", "partner_added"}, {"card", "x"}}) == "changes[0].card not_a_card");
  CHECK(refused({{"code", "node_retired"}, {"key", "x"}}) == "changes[0].key not_a_key");
  CHECK(refused({{"code", "node_retired"}, {"key", nobody}}) == "changes[0].key unknown_node");
  CHECK(refused({{"code", "role_changed"}, {"partner", "x"}, {"role", "member"}}) ==
        "changes[0].partner not_a_partner_id");
  const auto status = f.node.status();
  const auto partner = protocol::to_text(status->charter->body().partners[0].id);
  CHECK(refused({{"code", "role_changed"}, {"partner", partner}, {"role", "king"}}) ==
        "changes[0].role unknown_code");
  CHECK(refused({{"code", "role_changed"}, {"partner", partner}, {"role", "coordinator"}}) ==
        "changes[0] already_so");
  CHECK(refused({{"code", "limits_changed"}, {"key", f.own_key()}, {"logs", 0}}) ==
        "changes[0].logs out_of_range");
  CHECK(refused({{"code", "limits_changed"}, {"key", f.own_key()}, {"entriesPerLog", "many"}}) ==
        "changes[0].entriesPerLog wrong_type");
  CHECK(refused({{"code", "signer_removed"}, {"key", nobody}}) == "changes[0].key unknown_signer");
  CHECK(refused({{"code", "signer_removed"}, {"key", protocol::to_text(f.node.signer().public_key())}}) ==
        "invalid_charter");
  CHECK(code_of(f.post("/api/v1/charter/proposals", {{"changes", boost::json::array()}})) ==
        "changes required");
  CHECK(code_of(f.post("/api/v1/charter/proposals", {{"body", "hansa-proposal-1:AAAA"}})) ==
        "invalid_charter");
  CHECK(code_of(f.post("/api/v1/charter/follow", {{"hash", nobody}})) == "not_found");
  CHECK(code_of(f.post("/api/v1/charter/proposals/" + nobody + "/approve", {})) == "not_found");
}

TEST_CASE("where a log is to end is named by an entry, and by a hash where there are branches") {
  Fixture f;
  const auto log = protocol::to_hex(f.node.status()->own_log.value().id);
  const auto cut = [&](object place) {
    place["log"] = log;
    return f.propose({{"code", "cuts_changed"}, {"key", f.own_key()}, {"from", boost::json::array{place}}});
  };
  const std::string nothing(64, '0');
  CHECK(code_of(cut({{"sequence", 2}, {"hash", nothing}})) == "changes[0].from not_held");
  CHECK(code_of(cut({{"sequence", 2}, {"hash", "x"}})) == "changes[0].from[0].hash not_a_hash");
  CHECK(code_of(f.propose({{"code", "node_revoked"}, {"key", f.own_key()}, {"onlyNamed", "x"}})) ==
        "changes[0].onlyNamed wrong_type");
  const auto made = ApiClient::json_of(cut({{"sequence", 2}}));
  const auto change = made.at("changes").as_array().at(0).as_object();
  CHECK(change.at("code") == "cuts_changed");
  const auto named = change.at("cuts").as_array().at(0).as_object();
  CHECK(named.at("sequence") == 1);
  CHECK(cut({{"sequence", 2}, {"hash", named.at("hash")}}).status == 201);
}

TEST_CASE("whether this machine holds a signer key") {
  Fixture f;
  const auto signer = ApiClient::json_of(f.client.ask("GET", "/api/v1/charter/signer"));
  CHECK(signer.at("key") == boost::json::value(protocol::to_text(f.node.signer().public_key())));
  CHECK(signer.at("listed") == true);
  CHECK(signer.at("name") == "A signer");
}

TEST_CASE("a signer holds a node key and releases it") {
  Fixture f;
  const std::string path = "/api/v1/charter/holds";
  const object whole{{"key", f.own_key()}, {"passphrase", "right"}};
  CHECK(f.charter().at("holds").as_array().empty());
  CHECK(code_of(f.post(path + "/release", whole)) == "not_held");
  CHECK(code_of(f.post(path, {{"key", f.own_key()}, {"passphrase", "wrong"}})) ==
        "passphrase wrong_passphrase");
  CHECK(code_of(f.post(path, {{"key", f.own_key()}})) == "passphrase required");
  CHECK(code_of(f.post(path, {})) == "key required");
  CHECK(code_of(f.post(path, {{"key", "key"}})) == "key not_a_key");
  CHECK(code_of(f.post(path, {{"key", std::string(64, '1')}, {"passphrase", "right"}})) ==
        "key unknown_node");
  CHECK(f.charter().at("holds").as_array().empty());

  const auto log = protocol::to_hex(f.node.status()->own_log->id);
  const auto from = [&](boost::json::value places) {
    return object{{"key", f.own_key()}, {"passphrase", "right"}, {"from", std::move(places)}};
  };
  const object place{{"log", log}, {"sequence", 2}};
  CHECK(code_of(f.post(path, from("all"))) == "from wrong_type");
  CHECK(code_of(f.post(path, from({place, place}))) == "from duplicate");
  CHECK(code_of(f.post(path, from({object{{"log", log}, {"sequence", 0}}}))) ==
        "from[0].sequence not_a_number");
  CHECK(code_of(f.post(path, from({object{{"log", "1"}, {"sequence", 1}}}))) == "from[0].log not_a_log");
  CHECK(code_of(f.post(path, from({object{{"log", std::string(64, '1')}, {"sequence", 1}}}))) ==
        "from[0].log not_of_node");
  CHECK(code_of(f.post(path, from(boost::json::array(21, place)))) == "from too_many");
  const auto held = f.post(path, from({place}));
  REQUIRE_MESSAGE(held.status == 200, held.body);
  const auto shown = f.charter().at("holds").as_array();
  REQUIRE(shown.size() == 1);
  const auto hold = shown[0].as_object();
  CHECK(ApiClient::json_of(held).at("holds").as_array() == shown);
  CHECK(hold.at("node") == f.own_key().c_str());
  CHECK(hold.at("name") == "Cēsis");
  CHECK(hold.at("signerName") == "A signer");
  CHECK(hold.at("from").as_array() == boost::json::array{place});

  const auto released = f.post(path + "/release", whole);
  REQUIRE_MESSAGE(released.status == 200, released.body);
  CHECK(f.charter().at("holds").as_array().empty());
  // The line of the hold that was released does not bring it back; one that is signed anew does.
  CHECK(code_of(f.post(path, {{"line", hold.at("text")}})) == "not_the_latest");
  auto again = *protocol::read_hold(*protocol::read_hold_text(hold.at("text").as_string()));
  again.signed_ms += 1000;
  const auto line = protocol::armour_hold(*protocol::seal_hold(again, f.node.signer()));
  for (int times = 0; times < 2; ++times) CHECK(f.post(path, {{"line", line}}).status == 200);
  CHECK(f.charter().at("holds").as_array().size() == 1);
  CHECK(code_of(f.post(path, {{"line", "hansa-hold-1:AQAC"}})) == "line malformed");
  CHECK(code_of(f.post(path, {{"line", "hansa-card-1:AQAC"}})) == "line malformed");
}

TEST_CASE("a key that signs for neither version is refused, and proposes nothing") {
  Fixture f;
  const auto key = protocol::SecretKey::generate(protocol::system_entropy());
  Signer stranger{key};
  auto options = f.options();
  options.signer = &stranger;
  http::Api api{f.node, options};
  ApiClient client{api};
  const object request{{"changes", boost::json::array{limits(f, 5)}}, {"passphrase", "right"}};
  const auto answer = client.ask("POST", "/api/v1/charter/proposals", boost::json::serialize(request));
  CHECK(answer.status == 422);
  CHECK(code_of(answer) == "signature_without_effect");
  CHECK(ApiClient::json_of(client.ask("GET", "/api/v1/charter/proposals")).at("items").as_array().empty());
}

TEST_CASE("a federation can act while a disk is full") {
  Fixture f;
  f.node.in_core([](core::Node& node) { node.set_disk_low(true); });
  CHECK(f.propose(limits(f, 5), {{"passphrase", "right"}}).status == 201);
}

TEST_CASE("the federation is renamed, and a country that is none is refused") {
  Fixture f;
  const auto answer = f.propose({{"code", "federation_renamed"}, {"language", "fi"}, {"name", "Verkosto"}});
  REQUIRE_MESSAGE(answer.status == 201, answer.body);
  CHECK(ApiClient::json_of(answer).at("changes").at(0).at("code") == "federation_renamed");
  CHECK(f.propose({{"code", "personal_data_country_added"}, {"country", "nowhere"}}).status == 422);
  CHECK(code_of(f.propose({{"code", "personal_data_country_added"}})) == "changes[0].country required");
}

TEST_CASE("the charter says which formats authors may use, and none is proposed that cannot be written") {
  Fixture f;
  CHECK(f.charter().at("formats") == object{{"header", 1}, {"content", 1}});
  const auto refused = [&](const char* code, boost::json::value to) {
    return code_of(f.propose({{"code", code}, {"to", std::move(to)}}));
  };
  CHECK(refused("header_version_changed", 0) == "changes[0].to unknown_format");
  CHECK(refused("content_version_changed", 2) == "changes[0].to unknown_format");
  CHECK(refused("header_version_changed", 65536) == "changes[0].to out_of_range");
  CHECK(refused("header_version_changed", "1") == "changes[0].to wrong_type");
  CHECK(refused("header_version_changed", 1) == "changes[0] already_so");
}

TEST_CASE("a proposal names the records that stop counting, and those that come back") {
  Fixture f;
  const auto posted = f.client.ask("POST", "/api/v1/records",
                                   R"({"kind":"organisation","language":"lv","content":{)"
                                   R"("name":{"lv":"Cēsis"},"orgType":"municipality","country":"LV"}})");
  REQUIRE_MESSAGE(posted.status == 201, posted.body);
  const std::string id(ApiClient::json_of(posted).at("id").as_string());
  const auto sequence = f.node.status()->own_log.value().sequence;
  const object place{{"log", protocol::to_hex(f.node.status()->own_log->id)}, {"sequence", sequence}};
  const auto cut =
      f.proposed({{"code", "cuts_changed"}, {"key", f.own_key()}, {"from", boost::json::array{place}}});
  const auto stops = cut.at("stopsCounting").as_object();
  CHECK(stops.at("entries") == 1);
  CHECK(stops.at("records") == 1);
  const auto named = stops.at("named").as_object().at(id).as_object();
  CHECK(named.at("state") == "present");
  CHECK(named.at("title").as_object().at("lv") == "Cēsis");
  const std::string path = "/api/v1/charter/proposals/" + std::string(cut.at("hash").as_string());
  auto shown = ApiClient::json_of(f.client.ask("GET", path)).at("stopsCounting").as_object();
  CHECK(shown == stops);
  f.node.now += core::effect_lives_ms;
  shown = ApiClient::json_of(f.client.ask("GET", path)).at("stopsCounting").as_object();
  CHECK(shown.at("named") == stops.at("named"));
  CHECK(shown.at("entries") == 2);  // the entry that carries the proposal stands in that log, too
}

TEST_CASE("whoever proposes is warned before nobody could change the charter any more") {
  Fixture f;
  const auto warned = [](const object& proposal) {
    std::string codes;
    for (const auto& warning : proposal.at("warnings").as_array())
      codes += std::string(warning.as_object().at("code").as_string()) + " ";
    return codes;
  };
  const auto partner = protocol::to_text(f.node.status()->charter->body().partners[0].id);
  CHECK(warned(f.proposed({{"code", "role_changed"}, {"partner", partner}, {"role", "member"}})) ==
        "last_coordinator ");
  CHECK(warned(f.proposed(limits(f, 5))) == "");
}
