// A node whose logs, or other nodes' logs, have two branches; and how it leaves a log that is not its to go
// on with.

#include <cassert>
#include <string>

#include "node_parts.h"
#include "reissue.h"

namespace hansa::core {

using protocol::Hash;

namespace {

constexpr std::string_view reissue_prefix = "reissue/";
/// So many are committed together.
constexpr std::size_t written_at_once = 256;

/// Without a payload that was erased, or never came, there is nothing to write.
bool has_its_payload(const protocol::HeaderView& header, bool is_here) {
  const bool has_one = !header.is_declaration() && header.is_understood() && header.payload_blocks() > 0;
  return is_here || !has_one;
}

}  // namespace

/// Two branches of a log, found with a peer; and proofs that peers sent.
void Node::take_proofs() {
  for (const auto& fork : parts_->deeds->take_forks()) {
    const auto declaration = store_.snapshot()->headers(fork.log, 1, 1, protocol::header_bytes_max);
    if (declaration.empty()) continue;  // it ceased to be held meanwhile
    const auto evidence =
        protocol::make_fork(charters_.get()->federation(), declaration.front(), fork.ours, fork.theirs);
    if (evidence) (void)parts_->proofs.take(evidence->bytes(), now_ms());
  }
  if (!parts_->proofs.take_changed()) return;
  parts_->sync->set_proofs(parts_->proofs.all(), now_ms());
  forks_changed(parts_->proofs.forks());
}

/// A log of which a peer holds, or may hold, more than this store did is not written on.
void Node::leave_lost_log() {
  if (!parts_->epochs.current()) return;
  const auto state = parts_->sync->own_log_state();
  if (state == protocol::OwnLogState::parted) return leave_parted_log();
  const bool proven = state == protocol::OwnLogState::overtaken;
  // Anybody can claim to hold more: that is believed once.
  const bool believed = parts_->sync->own_log_doubted() && !has_believed_;
  if (!proven && !believed) return;
  has_believed_ = has_believed_ || !proven;
  parts_->epochs.leave(EpochReason::overtaken);
  ensure_own_log();
  run_deeds();
}

/// Peers hold other entries of our log than we, signed by us: ours, which they were not sent, move to the
/// next log, and theirs are pulled.
void Node::leave_parted_log() {
  const Hash log = *parts_->epochs.current();
  const auto from = *parts_->sync->own_log_parted_at();
  parts_->epochs.leave(EpochReason::branch_differs);
  ensure_own_log();
  run_deeds();
  if (!parts_->epochs.current()) return;  // as many as the charter allows: an alarm says so

  const auto snapshot = store_.snapshot();
  const auto state = snapshot->log(log);
  if (!state || state->sequence < from) return;
  Reissue reissue(*snapshot, key_.public_key(), log);
  std::vector<store::EntryPlace> moved;
  for (auto sequence = from; sequence <= state->sequence; ++sequence) {
    const auto headers = snapshot->headers(log, sequence, 1, protocol::header_bytes_max);
    const auto payload = snapshot->payload(log, sequence);
    moved.push_back({sequence, protocol::entry_hash(headers.at(0))});
    write_again(reissue, headers.at(0), payload ? payload->content : protocol::Bytes{});
  }
  if (parts_->publisher.has_staged()) flush_publishing();
  note(store_.set_aside(log, from, now_ms()));
  store_.drop_aside(log, moved);
  check_void_ = check_under_way_;
  judgement_due_ = true;
}

/// Stages what an entry says in the current log, if it is to be said again and can be.
void Node::write_again(Reissue& reissue, protocol::ByteView bytes, protocol::Bytes content) {
  const auto header = protocol::HeaderView::parse(bytes);
  assert(header.has_value());
  if (!has_its_payload(*header, !content.empty())) return;
  auto fields = reissue.again(*header);
  if (!fields) return;
  if (const auto as = parts_->publisher.restage(std::move(*fields), std::move(content)))
    reissue.written(*header, *as);
  if (parts_->publisher.staged_count() >= written_at_once) flush_publishing();
}

/// What this node holds of its own logs behind a fork is written again in the log it writes now.
void Node::reissue_forked() {
  reissue_due_ = false;
  parts_->reissue_waiting.clear();
  const auto own = parts_->publisher.own_log();
  if (!own || parts_->publisher.has_staged()) return;
  const auto charter = charters_.get();
  const auto snapshot = store_.snapshot();
  for (const auto& log : parts_->proofs.forked_logs_of(key_.public_key())) {
    const auto reach = reach_of(*charter, parts_->forks, {log, key_.public_key(), 0}, 0);
    if (reach.end != LogEnd::forked || log == own->id) continue;
    reissue_log(*snapshot, log, reach.through + 1);
  }
}

void Node::reissue_log(const store::Snapshot& snapshot, const Hash& log, std::uint64_t from) {
  const auto aside = snapshot.aside(log, from, SIZE_MAX);
  Reissue look(snapshot, key_.public_key(), log);
  std::size_t due = 0;
  for (const auto& entry : aside)
    if (const auto header = protocol::HeaderView::parse(entry.header);
        has_its_payload(*header, entry.has_payload) && look.again(*header))
      ++due;
  const bool allowed = snapshot.setting(std::string(reissue_prefix) + protocol::to_hex(log)).has_value();
  if (due > reissued_max && !allowed) {
    // Whoever has the key could make a node write without end.
    parts_->reissue_waiting.push_back(
        {"reissue_waiting", {{"log", protocol::to_hex(log)}, {"entries", std::to_string(due)}}, now_ms()});
    return;
  }
  Reissue reissue(snapshot, key_.public_key(), log);
  for (const auto& entry : aside) {
    const auto payload = snapshot.aside_payload(log, entry.place);
    write_again(reissue, entry.header, payload ? payload->content : protocol::Bytes{});
  }
  if (parts_->publisher.has_staged()) flush_publishing();
}

}  // namespace hansa::core
