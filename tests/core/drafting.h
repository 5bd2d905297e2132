#pragma once
// Drafts of the next version of the charter, on what a node holds of another one.

#include <doctest/doctest.h>

#include <memory>
#include <vector>

#include "charter_bench.h"
#include "core/charter_draft.h"
#include "core/charter_effects.h"
#include "protocol/chain.h"

namespace hansa::test {

/// A federation whose node 1 has published three records, all of which node 0 holds.
struct Drafting : CharterWorld {
  explicit Drafting(std::uint64_t seed) : CharterWorld(seed) {
    for (int i = 0; i < 3; ++i) REQUIRE((*this)[1].publish("record " + std::to_string(i)));
    settle();
    snapshot = (*this)[0].store->snapshot();
    for (const auto& log : snapshot->logs())
      if (log.author == key(1)) written = log;
    REQUIRE(written.sequence == 4);
  }
  const protocol::PublicKey& key(std::size_t node) { return (*this)[node].key.public_key(); }
  const protocol::Charter& charter() { return *(*this)[0].charters.get(); }
  protocol::PartnerId partner(std::size_t node) { return charter().body().partners[node].id; }
  core::CharterDraft draft() { return core::CharterDraft(charter(), *snapshot, entropy); }
  protocol::Hash hash_at(std::uint64_t sequence) {
    return protocol::entry_hash(
        snapshot->headers(written.log, sequence, 1, protocol::header_bytes_max).front());
  }
  /// Node 0 takes another third entry of node 1's log, whose own lies aside: two branches. Its hash.
  protocol::Hash hold_other_third() {
    const protocol::LogTip tip{charter().federation(), written.log, key(1), 2, hash_at(2)};
    protocol::EntryFields fields;
    fields.kind = protocol::EntryKind::announcement;
    const auto other = protocol::seal_entry(fields, tip, (*this)[1].key);
    REQUIRE(other);
    store::Batch batch;
    batch.runs.push_back(*protocol::chain(tip.federation, tip, *other));
    (*this)[0].store->commit(batch, 1, store::Durability::synced);
    return protocol::entry_hash(*other);
  }
  protocol::Charter imagined(const core::CharterDraft& draft) {
    auto made = protocol::imagine_charter(encode(draft.body()), charter());
    REQUIRE(made);
    return *made;
  }
  std::vector<core::LogEffect> lost(const core::CharterDraft& draft) {
    return core::effect_of(*snapshot, {}, imagined(draft)).stops.logs;
  }
  /// Node 0 takes another log of node 1's key, of the next epoch, in which a revision of each record stands.
  /// Its id.
  protocol::Hash hold_second_log(const std::vector<protocol::RecordId>& records) {
    const auto& author = (*this)[1].key;
    protocol::DeclarationFields fields;
    fields.federation = charter().federation();
    fields.epoch_number = written.epoch + 1;
    entropy(fields.epoch_nonce);
    fields.previous = protocol::PreviousEpoch{written.log, written.sequence, written.head};
    auto run = *protocol::chain(fields.federation, std::nullopt, *protocol::seal_declaration(fields, author));
    for (const auto& record : records) {
      protocol::EntryFields revision;
      revision.author_time_ms = clock;
      revision.record = record;
      revision.record_kind = protocol::RecordKind::practice;
      revision.payload_blocks = 1;
      revision.commitment.fill(1);
      revision.visibility = protocol::Visibility::network;
      commit(run);
      run =
          *protocol::chain(fields.federation, run.tip(), *protocol::seal_entry(revision, run.tip(), author));
    }
    commit(run);
    snapshot = (*this)[0].store->snapshot();
    return run.tip().log;
  }
  protocol::RecordId record_at(std::uint64_t sequence) {
    const auto headers = snapshot->headers(written.log, sequence, 1, protocol::header_bytes_max);
    return protocol::HeaderView::parse(headers.front())->record().value();
  }
  protocol::Card card(const protocol::SecretKey& of) {
    protocol::Card card;
    card.node_key = of.public_key();
    entropy(card.partner.bytes);
    card.name = "Kaupunki";
    card.language = "fi";
    card.country = "FI";
    return card;
  }

  std::unique_ptr<store::Snapshot> snapshot;
  store::LogState written;

 private:
  void commit(const protocol::ChainedRun& run) {
    store::Batch batch;
    batch.runs.push_back(run);
    (*this)[0].store->commit(batch, 1, store::Durability::synced);
  }
};

}  // namespace hansa::test
