// What a proposal is shown to do: which titles may be read, and by which names.

#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "api_client.h"
#include "http/api.h"
#include "protocol/chain.h"
#include "protocol/payload.h"
#include "publishing_node.h"

using namespace hansa;
using namespace hansa::test;
using namespace hansa::protocol;
using boost::json::object;

namespace {

http::ApiOptions local_only() {
  http::ApiOptions options;
  options.local_only = true;
  return options;
}

/// A node that holds two records of another partner, one of them with personal data.
struct Fixture {
  PublishingNode node;
  http::Api api{node, local_only()};
  ApiClient client{api};
  SecretKey other = SecretKey::generate(system_entropy());
  RecordId plain{};
  RecordId personal{};

  Fixture() {
    enact([&](CharterBody& body) {
      auto partner = body.partners.front();
      partner.id.bytes.fill(9);
      partner.names = {{"de", "Wenden"}, {"en", "Other town"}, {"lv", "Cita"}};
      body.partners.push_back(partner);
      auto node_of = body.nodes.front();
      node_of.partner = partner.id;
      node_of.key = other.public_key();
      body.nodes.push_back(node_of);
    });
    plain.owner = personal.owner = other_partner().id;
    plain.local[0] = 1;
    personal.local[0] = 2;
    hold_records_of_other();
  }
  const CharterPartner& other_partner() { return node.status()->charter->body().partners.back(); }
  void enact(const std::function<void(CharterBody&)>& edit) {
    auto body = next_body(*node.status()->charter, system_entropy());
    edit(body);
    const auto bytes = *encode_charter_body(body);
    const auto hash = charter_hash(body.version, bytes);
    const std::vector<SignedBy> by{{node.signer().public_key(), sign_charter(hash, node.signer())}};
    std::uint32_t version = 0;
    node.take_charters({assemble_charter(bytes, by)}, [](const core::ChartersTaken&) {});
    version = node.status()->charter->version();
    REQUIRE(version == body.version);
  }
  /// What the node's own organisation says, as the other partner's.
  Bytes content() {
    const auto posted =
        client.ask("POST", "/api/v1/records",
                   R"({"kind":"organisation","language":"lv","content":{)"
                   R"("name":{"lv":"Slepenais nosaukums"},"orgType":"municipality","country":"LV"}})");
    REQUIRE_MESSAGE(posted.status == 201, posted.body);
    const auto log = node.status()->own_log.value();
    return node.snapshot()->payload(log.id, log.sequence)->content;
  }
  void hold_records_of_other() {
    const auto said = content();
    const auto federation = node.status()->charter->federation();
    DeclarationFields declaration;
    declaration.federation = federation;
    auto run = *chain(federation, std::nullopt, *seal_declaration(declaration, other));
    const auto commit = [&](std::vector<VerifiedPayload> payloads) {
      store::Batch batch{{run}, std::move(payloads)};
      node.store().commit(batch, node.now, store::Durability::synced);
      node.store().mark_checked(run.tip().log, run.tip().sequence, node.now);
    };
    commit({});
    for (const auto& id : {plain, personal}) {
      const auto salt = Salt::generate(system_entropy());
      const auto payload = *seal_payload(said, salt);
      EntryFields fields;
      fields.author_time_ms = node.now;
      fields.record = id;
      fields.record_kind = RecordKind::organisation;
      fields.visibility = Visibility::network;
      fields.personal = id == personal;
      fields.payload_blocks = payload.blocks;
      fields.commitment = payload.commitment;
      run = *chain(federation, run.tip(), *seal_entry(fields, run.tip(), other));
      commit({*check_payload(run.header(0), salt, said)});
    }
  }
  /// What would count again, by record.
  object named_again(object change) {
    change["partner"] = to_text(other_partner().id);
    const object request{{"changes", boost::json::array{change}}};
    const auto answer = client.ask("POST", "/api/v1/charter/proposals", boost::json::serialize(request));
    REQUIRE_MESSAGE(answer.status == 201, answer.body);
    return ApiClient::json_of(answer).at("countsAgain").at("named").as_object();
  }
  void check(const object& named, const RecordId& id, const object& title) {
    const auto& one = named.at(to_text(id)).as_object();
    CHECK(one.at("state") == "aside");
    CHECK(one.at("kind") == "organisation");
    CHECK(one.at("title").as_object() == title);
  }
};

}  // namespace

TEST_CASE("what the charter hides, and what is personal, is named without its title") {
  Fixture f;
  const object title{{"lv", "Slepenais nosaukums"}};
  // The other partner reads only: its records are in nobody's view, and are not hidden.
  f.enact([](CharterBody& body) { body.partners.back().role = PartnerRole::observer; });
  REQUIRE(f.node.snapshot()->totals().entries_aside == 3);
  auto named = f.named_again({{"code", "role_changed"}, {"role", "member"}});
  REQUIRE(named.size() == 2);
  f.check(named, f.plain, title);
  f.check(named, f.personal, {});
  // It has left, and its records are hidden: shown nowhere, so not here.
  f.enact([](CharterBody& body) {
    body.partners.back().role = PartnerRole::member;
    body.partners.back().status = PartnerStatus::left;
    body.partners.back().records = RecordsLeft::hidden;
  });
  REQUIRE(f.node.snapshot()->totals().entries_aside == 3);
  named = f.named_again({{"code", "partner_returned"}});
  REQUIRE(named.size() == 2);
  f.check(named, f.plain, {});
  f.check(named, f.personal, {});
}

TEST_CASE("a partner has one name: in English, else in the first language that it gave") {
  Fixture f;
  const auto peers = ApiClient::json_of(f.client.ask("GET", "/api/v1/peers")).at("items").as_array();
  REQUIRE(peers.size() == 1);
  CHECK(peers[0].at("name") == "Other town");
  const auto explained =
      ApiClient::json_of(f.client.ask("GET", "/api/v1/explain/" + to_text(f.other.public_key())));
  CHECK(explained.at("name") == "Other town");
}

TEST_CASE("an answer does not tell more faults than are of use, however many there are") {
  Fixture f;
  const auto told = [&](const boost::json::array& changes) {
    const object request{{"changes", changes}};
    const auto answer = f.client.ask("POST", "/api/v1/charter/proposals", boost::json::serialize(request));
    CHECK(answer.status == 422);
    return ApiClient::json_of(answer).at("errors").as_array().size();
  };
  CHECK(told(boost::json::array(1000, object())) == 64);
  object many{{"code", "signer_removed"}};
  for (int i = 0; i < 1000; ++i) many["field" + std::to_string(i)] = i;
  CHECK(told({many}) == 64);
  const object stranger{{"code", "signer_removed"}, {"key", std::string(64, '1')}};
  CHECK(told(boost::json::array(1000, stranger)) == 64);
  CHECK(told({object(), stranger}) == 1);
}
