// A node under its charter: which one is in force, what counts under it, and syncing from and to its end.

#include <algorithm>
#include <cassert>

#include "node_parts.h"
#include "parted_logs.h"

namespace hansa::core {

namespace {

constexpr std::size_t missing_ranges_at_start = 1024;

protocol::SyncTerms sync_terms(const protocol::Charter& charter, const Node::Options& options) {
  protocol::SyncTerms terms;
  terms.federation = charter.federation();
  terms.charter_version = charter.version();
  terms.charter_hash = charter.hash();
  for (const auto& node : charter.body().nodes) terms.nodes.emplace(node.key, node.partner);
  terms.software = options.software;
  // A node that may not link will never state anything.
  terms.expected = options.expected_statements;
  terms.receive_credit_bytes = options.receive_credit_bytes;
  if (!terms.expected) {
    terms.expected.emplace();
    for (const auto& node : charter.body().nodes)
      if (protocol::may_link(charter, node.key)) terms.expected->push_back(node.key);
  }
  return terms;
}

}  // namespace

const CharterKeeper& Node::charter_keeper() const { return parts_->keeper; }

ChartersTaken Node::take_charters(std::span<const protocol::Bytes> charters) {
  return parts_->keeper.take(charters, now_ms());
}

protocol::Outcome<protocol::Done, protocol::CharterFault> Node::follow_charter(
    const protocol::Hash& version) {
  const auto life = parts_->keeper.life();
  const auto evidence = std::ranges::find(life->siblings, version, &SiblingEvidence::hash);
  if (evidence != life->siblings.end()) {
    const auto* before = parts_->keeper.chain()->at(evidence->version - 1);
    parts_->epochs.let_go_to({before->version(), before->hash()});
  }
  const bool was_behind_pin = life->behind_version != 0;
  const auto followed = parts_->keeper.follow(version, now_ms());
  // The charter in force may be the same as before, and the host remembers the pin, too.
  const auto* chain = parts_->keeper.chain();
  if (was_behind_pin && chain->reached_pin()) parts_->epochs.let_go_to(chain->pinned());
  return followed;
}

/// What this host remembers of the charter, in case the store is an older one.
void Node::take_host_pin() {
  const auto* chain = parts_->keeper.chain();
  if (options_.epoch_guard == nullptr || chain == nullptr) return;
  const auto kept = options_.epoch_guard->kept();
  if (kept.standing != EpochGuard::Standing::bound || kept.mark.federation != chain->federation()) return;
  if (!parts_->keeper.pin({kept.mark.charter_version, kept.mark.charter_hash})) pin_differs_ = true;
}

/// The charter that was taken is put in force where nothing of sync is under way. True if it was.
bool Node::apply_charter() {
  const auto* chain = parts_->keeper.chain();
  if (chain == nullptr) return false;
  const auto in_force = charters_.get();
  if (in_force && parts_->sync && in_force->hash() == chain->newest().hash()) return false;
  charters_.set(std::make_shared<const protocol::Charter>(chain->newest()));
  charter_changed();
  return true;
}

void Node::charter_changed() {
  assert(charters_.get());
  judgement_due_ = true;
  if (!in_deeds_) judge_anew();
}

void Node::forks_changed(Forks forks) {
  parts_->forks = std::move(forks);
  judgement_due_ = true;
  if (!in_deeds_) judge_anew();
}

void Node::judge_anew() {
  judgement_due_ = fork_judgement_due_ = false;
  // What was accepted is written before anything else; it may cease to count at once.
  if (parts_->publisher.has_staged()) flush_publishing();
  if (!charters_.get()) return;
  const auto open_log = stop_sync();
  const auto now = now_ms();
  parts_->proofs.take_forks_aside(now);
  if (parts_->proofs.take_changed()) parts_->forks = parts_->proofs.forks();
  drop_doubtful_branches();
  const auto changed = parts_->what_counts.apply(now);
  check_void_ = check_under_way_;
  for (const auto& committed : changed) note(committed);
  for (const auto& committed : parts_->admission.take_committed()) note(committed);
  parts_->admission.take_displaced();  // syncing starts from what is held,
  store_.sync();                       // and claims it
  ensure_own_log();
  if (end_own_log()) ensure_own_log();
  set_parted_aside();
  parts_->proofs.charter_changed();
  parts_->proofs.find_branches();
  start_sync(open_log);
  parts_->applicant.arrived();
  events_.addresses_changed = true;
  reissue_due_ = true;
  if (links_ != nullptr) links_->charter_changed();
}

/// A log that the charter or a fork has ended, or of which peers have another branch, is not written any
/// more. True if this one is.
bool Node::end_own_log() {
  const auto own = parts_->epochs.current();
  if (!own || !protocol::may_write(*charters_.get(), key_.public_key())) return false;
  if (parted_log(*store_.snapshot(), *own)) {
    parts_->epochs.leave(EpochReason::branch_differs);
    return true;
  }
  const auto reach = reach_of(*charters_.get(), parts_->forks, {*own, key_.public_key(), 0}, 0);
  const bool cut = reach.end == LogEnd::cut;
  if (!cut && reach.end != LogEnd::forked) return false;
  parts_->epochs.leave(cut ? EpochReason::log_cut : EpochReason::forked);
  return true;
}

std::optional<protocol::Hash> Node::stop_sync() {
  if (!parts_->sync) return std::nullopt;
  const bool ready = parts_->sync->own_log_state() == protocol::OwnLogState::ready;
  const auto own = parts_->publisher.own_log();
  parts_->sync->set_terms(sync_terms(*charters_.get(), options_), now_ms());
  run_deeds();
  for (const auto& [refusal, count] : parts_->sync->counters().refusals) past_refusals_[refusal] += count;
  parts_->deeds.reset();
  parts_->sync.reset();
  return ready && own ? std::optional(own->id) : std::nullopt;
}

void Node::ensure_own_log() {
  const auto begun = parts_->epochs.ensure(parts_->keeper.life()->final,
                                           parts_->forks.overrun.contains(key_.public_key()), now_ms());
  parts_->publisher.follow(parts_->epochs.current());
  if (!begun) return;
  note(begun->committed);
  if (!parts_->sync) return;
  const auto state = store_.snapshot()->log(begun->run.tip().log);
  assert(state);
  parts_->sync->set_own_log(held_head(*state), now_ms());
}

void Node::start_sync(const std::optional<protocol::Hash>& open_log) {
  const auto now = now_ms();
  sync_started_ms_ = now;
  const auto own = parts_->publisher.own_log();
  auto terms = sync_terms(*charters_.get(), options_);
  terms.goes_on = own && open_log == own->id;
  parts_->sync = std::make_unique<protocol::SyncEngine>(std::move(terms), key_, now);
  parts_->deeds =
      std::make_unique<Deeds>(store_, *parts_->sync, parts_->admission, parts_->keeper, parts_->proofs);
  parts_->sync->set_proofs(parts_->proofs.all(), now);

  const auto snapshot = store_.snapshot();
  std::vector<protocol::HeldHead> heads;
  for (const auto& log : snapshot->logs()) heads.push_back(held_head(log));
  std::vector<protocol::EntryRange> missing;
  for (const auto& range : snapshot->missing(missing_ranges_at_start))
    missing.push_back({range.log, range.from, range.to});
  const bool all = missing.size() < missing_ranges_at_start;
  parts_->sync->load(heads, missing, all);
  if (own)
    if (const auto state = snapshot->log(own->id)) parts_->sync->set_own_log(held_head(*state), now);
}

}  // namespace hansa::core
