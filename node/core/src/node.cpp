#include "core/node.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "node_parts.h"

namespace hansa::core {

namespace {

protocol::LinkRole sync_role(LinkRole role) {
  return role == LinkRole::dialled ? protocol::LinkRole::initiator : protocol::LinkRole::responder;
}

std::vector<protocol::OwnEntry> own_entries(const Publisher::Flushed& flushed) {
  std::vector<protocol::OwnEntry> entries;
  auto payload = flushed.payloads.begin();
  for (std::size_t index = 0; index < flushed.run->size(); ++index) {
    const auto header = flushed.run->header(index);
    protocol::OwnEntry entry;
    entry.header.assign(header.bytes().begin(), header.bytes().end());
    if (payload != flushed.payloads.end() && payload->sequence() == header.sequence()) {
      entry.salt = payload->salt();
      entry.content = payload->content();
      ++payload;
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace

Node::Node(store::Store& store, const protocol::SecretKey& key, CharterHolder& charters, Options options)
    : store_(store),
      key_(key),
      charters_(charters),
      options_(std::move(options)),
      started_ms_(options_.now_ms()),
      parts_(std::make_unique<Parts>(store, key, charters, options_)) {
  auto& keeper = parts_->keeper;
  if (const auto given = charters_.get(); given && keeper.chain() == nullptr) {
    const protocol::Bytes founding(given->bytes().begin(), given->bytes().end());
    keeper.take({&founding, 1}, now_ms());
    assert(keeper.chain() != nullptr);
  }
  take_host_pin();
  keeper.look(now_ms());
  apply_charter();
}

Node::~Node() = default;

void Node::set_disk_low(bool low) {
  if (low == disk_low_) return;
  disk_low_ = low;
  if (parts_->sync) parts_->sync->set_payloads_wanted(!low, now_ms());
}

void Node::publish(PublishRequest request, PublishDone done) {
  // A federation must be able to act when a disk is full, and a decision is small.
  if (disk_low_ && !is_control(request.kind)) return done(PublishRefused::disk_low);
  if (request.record && parts_->publisher.touches(*request.record)) flush_publishing();
  const bool behind = parts_->sync && parts_->sync->own_log_state() == protocol::OwnLogState::fetching_back;
  parts_->publisher.stage(std::move(request), std::move(done), now_ms(), behind);
}

void Node::put_setting(std::string_view key, std::optional<protocol::Bytes> value) {
  if (value)
    store_.put_setting(key, *value);
  else
    store_.erase_setting(key);
  reissue_due_ = reissue_due_ || key.starts_with("reissue/");
}

void Node::flush_publishing() {
  const auto now = now_ms();
  const auto flushed = parts_->publisher.flush(now);
  parts_->epochs.written(flushed.run->tip().sequence);
  note(flushed.committed);
  note(flushed.checked);
  const auto state = store_.snapshot()->log(flushed.run->tip().log);
  assert(state && parts_->sync);
  parts_->sync->published(own_entries(flushed), held_head(*state), now);
  // The peers' frames go out before the callers are told, so that answers do not delay replication.
  do_deeds();
  for (const auto& answer : flushed.answers) answer();
}

void Node::run_deeds() {
  assert(!in_deeds_);
  in_deeds_ = true;
  parts_->deeds->do_all(links_, options_.now_ms);
  for (auto displaced = parts_->admission.take_displaced(); !displaced.empty();
       displaced = parts_->admission.take_displaced()) {
    check_void_ = check_under_way_;
    for (const auto& head : displaced) parts_->sync->head_changed(head, std::nullopt, now_ms());
    parts_->deeds->do_all(links_, options_.now_ms);
  }
  in_deeds_ = false;
  const auto admitted = parts_->admission.take_committed();
  if (!admitted.empty()) admitted_ms_ = now_ms();
  for (const auto& committed : admitted) note(committed);
}

/// Entries of our own log that a peer gave back: the next one continues behind them. Or it made room for
/// others of this node's key, and is gone.
void Node::take_back_own() {
  assert(!parts_->publisher.has_staged());
  const auto own = parts_->publisher.own_log();
  if (!own) return;
  const auto state = store_.snapshot()->log(own->id);
  if (state && state->sequence == own->sequence) return;
  parts_->publisher.reload();
  if (!state) return;
  parts_->deeds->make_durable();  // the host is not to remember what a power cut can take away
  parts_->epochs.written(state->sequence);
}

void Node::do_deeds() {
  if (!parts_->sync) return;
  run_deeds();
  take_back_own();
  take_proofs();
  leave_lost_log();
  if (judgement_due_ || may_judge_forks()) judge_anew();
}

void Node::after_batch() {
  if (parts_->publisher.has_staged()) flush_publishing();
  do_deeds();
  if (reissue_due_) write_again();
  // A new charter may bring entries that carry the quorum of the next one.
  for (bool more = true; more;) {
    parts_->keeper.look(now_ms());
    more = apply_charter();
    if (more) do_deeds();
  }
  if (parts_->addresses.look()) events_.addresses_changed = true;
}

void Node::tick() {
  if (parts_->sync) {
    parts_->sync->tick(now_ms());
    parts_->deeds->make_durable();
  }
  parts_->reception.tick(now_ms());
  announce_addresses();
  look_what_is_out_of_step();
  events_.peers_changed = true;
}

void Node::look_what_is_out_of_step() {
  const auto now = now_ms();
  auto& watched = parts_->out_of_step;
  const auto snapshot = store_.snapshot();
  const auto own = parts_->sync ? parts_->sync->own_log_state() : protocol::OwnLogState::none;
  watched.look(snapshot->totals(), own, disk_low_, now);
  if (parts_->sync && parts_->last_contacts.is_due(now)) remember_contacts();
  if (!watched.logs_due(now)) return;
  watched.look_at_logs(*snapshot,
                       parts_->sync ? parts_->sync->peer_views(now) : std::vector<protocol::PeerView>(), now);
}

void Node::remember_contacts() { parts_->last_contacts.look(parts_->sync->peer_views(now_ms()), now_ms()); }

void Node::link_up(LinkId link, const protocol::PublicKey& peer, LinkRole role, std::uint16_t version,
                   std::string address) {
  if (!parts_->sync) {
    // The charter went away between the handshake and now; there is nothing to speak about.
    if (links_ != nullptr) links_->close(link, LinkEnd::no_federation);
    return;
  }
  linked_[link] = {peer, role, address};
  parts_->guests.listed_up(link, peer, role, std::move(address));
  parts_->sync->link_up(link, peer, sync_role(role), version, now_ms());
  events_.peers_changed = true;
}

void Node::link_down(LinkId link, LinkEnd) {
  const bool was_linked = linked_.erase(link) > 0;
  parts_->guests.down(link, now_ms());
  if (parts_->sync) {
    parts_->sync->link_down(link, now_ms());
    if (was_linked) remember_contacts();
  }
  events_.peers_changed = true;
}

void Node::message(LinkId link, protocol::Bytes bytes) {
  if (parts_->guests.turns_guest(link, bytes) && parts_->sync) parts_->sync->link_down(link, now_ms());
  if (parts_->guests.has(link))
    return enter_federation(parts_->guests.message(link, bytes, *links_, now_ms()));
  if (parts_->sync) parts_->sync->message(link, bytes, now_ms());
}

void Node::note(const store::Committed& committed) {
  parts_->epochs.arrived(committed.arrivals);
  parts_->keeper.arrived(committed.arrivals);
  parts_->addresses.arrived(committed.arrivals);
  if (committed.payloads > 0) {
    events_.contents_changed = true;
    parts_->keeper.payloads_came();
    parts_->addresses.payloads_came();
  }
  for (const auto& arrival : committed.arrivals)
    if (const auto at = parts_->reissue_at.find(arrival.log);
        at != parts_->reissue_at.end() && arrival.sequence >= at->second)
      reissue_due_ = true;
  events_.arrivals.insert(events_.arrivals.end(), committed.arrivals.begin(), committed.arrivals.end());
}

bool Node::check_must_wait() {
  if (!parts_->sync || !parts_->sync->is_pulling()) return false;
  const auto now = now_ms();
  if (!check_waits_since_ms_) check_waits_since_ms_ = now;
  // A clock that was set back makes these large: then nothing waits.
  const auto idle_ms = now - admitted_ms_;
  const auto waited_ms = now - *check_waits_since_ms_;
  return idle_ms < check_idle_ms && waited_ms < check_wait_ms;
}

std::optional<CheckJob> Node::next_check() {
  if (check_under_way_) return std::nullopt;
  const auto snapshot = store_.snapshot();
  if (snapshot->totals().unchecked_entries == 0 || check_must_wait()) return std::nullopt;
  check_waits_since_ms_.reset();
  for (const auto& log : snapshot->logs()) {
    if (log.checked_sequence >= log.sequence) continue;
    CheckJob job{log.log, log.author, log.checked_sequence + 1, 0, {}};
    const auto headers = snapshot->headers(log.log, job.from, check_entries_max,
                                           check_entries_max * protocol::header_bytes_max);
    for (const auto& header : headers) job.headers.insert(job.headers.end(), header.begin(), header.end());
    job.through = job.from + headers.size() - 1;
    check_under_way_ = true;
    return job;
  }
  return std::nullopt;
}

void Node::check_done(const CheckResult& result) {
  check_under_way_ = false;
  if (std::exchange(check_void_, false)) return;
  const auto before = store_.snapshot()->log(result.log);
  assert(before);
  if (result.through > before->checked_sequence)
    note(store_.mark_checked(result.log, result.through, now_ms()));
  if (result.bad) {
    retracted_entries_ += before->sequence - result.through;
    store_.retract(result.log, result.through + 1);
    events_.contents_changed = true;
  }
  if (parts_->deeds) parts_->deeds->wrote();
  auto state = store_.snapshot()->log(result.log);
  protocol::HeldHead head = state ? held_head(*state) : protocol::HeldHead{};
  if (!state) {
    head.log = result.log;
    head.author = before->author;
  }
  if (parts_->sync) parts_->sync->head_changed(head, result.bad, now_ms());
}

NodeEvents Node::take_events() {
  if (!events_.arrivals.empty() && parts_->deeds) parts_->deeds->make_durable();
  return std::exchange(events_, {});
}

NodeStatus Node::status() const {
  NodeStatus status;
  status.key = key_.public_key();
  status.charter = charters_.get();
  status.charter_life = parts_->keeper.life();
  status.held_nodes = parts_->proofs.holds().acting();
  status.forks = parts_->forks;
  status.own_log = parts_->publisher.own_log();
  status.totals = store_.snapshot()->totals();
  status.started_ms = started_ms_;
  status.retracted_entries = retracted_entries_;
  status.disk_low = disk_low_;
  status.since = parts_->out_of_step.since();
  status.knocks = parts_->reception.knocks();
  parts_->epochs.tell(status.alarms, now_ms());
  parts_->proofs.tell(status.alarms);
  status.alarms.insert(status.alarms.end(), parts_->reissue_waiting.begin(), parts_->reissue_waiting.end());
  parts_->keeper.tell(status.alarms);
  if (pin_differs_) status.alarms.push_back({"charter_pin_differs", {}, started_ms_});
  for (const auto& [id, linked] : linked_) status.links.push_back(linked);
  if (!parts_->sync) return status;
  status.digest = parts_->sync->digest();
  status.sync_started_ms = sync_started_ms_;
  status.peers = parts_->sync->peer_views(now_ms());
  std::erase_if(status.peers,
                [&](const auto& view) { return !protocol::may_link(*status.charter, view.node); });
  // Of a node that was never linked since, that much is known.
  for (auto& view : status.peers)
    if (view.state_since_ms == 0) view.state_since_ms = sync_started_ms_;
  parts_->last_contacts.complete(status.peers);
  status.own_log_state = parts_->sync->own_log_state();
  for (const auto* refusals : {&past_refusals_, &parts_->sync->counters().refusals})
    for (const auto& [refusal, count] : *refusals)
      status.refusals[std::string(protocol::name(refusal))] += count;
  return status;
}

}  // namespace hansa::core
