#include "core/explain.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "core_bench.h"
#include "memory_store.h"
#include "sync_bench.h"

using namespace hansa;
using namespace hansa::test;
using core::Explanation;

namespace {

std::unique_ptr<store::Store> in_memory(store::PartnersOf partners_of) {
  return std::make_unique<MemoryStore>(std::move(partners_of));
}

/// Two nodes of one federation, seen from the first.
struct Seen {
  std::uint64_t clock = 1'800'000'000'000;
  protocol::Entropy entropy = repeatable_entropy(11);
  protocol::SecretKey own_key = protocol::SecretKey::generate(entropy);
  protocol::SecretKey other_key = protocol::SecretKey::generate(entropy);
  protocol::PublicKey own_public = own_key.public_key();
  protocol::PublicKey other_public = other_key.public_key();
  protocol::Charter charter = charter_of({own_key.public_key(), other_public});
  CoreNode own{std::move(own_key), charter, in_memory, &clock};
  CoreNode other{std::move(other_key), charter, in_memory, &clock};
  std::vector<core::DialStatus> dials;

  std::optional<Explanation> explain(const std::string& id) const { return explain(id, own.node->status()); }
  std::optional<Explanation> explain(const std::string& id, const core::NodeStatus& status) const {
    const auto snapshot = own.store->snapshot();
    return core::explain({status, *snapshot, dials}, id);
  }
  std::vector<std::string> codes(const std::string& id) const { return codes(id, own.node->status()); }
  std::vector<std::string> codes(const std::string& id, const core::NodeStatus& status) const {
    const auto found = explain(id, status);
    REQUIRE(found);
    std::vector<std::string> codes;
    for (const auto& finding : found->findings) codes.push_back(finding.what.code);
    return codes;
  }
  std::string other_id() const { return protocol::to_text(other_public); }
  void link() {
    link_up(own, other, 1);
    carry({&own, &other}, &clock);
  }
};

using Codes = std::vector<std::string>;

/// A status whose one peer is in this state.
core::NodeStatus with_view(const Seen& seen, const std::function<void(protocol::PeerView&)>& change) {
  auto status = seen.own.node->status();
  REQUIRE(status.peers.size() == 1);
  change(status.peers.front());
  return status;
}

}  // namespace

TEST_CASE("linked nodes that agree are in step") {
  Seen seen;
  seen.link();
  CHECK(seen.codes(seen.other_id()).empty());
  CHECK(seen.codes("this").empty());
  const auto partner = protocol::to_text(seen.charter.node(seen.other_public)->partner);
  CHECK(seen.codes(partner).empty());
  CHECK(seen.explain(partner)->kind == Explanation::Kind::partner);
  const auto status = seen.own.node->status();
  const auto snapshot = seen.own.store->snapshot();
  CHECK(core::explain_all({status, *snapshot, {}}).empty());
}

TEST_CASE("why there is no link: no address, not reached, refused, parted") {
  Seen seen;
  CHECK(seen.codes(seen.other_id()) == Codes{"no_address"});
  seen.own.node->addresses().note(seen.other_public, "ws://lt:1/");
  CHECK(seen.codes(seen.other_id()) == Codes{"not_linked"});
  seen.dials = {{"ws://lt:1/", std::nullopt, "connecting", 5, "", 0, std::nullopt}};
  CHECK(seen.explain(seen.other_id())->findings.front().next->code == "is_dialled");
  seen.dials.front() = {"ws://lt:1/", std::nullopt, "waiting_retry", 7, "connect_failed", 6, 9};
  const auto finding = seen.explain(seen.other_id())->findings.front();
  CHECK(finding.what.code == "not_reached");
  CHECK(finding.what.params.at("reason") == "connect_failed");
  CHECK(finding.since_ms == seen.own.node->status().peers.front().state_since_ms);
  CHECK(finding.next->code == "dials_again");
  CHECK(finding.next->params.at("at_ms") == "9");
  seen.dials.front().state = "refused";
  seen.dials.front().error = "unknown_key";
  CHECK(seen.codes(seen.other_id()) == Codes{"link_refused"});
  // The connection was closed in good order; sync knows why.
  seen.dials.front().error = "peer_closed";
  const auto status = with_view(seen, [](auto& view) {
    view.last_error = protocol::PeerError{protocol::Refusal::different_charter, {}, 6};
  });
  CHECK(seen.codes(seen.other_id(), status) == Codes{"parted"});
  CHECK(seen.explain(seen.other_id(), status)->findings.front().what.params.at("reason") ==
        "different_charter");
}

TEST_CASE("what a link that is up still lacks") {
  Seen seen;
  seen.link();
  const auto of = [&](const std::function<void(protocol::PeerView&)>& change) {
    return seen.codes(seen.other_id(), with_view(seen, change));
  };
  CHECK(of([](auto& view) { view.state = protocol::PeerState::handshaking; }) == Codes{"greeting"});
  CHECK(of([](auto& view) {
          view.state = protocol::PeerState::catching_up;
          view.outstanding_entries = 3;
        }) == Codes{"catching_up"});
  CHECK(of([](auto& view) {
          view.outstanding_payloads = 3;
          view.last_error =
              protocol::PeerError{protocol::Refusal::withheld, {{"log", "00"}}, view.state_since_ms + 1};
        }) == Codes{"not_delivered", "trouble"});
  CHECK(of([](auto& view) { view.agrees = false; }) == Codes{"differs"});
  CHECK(of([](auto& view) { view.clock_offset_ms = -61'000; }) == Codes{"clock_differs"});
  CHECK(of([](auto& view) { view.clock_offset_ms = 900; }).empty());
}

TEST_CASE("this node: what waits, what lacks, and the alarms") {
  Seen seen;
  auto status = seen.own.node->status();
  status.own_log_state = protocol::OwnLogState::awaiting_statements;
  status.disk_low = true;
  status.totals.unchecked_entries = 2;
  status.totals.missing_payloads = 1;
  status.alarms.push_back({"log_forked", {{"log", "ab"}}, 4});
  CHECK(seen.codes("this", status) ==
        Codes{"log_forked", "awaiting_statements", "disk_low", "unchecked", "payloads_missing"});
  CHECK(seen.explain("this", status)->findings.back().next->code == "waits_for_links");
  status.own_log_state = protocol::OwnLogState::fetching_back;
  CHECK(seen.codes("this", status)[1] == "fetching_back");
  status.charter = nullptr;
  CHECK(seen.codes("this", status) == Codes{"log_forked", "no_federation"});
}

TEST_CASE("a record that is not everywhere names who lacks it, and is in step once all hold it") {
  Seen seen;
  const auto published = seen.own.publish("published before the link");
  REQUIRE(published);
  const auto id = protocol::to_text(published->record);
  const auto finding = seen.explain(id)->findings;
  REQUIRE(finding.size() >= 1);
  CHECK(finding.back().what.code == "not_everywhere");
  CHECK(finding.back().what.params.at("count") == "1");
  CHECK(finding.back().next->code == "they_fetch");
  seen.link();
  // Holding is told in a message of its own.
  for (int turn = 0; turn < 200 && !seen.codes(id).empty(); ++turn) {
    seen.clock += 100;
    for (auto* node : {&seen.own, &seen.other}) {
      node->node->tick();
      node->node->after_batch();
    }
    carry({&seen.own, &seen.other}, &seen.clock);
  }
  // The test's content is no record's, so it is not understood by anybody; nothing else is wrong.
  CHECK(seen.codes(id) == Codes{"not_understood"});
}

TEST_CASE("a record that has not come is explained by its owner's nodes; what nobody knows is unknown") {
  Seen seen;
  const auto partner = seen.charter.node(seen.other_public)->partner;
  protocol::RecordId absent{partner, {}};
  CHECK(seen.codes(protocol::to_text(absent)) == Codes{"not_received", "no_address"});
  const auto told = seen.explain(protocol::to_text(absent));
  const auto& finding = told->findings.front();
  CHECK(finding.what.params.at("partner") == protocol::to_text(partner));
  CHECK(finding.what.params.at("partnerName") == told->name);
  CHECK(finding.next->params == finding.what.params);
  absent.owner.bytes.fill(0x77);
  CHECK_FALSE(seen.explain(protocol::to_text(absent)));
  CHECK_FALSE(seen.explain(protocol::to_text(absent.owner)));
  CHECK_FALSE(seen.explain(std::string(64, '5')));
  CHECK_FALSE(seen.explain("nonsense"));
  CHECK_FALSE(seen.explain(""));
}

TEST_CASE("a log says what of it is unchecked, and which alarm names it") {
  Seen seen;
  REQUIRE(seen.other.publish("one"));
  REQUIRE(seen.other.publish("two"));
  seen.link();
  const auto logs = seen.own.store->snapshot()->logs();
  const auto log = std::find_if(logs.begin(), logs.end(),
                                [&](const auto& one) { return one.author == seen.other_public; });
  REQUIRE(log != logs.end());
  const auto id = protocol::to_hex(log->log);
  if (log->checked_sequence < log->sequence) CHECK(seen.codes(id) == Codes{"unchecked"});
  seen.own.check_everything();
  CHECK(seen.codes(id).empty());
  auto status = seen.own.node->status();
  status.alarms.push_back({"log_forked", {{"log", id}}, 4});
  CHECK(seen.codes(id, status) == Codes{"log_forked"});
  CHECK(seen.explain(id)->kind == Explanation::Kind::log);
}

TEST_CASE("what does not count is said to lie aside, and is not promised to come") {
  Seen seen;
  const auto published = seen.other.publish("behind the cut");
  REQUIRE(published);
  seen.link();
  seen.own.check_everything();
  const auto record = protocol::to_text(published->record);
  const auto log = seen.own.store->snapshot()->record(published->record)->revisions.front().log;
  seen.own.store->set_aside(log, 1, seen.clock);
  CHECK(seen.codes(record) == Codes{"record_aside"});
  CHECK(seen.explain(record)->findings.front().what.params.at("log") == protocol::to_hex(log));
  CHECK(seen.codes(protocol::to_hex(log)) == Codes{"log_aside"});
  CHECK(seen.explain(protocol::to_hex(log))->name == seen.explain(seen.other_id())->name);
}

TEST_CASE("what was decided is told of the thing itself, and not counted as out of step") {
  Seen seen;
  auto status = seen.own.node->status();
  status.charter = std::make_shared<protocol::Charter>(
      charter_of({seen.own_public, seen.other_public}, [&](protocol::CharterBody& body) {
        for (auto& node : body.nodes)
          if (node.key == seen.other_public) node.status = protocol::NodeStatus::retired;
      }));
  CHECK(seen.codes(seen.other_id(), status) == Codes{"key_retired"});
  const auto snapshot = seen.own.store->snapshot();
  for (const auto& one : core::explain_all({status, *snapshot, {}}))
    CHECK(one.kind != Explanation::Kind::node);
}
