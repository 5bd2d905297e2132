#include "siege.h"

#include <doctest/doctest.h>
#include <malloc.h>

#include <algorithm>

#include "memory_store.h"
#include "store/rocks_store.h"
#include "sync_bench.h"

namespace hansa::test {
namespace {

/// What malloc has given out; 0 under AddressSanitizer, which has an allocator of its own.
std::size_t allocated_bytes() {
  const auto info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

MakeStore store_in(const std::string& directory) {
  return [directory](store::PartnersOf partners_of) -> std::unique_ptr<store::Store> {
    if (directory.empty()) return std::make_unique<MemoryStore>(std::move(partners_of));
    store::StoreOptions options;
    options.partners_of = std::move(partners_of);
    options.write_buffers_bytes = 2 * 1024 * 1024;
    return store::open_store(directory, options);
  };
}

}  // namespace

Siege::Siege(const Ground& ground, const Adjust& adjust)
    : stranger(protocol::SecretKey::generate(repeatable_entropy(ground.seed + 1))),
      victim_dials_(ground.victim_dials) {
  if (ground.real_store) directory_.emplace();
  const auto entropy = repeatable_entropy(ground.seed);
  auto victim_key = protocol::SecretKey::generate(entropy);
  auto honest_key = protocol::SecretKey::generate(entropy);
  auto hostile_key = protocol::SecretKey::generate(entropy);
  charter = std::make_unique<protocol::Charter>(
      charter_of({victim_key.public_key(), honest_key.public_key(), hostile_key.public_key()}, adjust));
  hostile = std::make_unique<HostilePeer>(std::move(hostile_key), *charter);
  hostile->answers = victim_dials_;
  hostile->declare();
  const auto on = directory_ ? directory_->path("store") : std::string();
  victim = std::make_unique<CoreNode>(std::move(victim_key), *charter, store_in(on), &clock);
  honest = std::make_unique<CoreNode>(std::move(honest_key), *charter, store_in(""), &clock);
  link_up(*honest, *victim, honest_link_);
  // Before its own entries go out, a node waits for what the others say of its log.
  run_for(protocol::statements_wait_ms + 1000);
  memory_before_ = allocated_bytes();
}

void Siege::link() {
  up_ = true;
  end_.reset();
  const auto role = victim_dials_ ? core::LinkRole::dialled : core::LinkRole::accepted;
  victim->node->link_up(hostile_link, hostile->key.public_key(), role, HostilePeer::version, "test");
  victim->node->after_batch();
  hostile->say(hostile->hello(victim->key.public_key()));
}

bool Siege::deliver() {
  bool said = false;
  for (auto& bytes : std::exchange(hostile->to_say, {})) {
    said = true;
    if (up_) victim->node->message(hostile_link, std::move(bytes));
    after_batch();
  }
  for (auto& sent : std::exchange(honest->sent, {})) {
    said = true;
    if (sent.link == honest_link_) victim->node->message(sent.link, std::move(sent.bytes));
    after_batch();
  }
  for (auto& sent : std::exchange(victim->sent, {})) {
    said = true;
    if (sent.link == honest_link_) {
      honest->node->message(sent.link, std::move(sent.bytes));
      honest->node->after_batch();
    } else if (sent.link != hostile_link) {
      continue;  // the honest link that was closed for a recount
    } else if (deaf) {
      unheard_bytes += sent.bytes.size();
    } else if (up_) {
      hostile->hear(sent.bytes);
    }
  }
  return said;
}

void Siege::push_in(const protocol::wire::Message& message) {
  if (up_) victim->node->message(hostile_link, protocol::wire::encode(message));
}

void Siege::after_batch() {
  victim->node->after_batch();
  watch_memory();
  for (const auto& [link, reason] : std::exchange(victim->closed, {})) {
    victim->node->link_down(link, reason);
    victim->node->after_batch();
    if (link != hostile_link) {
      honest_again(reason);
      continue;
    }
    up_ = false;
    end_ = reason;
  }
}

/// The honest link is closed for a recount on one of its ends, and for nothing else.
void Siege::honest_again(core::LinkEnd reason) {
  const auto by_honest = std::exchange(honest->closed, {});
  if (reason == core::LinkEnd::peer_closed) {
    REQUIRE(by_honest.size() == 1);
    REQUIRE(by_honest[0] == std::pair(honest_link_, core::LinkEnd::different_charter));
  } else {
    REQUIRE(reason == core::LinkEnd::different_charter);
    ++recounts_;
  }
  honest->node->link_down(honest_link_, reason);
  honest->node->after_batch();
  link_up(*honest, *victim, ++honest_link_);
}

void Siege::run_for(std::uint64_t ms) {
  constexpr int rounds_max = 10'000;
  for (const auto until = clock + ms; clock < until;) {
    clock += 50;
    for (auto* node : {victim.get(), honest.get()}) node->node->tick();
    after_batch();
    honest->node->after_batch();
    int rounds = 0;
    while (rounds < rounds_max && deliver()) ++rounds;
    REQUIRE(rounds < rounds_max);
  }
}

void Siege::watch_memory() {
  const auto now = allocated_bytes();
  if (memory_before_ != 0 && now > memory_before_) growth_ = std::max(growth_, now - memory_before_);
}

std::uint64_t Siege::victim_holds() const {
  const auto state = victim->store->snapshot()->log(hostile->log);
  return state ? state->sequence : 0;
}

std::uint64_t Siege::victim_lacks() const { return victim->store->snapshot()->totals().missing_payloads; }

std::uint64_t Siege::counted(protocol::Refusal why) const {
  const auto refusals = victim->node->status().refusals;
  const auto at = refusals.find(std::string(protocol::name(why)));
  return at == refusals.end() ? 0 : at->second;
}

std::optional<protocol::Refusal> Siege::last_error() const {
  for (const auto& peer : victim->node->status().peers)
    if (peer.node == hostile->key.public_key() && peer.last_error) return peer.last_error->code;
  return std::nullopt;
}

void Siege::check_honest_link() {
  const auto theirs = honest->publish("published while a peer misbehaved");
  const auto ours = victim->publish("and an answer");
  REQUIRE(theirs);
  REQUIRE(ours);
  run_for(1000);
  CHECK(victim->store->snapshot()->payload(theirs->log, theirs->sequence).has_value());
  CHECK(honest->store->snapshot()->payload(ours->log, ours->sequence).has_value());
}

}  // namespace hansa::test
