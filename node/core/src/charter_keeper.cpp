#include "core/charter_keeper.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "charter_rows.h"
#include "charter_times.h"
#include "core/status.h"
#include "store/broken.h"

namespace hansa::core {
namespace {

using protocol::Bytes;
using protocol::ByteView;
using protocol::CharterTaken;
using protocol::Hash;
using protocol::Refusal;

/// Instead of a time: an operator has decided against this sibling.
constexpr std::uint64_t decided_ms = 0;

[[noreturn]] void damaged(const std::string& what) {
  throw store::StoreBroken("the stored " + what +
                           " is damaged; restore a backup of this node, or join anew with a new directory");
}

}  // namespace

CharterKeeper::~CharterKeeper() = default;

CharterKeeper::CharterKeeper(store::Store& store)
    : store_(store), times_(std::make_unique<CharterTimes>(store)) {
  load_chain();
  load_siblings();
  load_proposals();
  load_watch();
  make_life();
}

void CharterKeeper::load_chain() {
  const auto snapshot = store_.snapshot();
  if (const auto old = snapshot->setting(charter_rows::old_charter_key)) {
    if (!snapshot->setting(charter_rows::charter_key(1)))
      store_.put_setting(charter_rows::charter_key(1), *old);
    store_.erase_setting(charter_rows::old_charter_key);
  }
  const auto pin_row = snapshot->setting(charter_rows::pin_key);
  std::optional<protocol::CharterPin> pin;
  if (pin_row && !(pin = charter_rows::decode_pin(*pin_row))) damaged("pin of the charter");
  // The keys are fixed in width, so that they stand in the order of versions.
  for (const auto& [key, bytes] : store_.snapshot()->settings(charter_rows::charter_prefix)) {
    if (!chain_) {
      auto chain = protocol::CharterChain::start(bytes);
      if (!chain) damaged("charter");
      chain_.emplace(std::move(*chain));
    } else if (chain_->take(bytes).taken != CharterTaken::extended) {
      damaged("charter (" + key + ")");
    }
  }
  if (chain_ && pin && !chain_->pin(*pin)) damaged("pin of the charter");
}

void CharterKeeper::load_siblings() {
  for (const auto& [key, row] : store_.snapshot()->settings(charter_rows::sibling_prefix)) {
    const auto hash =
        protocol::hash_from_hex(std::string_view(key).substr(charter_rows::sibling_prefix.size()));
    const auto sibling = charter_rows::decode_sibling(row);
    if (!hash || !sibling || !chain_) damaged("evidence of a second charter");
    auto judged = *chain_;  // by a copy: it changes nothing
    siblings_[*hash] = {judged.take(sibling->second).version, *hash, sibling->first};
  }
}

ChartersTaken CharterKeeper::take(std::span<const Bytes> charters, std::uint64_t now_ms,
                                  const protocol::PublicKey& from) {
  ChartersTaken taken;
  const Hash before = chain_ ? chain_->newest().hash() : Hash{};
  const std::uint32_t versions_before = chain_ ? chain_->newest().version() : 0;
  std::uint32_t changed_from = 0;
  const bool was_behind_pin = chain_ && !chain_->reached_pin();
  for (const auto& bytes : charters.first(std::min(charters.size(), charters_at_once_max))) {
    protocol::CharterOffer offer;
    if (!chain_) {
      auto chain = protocol::CharterChain::start(bytes);
      if (chain) {
        chain_.emplace(std::move(*chain));
        offer = {CharterTaken::extended, std::nullopt, 1, chain_->newest().hash()};
      } else {
        offer.fault = chain.error();
      }
    } else {
      offer = chain_->take(bytes, from);
    }
    if (offer.taken == CharterTaken::sibling_final) keep_evidence(offer, bytes, now_ms);
    // The version beside which it came may have been replaced as well.
    const bool changed = offer.taken == CharterTaken::extended || offer.taken == CharterTaken::replaced;
    if (changed && changed_from == 0)
      changed_from = was_behind_pin ? 1 : std::max<std::uint32_t>(offer.version - 1, 1);
    taken.offers.push_back(std::move(offer));
    if (taken.refused()) break;
  }
  taken.changed = chain_ && chain_->newest().hash() != before;
  if (taken.changed) {
    // First: a version that stands there is never dated again.
    date(changed_from, now_ms);
    store_chain(changed_from, versions_before);
    newest_changed(now_ms);
  }
  return taken;
}

/// Since when the versions from `from` on are in force, which were taken now.
void CharterKeeper::date(std::uint32_t from, std::uint64_t now_ms) {
  for (auto version = from; version <= chain_->newest().version(); ++version) {
    const auto& charter = *chain_->at(version);
    times_->taken(charter, now_ms);
    if (const auto* proposal = find(charter.hash()))
      for (const auto& approval : proposal->approvals)
        times_->approved(charter, {charter.hash(), {{approval.signer, approval.signature}}}, approval.at_ms);
  }
  times_->store();
}

/// From the top down to where something is another one, then upwards: whenever the power goes, what stands
/// there is a whole chain.
void CharterKeeper::store_chain(std::uint32_t from, std::uint32_t versions_before) {
  const auto snapshot = store_.snapshot();
  const auto stands = [&](std::uint32_t version) {
    const auto row = snapshot->setting(charter_rows::charter_key(version));
    return row && std::ranges::equal(*row, chain_->at(version)->bytes());
  };
  const auto newest = chain_->newest().version();
  while (from <= newest && stands(from)) ++from;
  for (std::uint32_t version = versions_before; version > std::min(from, newest); --version)
    store_.erase_setting(charter_rows::charter_key(version));
  for (std::uint32_t version = from; version <= newest; ++version)
    store_.put_setting(charter_rows::charter_key(version), chain_->at(version)->bytes());
}

std::vector<Bytes> CharterKeeper::from(std::uint32_t from, std::size_t count_max,
                                       std::size_t bytes_max) const {
  std::vector<Bytes> charters;
  std::size_t bytes = 0;
  for (std::uint32_t version = std::max<std::uint32_t>(from, 1); charters.size() < count_max; ++version) {
    const auto* charter = chain_ ? chain_->at(version) : nullptr;
    if (charter == nullptr || (!charters.empty() && bytes + charter->bytes().size() > bytes_max)) break;
    bytes += charter->bytes().size();
    charters.emplace_back(charter->bytes().begin(), charter->bytes().end());
  }
  return charters;
}

bool CharterKeeper::pin(const protocol::CharterPin& pin) {
  if (!chain_) return true;
  const auto before = chain_->pinned();
  const bool held = chain_->pin(pin);
  if (chain_->pinned() != before) {
    store_.put_setting(charter_rows::pin_key, charter_rows::encode_pin(chain_->pinned()));
    make_life();
  }
  return held;
}

/// The side that is held is the one that holds: what was signed beside it is no alarm any more. Nothing that
/// comes can replace it.
protocol::Outcome<protocol::Done, protocol::CharterFault> CharterKeeper::stay_with(
    const protocol::Charter& version) {
  bool decided = false;
  for (auto& [hash, evidence] : siblings_) {
    if (evidence.version != version.version() || hash == version.hash()) continue;
    decided = true;
    if (evidence.decided()) continue;
    const auto row = store_.snapshot()->setting(charter_rows::sibling_key(hash));
    const auto kept = row ? charter_rows::decode_sibling(*row) : std::nullopt;
    if (!kept) damaged("evidence of a second charter");
    store_.put_setting(charter_rows::sibling_key(hash),
                       charter_rows::encode_sibling(decided_ms, kept->second));
    evidence.since_ms = decided_ms;
  }
  if (!decided) return protocol::CharterFault{Refusal::not_found, {}};
  pin({version.version(), version.hash()});
  make_life();
  return protocol::Done{};
}

/// It was of a side that the federation has left: nobody who holds it will come.
bool CharterKeeper::let_go_of_pin(const Hash& newest) {
  if (!chain_ || chain_->newest().hash() != newest || !chain_->let_go_of_pin()) return false;
  store_.put_setting(charter_rows::pin_key, charter_rows::encode_pin(chain_->pinned()));
  make_life();
  return true;
}

protocol::Outcome<protocol::Done, protocol::CharterFault> CharterKeeper::follow(const Hash& hash,
                                                                                std::uint64_t now_ms) {
  const bool let_go = let_go_of_pin(hash);
  if (const auto* held = chain_ ? version_named(hash) : nullptr) {
    const auto stayed = stay_with(*held);
    if (!let_go) return stayed;
    return protocol::Done{};
  }
  const auto row = store_.snapshot()->setting(charter_rows::sibling_key(hash));
  if (!row || !siblings_.contains(hash)) return protocol::CharterFault{Refusal::not_found, {}};
  const auto evidence = charter_rows::decode_sibling(*row);
  if (!evidence) damaged("evidence of a second charter");
  const auto versions_before = chain_->newest().version();
  const auto left = *chain_->at(siblings_.at(hash).version);
  if (const auto followed = chain_->follow(evidence->second); !followed) return followed.error();
  const auto version = chain_->newest().version();
  date(version, now_ms);
  // The pin goes first and comes last: whenever the power goes, it names nothing that is not there.
  store_.erase_setting(charter_rows::pin_key);
  for (std::uint32_t behind = versions_before; behind > version; --behind)
    store_.erase_setting(charter_rows::charter_key(behind));
  store_.put_setting(charter_rows::charter_key(version), chain_->newest().bytes());
  store_.put_setting(charter_rows::pin_key, charter_rows::encode_pin(chain_->pinned()));
  // Evidence of what lies behind the place of the decision says nothing about this chain.
  for (const auto& [beside, one] : std::exchange(siblings_, {}))
    if (one.version < version)
      siblings_.emplace(beside, one);
    else
      store_.erase_setting(charter_rows::sibling_key(beside));
  // The side that was left can be followed again: the other side's operators may decide at the same time.
  keep_evidence({CharterTaken::sibling_final, std::nullopt, left.version(), left.hash()}, left.bytes(),
                decided_ms);
  newest_changed(now_ms);
  return protocol::Done{};
}

void CharterKeeper::keep_evidence(const protocol::CharterOffer& offer, ByteView charter,
                                  std::uint64_t now_ms) {
  if (siblings_.contains(offer.hash) || siblings_.size() >= sibling_evidence_max) return;
  store_.put_setting(charter_rows::sibling_key(offer.hash), charter_rows::encode_sibling(now_ms, charter));
  siblings_[offer.hash] = {offer.version, offer.hash, now_ms};
  make_life();
}

void CharterKeeper::newest_changed(std::uint64_t now_ms) {
  for (auto& proposal : proposals_) {
    const auto* taken = chain_->at(proposal.body.version);
    const bool adopted = taken != nullptr && taken->hash() == proposal.hash;
    const bool open = proposal.body.previous == chain_->newest().hash();
    const auto state = adopted ? CharterProposal::State::adopted
                       : open  ? CharterProposal::State::open
                               : CharterProposal::State::superseded;
    if (state != proposal.state) close(proposal, state, now_ms);
  }
  for (auto& waiting : waiting_) waiting.later = false;
  look_again_ = true;
  drop_old_proposals();
  make_life();
}

void CharterKeeper::make_life() {
  auto life = std::make_shared<CharterLife>();
  for (auto one = proposals_.rbegin(); one != proposals_.rend(); ++one) {
    ShownProposal shown{std::make_shared<const CharterProposal>(*one), std::nullopt};
    const auto* before = chain_ ? chain_->at(one->body.version - 1) : nullptr;
    if (before != nullptr && before->hash() == one->body.previous) shown.before = *before;
    life->proposals.push_back(std::move(shown));
  }
  std::ranges::stable_partition(life->proposals, [](const ShownProposal& one) {
    return one.proposal->state == CharterProposal::State::open;
  });
  if (chain_) {
    for (std::uint32_t version = 1; version <= chain_->newest().version(); ++version)
      life->versions.push_back({*chain_->at(version), times_->at(*chain_->at(version))});
    life->final = chain_->reached_pin() ? chain_->final() : chain_->pinned();
    life->behind_version = chain_->reached_pin() ? 0 : chain_->pinned().version;
  }
  for (const auto& [hash, evidence] : siblings_)
    if (life->hash_at(evidence.version) != hash) life->siblings.push_back(evidence);
  life_ = std::move(life);
  life_changed_ = false;
}

void CharterKeeper::make_life_if_changed() {
  if (life_changed_) make_life();
}

void CharterKeeper::tell(std::vector<Alarm>& alarms) const {
  for (const auto& evidence : life_->siblings)
    if (!evidence.decided())
      alarms.push_back({"charter_conflict",
                        {{"version", std::to_string(evidence.version)},
                         {"hash", protocol::to_hex(evidence.hash)},
                         {"own", protocol::to_hex(life_->hash_at(evidence.version))}},
                        evidence.since_ms});
  if (life_->behind_version != 0)
    alarms.push_back({"charter_behind",
                      {{"version", std::to_string(chain_->newest().version())},
                       {"pinned", std::to_string(life_->behind_version)}},
                      0});
}

}  // namespace hansa::core
