// How far logs count, by charter and forks alone.

#include "core/counting.h"

#include <doctest/doctest.h>

#include "core_bench.h"
#include "memory_store.h"
#include "sync_bench.h"

using namespace hansa;
using core::DeclaredLog;
using core::LogEnd;
using core::Reach;
using protocol::Hash;

namespace {

Hash hash_of(std::uint8_t number) {
  Hash hash{};
  hash[0] = number;
  return hash;
}

core::Forks forked(std::uint8_t number, std::uint64_t sequence) {
  core::Forks forks;
  forks.at.emplace(hash_of(number), sequence);
  return forks;
}

/// One author's charter, as a test wants it.
struct Ruling {
  protocol::SecretKey key = protocol::SecretKey::generate(test::repeatable_entropy(1));
  protocol::SecretKey signer = protocol::SecretKey::generate(test::repeatable_entropy(2));
  protocol::CharterBody body;

  Ruling() {
    protocol::CharterPartner partner;
    partner.id.bytes[0] = 1;
    partner.names.push_back({"en", "Partner"});
    partner.country = "LV";
    body.names.push_back({"en", "Test federation"});
    body.partners.push_back(partner);
    protocol::CharterNode node;
    node.key = key.public_key();
    node.partner = partner.id;
    body.nodes.push_back(node);
    body.signers.push_back({signer.public_key(), "Signer", std::nullopt});
  }
  protocol::Charter charter() const {
    const protocol::SecretKey* const signers[] = {&signer};
    auto charter = protocol::found_charter(body, signers, test::repeatable_entropy(3));
    REQUIRE(charter);
    return *charter;
  }
  protocol::CharterNode& node() { return body.nodes.front(); }
  DeclaredLog log(std::uint8_t number, std::uint64_t epoch = 1) const {
    return {hash_of(number), key.public_key(), epoch};
  }
  Reach reach(const core::Forks& forks = {}, std::size_t rank = 0) const {
    return core::reach_of(charter(), forks, log(7), rank);
  }
};

/// A store with one log of ten entries by the ruling's key; each payload is one block.
struct Held {
  explicit Held(const Ruling& ruling) {
    const auto federation = hash_of(99);
    protocol::DeclarationFields declaration;
    declaration.federation = federation;
    declaration.epoch_nonce = hash_of(5);
    auto headers = *protocol::seal_declaration(declaration, ruling.key);
    log = protocol::log_id(federation, ruling.key.public_key(), declaration.epoch_nonce);
    protocol::LogTip tip{federation, log, ruling.key.public_key(), 1, protocol::entry_hash(headers)};
    hashes.push_back(tip.hash);
    while (hashes.size() < 10) {
      protocol::EntryFields fields;
      fields.kind = protocol::EntryKind::announcement;
      fields.payload_blocks = 1;
      fields.commitment = hash_of(1);
      const auto header = *protocol::seal_entry(fields, tip, ruling.key);
      headers.insert(headers.end(), header.begin(), header.end());
      ++tip.sequence;
      tip.hash = protocol::entry_hash(header);
      hashes.push_back(tip.hash);
    }
    store::Batch batch;
    batch.runs.push_back(*protocol::chain(federation, std::nullopt, headers));
    store.commit(batch, 1, store::Durability::synced);
  }
  std::uint64_t first_not_counting(const Reach& reach) const {
    const auto snapshot = store.snapshot();
    return core::first_not_counting(*snapshot, *snapshot->log(log), reach);
  }
  test::MemoryStore store{[](const protocol::PublicKey&) { return std::vector<protocol::PartnerId>{}; }};
  Hash log{};
  std::vector<Hash> hashes;  ///< of sequence 1 at index 0
};

}  // namespace

TEST_CASE("a key that the charter lets write counts to its end, one that it does not list not at all") {
  Ruling ruling;
  CHECK(ruling.reach().end == LogEnd::open);
  CHECK(ruling.reach().through == protocol::NodeLimits{}.entries_per_log);
  ruling.node().key = protocol::SecretKey::generate(test::repeatable_entropy(4)).public_key();
  CHECK(ruling.reach().end == LogEnd::unknown_key);
  CHECK(ruling.reach().through == 0);
}

TEST_CASE("whoever is narrowed counts up to the cuts that are named, and nowhere else") {
  Ruling ruling;
  const auto check = [&](LogEnd end) {
    CHECK(ruling.reach().end == end);
    CHECK(ruling.reach().through == 0);
    ruling.node().cuts = {{hash_of(7), 4, hash_of(40)}};
    CHECK(ruling.reach().end == end);
    CHECK(ruling.reach().through == 4);
    CHECK(ruling.reach().passes == protocol::Cut{hash_of(7), 4, hash_of(40)});
    ruling.node().cuts.clear();
  };
  for (const auto& [status, end] : {std::pair{protocol::NodeStatus::retired, LogEnd::retired},
                                    std::pair{protocol::NodeStatus::rotated, LogEnd::rotated},
                                    std::pair{protocol::NodeStatus::revoked, LogEnd::revoked}}) {
    ruling.node().status = status;
    check(end);
  }
  ruling.node().status = protocol::NodeStatus::active;
  ruling.body.partners.front().role = protocol::PartnerRole::observer;
  check(LogEnd::observer);
}

TEST_CASE("an active key's log may be cut, its others go on") {
  Ruling ruling;
  ruling.node().cuts = {{hash_of(7), 4, hash_of(40)}};
  CHECK(ruling.reach().end == LogEnd::cut);
  CHECK(core::reach_of(ruling.charter(), {}, ruling.log(8), 0).end == LogEnd::open);
}

TEST_CASE("a fork ends a log before it, unless a cut names a branch") {
  Ruling ruling;
  CHECK(ruling.reach(forked(8, 5)).end == LogEnd::open);
  CHECK(ruling.reach(forked(7, 5)).end == LogEnd::forked);
  CHECK(ruling.reach(forked(7, 5)).through == 4);
  CHECK(ruling.reach(forked(7, 1)).through == 0);
  ruling.node().cuts = {{hash_of(7), 9, hash_of(90)}};
  CHECK(ruling.reach(forked(7, 5)).end == LogEnd::cut);
  CHECK(ruling.reach(forked(7, 5)).through == 9);
  CHECK(ruling.reach(forked(7, 5)).disputed_from == 5);
  // A cut before the fork leaves it behind.
  CHECK(ruling.reach(forked(7, 10)).disputed_from == UINT64_MAX);
}

TEST_CASE("limits end a log by position, by bytes, and by its rank among its key's logs") {
  Ruling ruling;
  ruling.node().limits = {2, 30, 10 * protocol::payload_block_bytes + 5};
  CHECK(ruling.reach().through == 30);
  CHECK(ruling.reach().blocks_max == 10);
  CHECK(ruling.reach({}, 1).through == 30);
  CHECK(ruling.reach({}, 2).end == LogEnd::too_many_logs);
  CHECK(ruling.reach({}, 2).through == 0);
}

TEST_CASE("of a key with too many forked logs those count that the charter names, and no other") {
  Ruling ruling;
  core::Forks forks;
  forks.overrun.insert(ruling.key.public_key());
  CHECK(ruling.reach(forks).end == LogEnd::forked);
  CHECK(ruling.reach(forks).through == 0);
  ruling.node().cuts = {{hash_of(7), 9, hash_of(90)}};
  CHECK(ruling.reach(forks).end == LogEnd::cut);
  CHECK(ruling.reach(forks).through == 9);
}

TEST_CASE("logs rank by epoch and id; those of which nothing counts, and others' logs, take no place") {
  Ruling ruling;
  const auto other = protocol::SecretKey::generate(test::repeatable_entropy(9)).public_key();
  const std::vector<DeclaredLog> logs{
      ruling.log(9, 1), ruling.log(3, 2), ruling.log(7, 2), ruling.log(8, 2), {hash_of(1), other, 1}};
  const auto rank = [&](const DeclaredLog& log, const core::Forks& forks = {}) {
    return core::rank_of(ruling.charter(), forks, log, logs);
  };
  CHECK(rank(logs[0]) == 0);
  CHECK(rank(logs[1]) == 1);
  CHECK(rank(logs[2]) == 2);
  CHECK(rank(logs[3]) == 3);
  CHECK(rank(logs[4]) == 0);
  CHECK(rank(ruling.log(4, 2)) == 2);          // one that is not held yet
  CHECK(rank(logs[3], forked(3, 1)) == 2);     // forked at its first entry
  ruling.node().cuts = {{hash_of(9), 0, {}}};  // nothing of it counts
  CHECK(rank(logs[3]) == 2);
}

TEST_CASE("what is held counts up to its cut, its fork and its limits") {
  Ruling ruling;
  const Held held(ruling);
  CHECK(held.first_not_counting({}) == 11);
  CHECK(held.first_not_counting({.through = 4}) == 5);
  CHECK(held.first_not_counting({.through = 0}) == 1);
  CHECK(held.first_not_counting({.through = 20}) == 11);
  CHECK(held.first_not_counting({.blocks_max = 3}) == 5);  // the declaration has no payload
  CHECK(held.first_not_counting({.through = 3, .blocks_max = 3}) == 4);
}

TEST_CASE("another entry at the cut is another branch: nothing counts that may be of it") {
  Ruling ruling;
  const Held held(ruling);
  const auto cut = [&](std::uint64_t sequence, const Hash& hash, std::uint64_t disputed_from) {
    Reach reach;
    reach.end = LogEnd::cut;
    reach.through = sequence;
    reach.passes = protocol::Cut{held.log, sequence, hash};
    reach.disputed_from = disputed_from;
    return held.first_not_counting(reach);
  };
  CHECK(cut(6, held.hashes[5], UINT64_MAX) == 7);
  CHECK(cut(6, hash_of(1), UINT64_MAX) == 1);
  // With evidence of the fork it is known how far both branches are one.
  CHECK(cut(6, held.hashes[5], 4) == 7);
  CHECK(cut(6, hash_of(1), 4) == 4);
  // The cut lies ahead: the branch is not known yet.
  CHECK(cut(12, hash_of(1), UINT64_MAX) == 11);
  CHECK(cut(12, hash_of(1), 4) == 4);
}
