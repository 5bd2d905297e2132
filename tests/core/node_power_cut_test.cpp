// The power of a publishing node's machine goes at every sync of its disk in turn. What was acknowledged is
// there afterwards, what its peer was sent is what it still says, and no sequence number is used twice.

#include <doctest/doctest.h>

#include <map>

#include "core_bench.h"
#include "memory_store.h"
#include "power_cut_file_system.h"
#include "store/rocks_store.h"
#include "sync_bench.h"

using namespace hansa;
using namespace hansa::test;

namespace {

constexpr int publishes = 9;

/// The machine is off: nothing that its node does from here on happens, and nobody hears of it.
struct PowerIsGone {};

/// A node on a disk that forgets, linked with one that does not.
class Town {
 public:
  Town() {
    const auto entropy = repeatable_entropy(97);
    const auto seed = [&entropy] {
      protocol::Hash bytes;
      entropy(bytes);
      return bytes;
    };
    seed_ = seed();
    auto peer_key = protocol::SecretKey::from_seed(seed());
    charter_ = std::make_unique<protocol::Charter>(
        charter_of({protocol::SecretKey::from_seed(seed_).public_key(), peer_key.public_key()}));
    peer_ = std::make_unique<CoreNode>(
        std::move(peer_key), *charter_,
        [](store::PartnersOf partners_of) { return std::make_unique<MemoryStore>(std::move(partners_of)); },
        &clock_);
  }

  PowerCutFileSystem& disk() { return *disk_; }
  std::size_t acknowledged() const { return acknowledged_.size(); }

  /// Starts, publishes, and lives until the power goes or all is done; whether it lived.
  bool live(int publishes_wanted) {
    std::unique_ptr<CoreNode> node;
    bool whole = true;
    try {
      node = std::make_unique<CoreNode>(protocol::SecretKey::from_seed(seed_), *charter_, on_disk(), &clock_);
      start_link(*node);
      for (int count = 0; count < publishes_wanted; ++count) publish(*node, count % 3 == 0 ? 4 : 1);
      talk(*node);
    } catch (const store::StoreBroken&) {
      REQUIRE(disk_->is_cut());
      whole = false;
    } catch (const PowerIsGone&) {
      whole = false;
    }
    if (whole) check(*node);
    node.reset();
    peer_->node->link_down(link_, core::LinkEnd::cut);
    peer_->node->after_batch();
    peer_->sent.clear();
    return whole && !disk_->is_cut();
  }

 private:
  MakeStore on_disk() {
    return [this](store::PartnersOf partners_of) {
      store::StoreOptions options;
      options.partners_of = std::move(partners_of);
      options.environment = environment_.get();
      options.write_buffers_bytes = 512 * 1024;
      return store::open_store("/store", std::move(options));
    };
  }

  void end_batch(CoreNode& node) const {
    node.node->after_batch();
    if (disk_->is_cut()) throw PowerIsGone();
  }

  void start_link(CoreNode& node) {
    ++link_;
    end_batch(node);
    node.node->link_up(link_, peer_->key.public_key(), core::LinkRole::dialled, protocol::link_version_newest,
                       "test");
    peer_->node->link_up(link_, node.key.public_key(), core::LinkRole::accepted,
                         protocol::link_version_newest, "test");
    talk(node);
  }

  /// Carries what the two say until they have nothing more to say.
  void talk(CoreNode& node) {
    constexpr int silent_rounds = 10;
    for (int silent = 0; silent < silent_rounds; ++silent) {
      clock_ += 50;
      node.node->tick();
      end_batch(node);
      peer_->node->tick();
      peer_->node->after_batch();
      for (auto& sent : std::exchange(node.sent, {})) {
        silent = 0;
        peer_->node->message(link_, std::move(sent.bytes));
        peer_->node->after_batch();
      }
      for (auto& sent : std::exchange(peer_->sent, {})) {
        silent = 0;
        node.node->message(link_, std::move(sent.bytes));
        end_batch(node);
      }
    }
  }

  /// Several requests that are one commit.
  void publish(CoreNode& node, int together) {
    for (int count = 0; count < together; ++count) {
      core::PublishRequest request;
      request.record_kind = protocol::RecordKind::practice;
      request.content.assign(3000, static_cast<std::uint8_t>(acknowledged_.size()));
      const auto content = request.content;
      node.node->publish(std::move(request), [this, content](const core::PublishOutcome& outcome) {
        REQUIRE(outcome);
        if (disk_->is_cut()) return;  // nobody hears this answer
        const protocol::EntryRef place{outcome->log, outcome->sequence};
        const bool fresh = acknowledged_.emplace(place, Acknowledged{outcome->revision, content}).second;
        CHECK_MESSAGE(fresh, "sequence " << outcome->sequence << " was handed out twice");
      });
    }
    end_batch(node);
    if (together > 1) talk(node);
  }

  void check(const CoreNode& node) const {
    const auto snapshot = node.store->snapshot();
    for (const auto& [place, entry] : acknowledged_) {
      const auto headers = snapshot->headers(place.log, place.sequence, 1, protocol::header_bytes_max);
      REQUIRE(headers.size() == 1);
      CHECK(protocol::entry_hash(headers.front()) == entry.hash);
      const auto payload = snapshot->payload(place.log, place.sequence);
      REQUIRE(payload);
      CHECK(payload->content == entry.content);
    }
    CHECK(node.node->status().digest == peer_->node->status().digest);
    CHECK(peer_->node->status().refusals.empty());
    CHECK(node.node->status().refusals.empty());
  }

  struct Acknowledged {
    protocol::Hash hash{};
    protocol::Bytes content;
  };

  std::uint64_t clock_ = 1'800'000'000'000;
  protocol::Hash seed_{};
  std::unique_ptr<protocol::Charter> charter_;
  std::unique_ptr<CoreNode> peer_;
  std::shared_ptr<PowerCutFileSystem> disk_ = std::make_shared<PowerCutFileSystem>();
  std::unique_ptr<rocksdb::Env> environment_ = environment_over(disk_);
  core::LinkId link_ = 0;
  std::map<protocol::EntryRef, Acknowledged> acknowledged_;
};

}  // namespace

TEST_CASE(
    "power cut at every sync of a publishing node: nothing acknowledged is lost, no number is used twice") {
  std::uint64_t syncs = 0;
  {
    Town town;
    REQUIRE(town.live(publishes));
    syncs = town.disk().syncs();
  }
  MESSAGE("cut at each of " << syncs << " syncs");
  CHECK(syncs > publishes);
  std::mt19937_64 random(20261122);
  for (std::uint64_t cut_at = 1; cut_at <= syncs; ++cut_at)
    for (const bool with_leftovers : {false, true}) {
      CAPTURE(cut_at);
      CAPTURE(with_leftovers);
      Town town;
      town.disk().cut_at_sync(cut_at);
      town.live(publishes);
      const auto before = town.acknowledged();
      town.disk().restart(with_leftovers ? &random : nullptr);
      // Once more, soon after it is back; then it lives on.
      town.disk().cut_at_sync(1 + cut_at % 11);
      town.live(3);
      town.disk().restart(with_leftovers ? &random : nullptr);
      REQUIRE(town.live(3));
      CHECK(town.acknowledged() >= before + 3);
    }
}
