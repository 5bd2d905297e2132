// Proofs; a node whose logs, or other nodes' logs, have two branches, and how it leaves a log that is not its
// to go on with.

#include <algorithm>
#include <cassert>
#include <string>

#include "node_parts.h"
#include "parted_logs.h"

namespace hansa::core {

using protocol::Hash;

namespace {

/// Whoever has one key can prove forks of its logs without end. The first one acts at once.
constexpr std::uint64_t fork_judgement_every_ms = 60'000;
constexpr std::string_view believed_prefix = "believed/";

}  // namespace

/// Two branches of a log, found with a peer or lying side by side here; and proofs that peers sent.
void Node::take_proofs() {
  for (const auto& fork : parts_->deeds->take_forks()) {
    const auto declaration = store_.snapshot()->headers(fork.log, 1, 1, protocol::header_bytes_max);
    if (declaration.empty()) continue;  // it ceased to be held meanwhile
    const auto evidence =
        protocol::make_fork(charters_.get()->federation(), declaration.front(), fork.ours, fork.theirs);
    if (!evidence) continue;
    (void)parts_->proofs.take(evidence->bytes(), now_ms());
    if (holds_doubtful_branch(fork.log)) {
      doubtful_.insert(fork.log);
      fork_judgement_due_ = true;
    }
  }
  for (const auto& log : parts_->admission.take_doubled()) parts_->proofs.take_fork_aside(log, now_ms());
  if (!parts_->proofs.take_changed()) return;
  parts_->sync->set_proofs(parts_->proofs.all(), now_ms());
  forks_found();
}

protocol::Outcome<HoldTaken> Node::hold(protocol::ByteView bytes) {
  return parts_->proofs.take_own_hold(bytes);
}

/// What is known of forks may be other than before; what counts is judged anew only if that changes something
/// here.
void Node::forks_found() {
  auto forks = parts_->proofs.forks();
  if (forks == parts_->forks) return;  // only the bytes that prove one
  const auto snapshot = store_.snapshot();
  const auto& own = parts_->epochs.current();
  bool matters = forks.overrun != parts_->forks.overrun;
  for (const auto& [log, sequence] : forks.at) {
    const auto before = parts_->forks.at.find(log);
    if (before != parts_->forks.at.end() && before->second == sequence) continue;
    const auto held = snapshot->log(log);
    matters = matters || (held && held->sequence >= sequence);
    judgement_due_ = judgement_due_ || log == own;
  }
  for (const auto& [log, sequence] : parts_->forks.at) matters = matters || !forks.at.contains(log);
  parts_->forks = std::move(forks);
  parts_->proofs.find_branches();
  fork_judgement_due_ = fork_judgement_due_ || matters;
}

/// Judging closes all links: forks alone make it happen once a minute.
bool Node::may_judge_forks() {
  if (!fork_judgement_due_) return false;
  const auto now = now_ms();
  if (forks_judged_ms_ && now >= *forks_judged_ms_ && now - *forks_judged_ms_ < fork_judgement_every_ms)
    return false;
  forks_judged_ms_ = now;
  return true;
}

/// Entries behind a known fork that came from a peer which claimed to have the branch that the charter names,
/// and do not reach its end: they may be of the other one.
bool Node::holds_doubtful_branch(const Hash& log) const {
  const auto state = store_.snapshot()->log(log);
  if (!state) return false;
  const auto reach = reach_of(*charters_.get(), parts_->forks, {log, state->author, state->epoch}, 0);
  return reach.passes && state->sequence < reach.passes->sequence && state->sequence >= reach.disputed_from;
}

/// They are fetched again, from whoever has the rest.
void Node::drop_doubtful_branches() {
  for (const auto& log : std::exchange(doubtful_, {})) {
    if (!holds_doubtful_branch(log)) continue;
    const auto snapshot = store_.snapshot();
    const auto state = *snapshot->log(log);
    const auto from =
        reach_of(*charters_.get(), parts_->forks, {log, state.author, state.epoch}, 0).disputed_from;
    std::vector<store::EntryPlace> dropped;
    for (auto sequence = from; sequence <= state.sequence; ++sequence)
      dropped.push_back(
          {sequence,
           protocol::entry_hash(snapshot->headers(log, sequence, 1, protocol::header_bytes_max).at(0))});
    note(store_.set_aside(log, from, now_ms()));
    store_.drop_aside(log, dropped);
  }
}

/// A log of which a peer holds, or may hold, more than this store did is not written on.
void Node::leave_lost_log() {
  if (!parts_->epochs.current()) return;
  const auto state = parts_->sync->own_log_state();
  if (state == protocol::OwnLogState::parted) return leave_parted_log();
  if (state != protocol::OwnLogState::overtaken && !believes_doubters()) return;
  parts_->epochs.leave(EpochReason::overtaken);
  ensure_own_log();
  run_deeds();
}

/// Anybody can claim to hold more of our log, and a log is left for it: each peer is believed once, ever, and
/// none if it would be the last log.
bool Node::believes_doubters() {
  bool believed = false;
  for (const auto& peer : parts_->sync->own_log_doubters()) {
    if (disbelieved_.contains(peer) || !parts_->epochs.can_begin()) continue;
    disbelieved_.insert(peer);
    const auto setting = std::string(believed_prefix) + protocol::to_text(peer);
    if (store_.snapshot()->setting(setting)) continue;
    const std::uint8_t once = 1;
    store_.put_setting(setting, protocol::ByteView(&once, 1));
    believed = true;
  }
  return believed;
}

/// Peers hold other entries of our log than we, signed by us: ours, which they were not sent, move to the
/// next log, and theirs are pulled.
void Node::leave_parted_log() {
  remember(store_, {*parts_->epochs.current(), *parts_->sync->own_log_parted_at(), false});
  judgement_due_ = true;
}

/// There is another log to write by now.
void Node::set_parted_aside() {
  const auto& own = parts_->epochs.current();
  const auto snapshot = store_.snapshot();
  for (auto parted : parted_logs(*snapshot)) {
    if (parted.is_aside || !own || parted.log == *own) continue;
    const auto state = snapshot->log(parted.log);
    if (state && state->sequence >= parted.from) note(store_.set_aside(parted.log, parted.from, now_ms()));
    parted.is_aside = true;
    remember(store_, parted);
  }
}

}  // namespace hansa::core
