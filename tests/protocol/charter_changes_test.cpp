#include "protocol/charter_changes.h"

#include <doctest/doctest.h>

#include <functional>

#include "charters.h"

using namespace hansa::protocol;
using namespace hansa::protocol::testing;

namespace {

using Change = std::function<void(CharterBody&)>;

/// The codes of what this changes, separated by spaces.
std::string codes(Federation& f, const Change& change) {
  const CharterBody before = f.charter->body();
  CharterBody after = f.next();
  change(after);
  std::string text;
  for (const auto& one : charter_changes(before, after, "en"))
    text += (text.empty() ? "" : " ") + std::string(one.code);
  return text;
}

}  // namespace

TEST_CASE("every field of a body that changes is told under its code") {
  Federation f(501);
  const Cut cut{f.dice.hash(), 4, f.dice.hash()};
  using B = CharterBody&;
  CHECK(codes(f, [](B) {}).empty());
  CHECK(codes(f, [](B b) { b.names[0].text = "Other"; }) == "federation_renamed");
  CHECK(codes(f, [](B b) { b.partners[0].names[0].text = "Other"; }) == "partner_renamed");
  CHECK(codes(f, [](B b) { b.partners[0].country = "SE"; }) == "country_changed");
  CHECK(codes(f, [](B b) { b.partners[1].role = PartnerRole::observer; }) == "role_changed");
  CHECK(codes(f, [](B b) { b.partners[1].successor_of = {b.partners[2].id}; }) == "successor_changed");
  CHECK(codes(f, [](B b) { b.partners[1].status = PartnerStatus::left; }) == "partner_left");
  CHECK(codes(f, [](B b) { b.nodes[0].cuts = {{Hash{1}, 0, {}}}; }) == "cuts_changed");
  CHECK(codes(f, [&](B b) {
          b.nodes[0].status = NodeStatus::retired;
          b.nodes[0].cuts = {cut};
        }) == "node_retired");
  CHECK(codes(f, [](B b) { b.nodes[0].status = NodeStatus::rotated; }) == "node_rotated");
  CHECK(codes(f, [](B b) { b.nodes[0].status = NodeStatus::revoked; }) == "node_revoked");
  CHECK(codes(f, [](B b) { b.nodes[0].limits.logs = 1; }) == "limits_lowered");
  CHECK(codes(f, [](B b) { ++b.nodes[0].limits.entries_per_log; }) == "limits_raised");
  CHECK(codes(f, [](B b) { --b.nodes[0].limits.payload_bytes_per_log; }) == "limits_lowered");
  CHECK(codes(f, [](B b) { b.nodes[0].partner = b.partners[1].id; }) == "node_moved");
  CHECK(codes(f, [](B b) { b.nodes.pop_back(); }) == "node_dropped");
  CHECK(codes(f, [](B b) { b.partners.pop_back(); }) == "partner_dropped");
  CHECK(codes(f, [](B b) { b.signers[0].name = "Other"; }) == "signer_changed");
  CHECK(codes(f, [](B b) { b.signers[0].partner.reset(); }) == "signer_changed");
  CHECK(codes(f, [](B b) { b.signers.pop_back(); }) == "signer_removed");
  CHECK(codes(f, [&](B b) { b.signers[0].key = f.dice.key().public_key(); }) ==
        "signer_added signer_removed");
  CHECK(codes(f, [](B b) {
          b.personal_data_countries = {"LV", "EE"};
        }) == "personal_data_country_added personal_data_country_removed");
  CHECK(codes(f, [&](B b) { b.quorum_erasures = {f.dice.record()}; }) == "erasure_ordered");
  CHECK(codes(f, [](B b) { b.erasure_delay_days = 3; }) == "erasure_delay_changed");
  CHECK(codes(f, [](B b) { b.erasures_per_day = 3; }) == "erasures_per_day_changed");
  CHECK(codes(f, [](B b) { b.header_version_max = 3; }) == "header_version_changed");
  CHECK(codes(f, [](B b) { b.content_version_max = 3; }) == "content_version_changed");
}

TEST_CASE("what comes and goes back is told, too") {
  Federation f(502);
  CharterBody before = f.charter->body();
  before.partners[1].status = PartnerStatus::left;
  before.partners[1].records = RecordsLeft::hidden;
  before.quorum_erasures = {f.dice.record()};
  CharterBody after = before;
  after.partners[1].records = RecordsLeft::erased;
  CHECK(charter_changes(before, after, "en").at(0).code == "records_changed");
  after.partners[1].status = PartnerStatus::present;
  after.partners[1].records = RecordsLeft::stay;
  after.quorum_erasures.clear();
  const auto changes = charter_changes(before, after, "en");
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].code == "partner_returned");
  CHECK(changes[1].code == "erasure_withdrawn");
}

TEST_CASE("a new partner with its node, and a rotated key, in parameters") {
  Federation f(503);
  const CharterBody before = f.charter->body();
  CharterBody after = f.next();
  after.partners.push_back(
      {f.dice.partner(), {{"fi", "Kaupunki"}, {"sv", "Stad"}}, "FI", PartnerRole::observer});
  after.partners.back().successor_of = {after.partners[0].id};
  CharterNode node;
  node.key = f.dice.key().public_key();
  node.partner = after.partners.back().id;
  after.nodes.push_back(node);
  after.nodes[0].status = NodeStatus::rotated;
  after.nodes[0].cuts = {{f.dice.hash(), 9, f.dice.hash()}};
  const auto changes = charter_changes(before, after, "sv");
  REQUIRE(changes.size() == 4);
  CHECK(changes[0].code == "partner_added");
  CHECK(changes[0].params.at("partner") == to_text(node.partner));
  CHECK(changes[0].params.at("name") == "Stad");
  CHECK(changes[0].params.at("country") == "FI");
  CHECK(changes[0].params.at("role") == "observer");
  CHECK(changes[1].code == "successor_changed");
  CHECK_FALSE(changes[1].params.at("predecessors").empty());
  CHECK(changes[1].params.at("to") == to_text(after.partners[0].id));
  CHECK(changes[2].code == "node_rotated");
  CHECK(changes[2].params.at("key") == to_text(after.nodes[0].key));
  CHECK(changes[2].cuts == after.nodes[0].cuts);
  CHECK(changes[3].code == "node_added");
  CHECK(changes[3].params.at("name") == "Stad");
  CHECK(changes[3].params.at("logs") == "64");
}
