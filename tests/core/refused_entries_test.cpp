// Peers that offer what does not count.

#include <doctest/doctest.h>

#include <algorithm>

#include "core_bench.h"
#include "memory_store.h"
#include "sync_bench.h"

using namespace hansa;
using namespace hansa::test;

namespace {

constexpr std::uint64_t start_ms = 1'800'000'000'000;

std::unique_ptr<store::Store> in_memory(store::PartnersOf partners_of) {
  return std::make_unique<MemoryStore>(std::move(partners_of));
}

protocol::SyncTerms terms_of(const protocol::Charter& charter) {
  protocol::SyncTerms terms;
  terms.federation = charter.federation();
  terms.charter_version = charter.version();
  terms.charter_hash = charter.hash();
  for (const auto& node : charter.body().nodes) terms.nodes.emplace(node.key, node.partner);
  terms.expected.emplace();
  return terms;
}

/// Links the two and carries until both are silent.
void talk(BenchNode& peer, CoreNode& node, std::uint64_t* clock, core::LinkId link) {
  constexpr int silent_rounds = 50;
  peer.clock = clock;
  peer.engine->link_up(link, node.key.public_key(), protocol::LinkRole::initiator, protocol::link_versions[0],
                       *clock);
  node.node->link_up(link, peer.key.public_key(), core::LinkRole::accepted, protocol::link_versions[0],
                     "test");
  for (int silent = 0; silent < silent_rounds; ++silent) {
    *clock += 50;
    node.node->tick();
    node.node->after_batch();
    peer.engine->tick(*clock);
    for (auto& deed : peer.perform(peer.engine->take_deeds()))
      if (auto* message = std::get_if<protocol::SendMessage>(&deed)) {
        silent = 0;
        node.node->message(link, std::move(message->bytes));
      }
    node.node->after_batch();
    for (auto sent = std::exchange(node.sent, {}); !sent.empty(); sent.pop_front()) {
      silent = 0;
      peer.engine->message(link, sent.front().bytes, *clock);
    }
  }
  node.node->link_down(link, core::LinkEnd::cut);
  peer.engine->link_down(link, *clock);
}

/// A charter of these keys, edited.
protocol::Charter edited_charter(const std::vector<protocol::PublicKey>& keys,
                                 const std::function<void(protocol::CharterBody&)>& edit) {
  auto body = charter_of(keys).body();
  edit(body);
  const auto entropy = repeatable_entropy(17);
  const auto signer = protocol::SecretKey::generate(entropy);
  body.signers = {{signer.public_key(), "Signer", std::nullopt}};
  const protocol::SecretKey* const signers[] = {&signer};
  auto charter = protocol::found_charter(body, signers, entropy);
  REQUIRE(charter);
  return *charter;
}

struct Cost {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
};

/// What a peer sends that relays `behind` entries of a revoked key behind its cut at `cut`.
Cost offer_behind_cut(std::uint64_t cut, std::uint64_t behind) {
  std::uint64_t clock = start_ms;
  auto key = protocol::SecretKey::generate(repeatable_entropy(3));
  BenchNode author(41, {}, start_ms);
  BenchNode relay(42, {}, start_ms);
  // The federation's id is the founding charter's hash, and the cut names an entry made under it: so the cut
  // comes first as a position without a hash, and the log is empty but for what the limit leaves.
  const auto charter =
      edited_charter({key.public_key(), author.key.public_key(), relay.key.public_key()},
                     [&](protocol::CharterBody& body) { body.nodes[1].limits.entries_per_log = cut; });
  author.federation = relay.federation = charter.federation();
  author.declare();
  while (author.entries() < cut + behind) author.append(200);
  relay.logs = author.logs;
  relay.start(terms_of(charter), start_ms);
  CoreNode node(std::move(key), charter, in_memory, &clock);
  for (core::LinkId link = 1; link <= 3; ++link) talk(relay, node, &clock, link);
  const auto held = node.store->snapshot()->log(*author.own);
  REQUIRE(held);
  CHECK(held->sequence == cut);
  CHECK(node.store->snapshot()->totals().entries_aside == 0);
  return {relay.engine->counters().messages_sent, relay.engine->counters().bytes_sent};
}

}  // namespace

TEST_CASE("ten thousand entries that do not count cost no more than refusing them") {
  const auto one = offer_behind_cut(100, 1);
  const auto many = offer_behind_cut(100, 10'000);
  MESSAGE("1 entry behind the end: " << one.entries << " messages, " << one.bytes << " bytes; 10 000: "
                                     << many.entries << " messages, " << many.bytes << " bytes");
  // One question is on its way when the first is refused; after that nothing is asked, link after link.
  const std::uint64_t questions = 3 * protocol::header_pulls_per_log;
  CHECK(many.bytes <= one.bytes + questions * protocol::pull_headers_max * protocol::header_bytes);
  CHECK(many.entries <= one.entries + 2 * questions);
}

TEST_CASE("of a key's logs the first by epoch and id count, in whatever order they come") {
  bool displaced = false;
  bool refused = false;
  for (std::uint64_t seed = 50; seed < 60; ++seed) {
    std::uint64_t clock = start_ms;
    auto key = protocol::SecretKey::generate(repeatable_entropy(seed));
    BenchNode author(seed + 100, {}, start_ms);
    const auto charter = edited_charter({key.public_key(), author.key.public_key()},
                                        [](protocol::CharterBody& body) { body.nodes[1].limits.logs = 1; });
    author.federation = charter.federation();
    author.declare();
    const auto first = *author.own;
    for (int i = 0; i < 3; ++i) author.append(100);
    author.start(terms_of(charter), start_ms);
    CoreNode node(std::move(key), charter, in_memory, &clock);
    talk(author, node, &clock, 1);
    REQUIRE(node.store->snapshot()->log(first));
    author.declare();
    const auto second = *author.own;
    for (int i = 0; i < 2; ++i) author.append(100);
    author.start(terms_of(charter), clock);
    talk(author, node, &clock, 2);
    const auto snapshot = node.store->snapshot();
    CHECK(snapshot->log(first).has_value() == (first < second));
    CHECK(snapshot->log(second).has_value() == (second < first));
    CHECK(snapshot->totals().entries_aside == (first < second ? 0 : 4));
    (first < second ? refused : displaced) = true;
  }
  CHECK(displaced);
  CHECK(refused);
}
