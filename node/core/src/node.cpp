#include "core/node.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "admission.h"
#include "deeds.h"
#include "epochs.h"
#include "publisher.h"

namespace hansa::core {

/// What a node is made of. Sync exists only under a charter.
struct Node::Parts {
  Parts(store::Store& store, const protocol::SecretKey& key, CharterHolder& charters, const Options& options)
      : keeper(store),
        epochs(store, key, charters, options.epoch_guard, options.entropy),
        publisher(store, key, charters, options.entropy),
        admission(store, charters) {}

  CharterKeeper keeper;
  Epochs epochs;
  Publisher publisher;
  Admission admission;
  std::unique_ptr<protocol::SyncEngine> sync;
  std::unique_ptr<Deeds> deeds;
};

namespace {

constexpr std::size_t missing_ranges_at_start = 1024;

protocol::SyncTerms sync_terms(const protocol::Charter& charter, const Node::Options& options) {
  protocol::SyncTerms terms;
  terms.federation = charter.federation();
  terms.charter_version = charter.version();
  terms.charter_hash = charter.hash();
  for (const auto& node : charter.body().nodes) terms.nodes.emplace(node.key, node.partner);
  terms.software = options.software;
  terms.expected = options.expected_statements;
  return terms;
}

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

const CharterKeeper& Node::charter_keeper() const { return parts_->keeper; }

ChartersTaken Node::take_charters(std::span<const protocol::Bytes> charters) {
  return parts_->keeper.take(charters, now_ms());
}

protocol::Outcome<protocol::Done, protocol::CharterFault> Node::follow_charter(
    const protocol::Hash& sibling) {
  return parts_->keeper.follow(sibling, now_ms());
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
  const auto charter = charters_.get();
  assert(charter);
  if (parts_->publisher.has_staged()) flush_publishing();
  ensure_own_log();
  if (parts_->sync)
    parts_->sync->set_terms(sync_terms(*charter, options_), now_ms());
  else
    start_sync();
}

void Node::ensure_own_log() {
  const auto begun = parts_->epochs.ensure(parts_->keeper.life()->final, now_ms());
  parts_->publisher.follow(parts_->epochs.current());
  if (!begun) return;
  note(begun->committed);
  if (!parts_->sync) return;
  const auto state = store_.snapshot()->log(begun->run.tip().log);
  assert(state);
  parts_->sync->set_own_log(held_head(*state), now_ms());
}

void Node::start_sync() {
  const auto now = now_ms();
  parts_->sync = std::make_unique<protocol::SyncEngine>(sync_terms(*charters_.get(), options_), key_, now);
  parts_->deeds = std::make_unique<Deeds>(store_, *parts_->sync, parts_->admission, parts_->keeper);

  const auto snapshot = store_.snapshot();
  std::vector<protocol::HeldHead> heads;
  for (const auto& log : snapshot->logs()) heads.push_back(held_head(log));
  std::vector<protocol::EntryRange> missing;
  for (const auto& range : snapshot->missing(missing_ranges_at_start))
    missing.push_back({range.log, range.from, range.to});
  const bool all = missing.size() < missing_ranges_at_start;
  parts_->sync->load(heads, missing, all);
  if (const auto own = parts_->publisher.own_log())
    if (const auto state = snapshot->log(own->id)) parts_->sync->set_own_log(held_head(*state), now);
}

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

void Node::do_deeds() {
  if (!parts_->sync) return;
  parts_->deeds->do_all(links_, options_.now_ms);
  const auto admitted = parts_->admission.take_committed();
  if (!admitted.empty()) admitted_ms_ = now_ms();
  for (const auto& committed : admitted) note(committed);
  take_back_own();
  leave_lost_log();
}

/// Entries of our own log that a peer gave back: the next one continues behind them.
void Node::take_back_own() {
  assert(!parts_->publisher.has_staged());
  const auto own = parts_->publisher.own_log();
  if (!own) return;
  const auto state = store_.snapshot()->log(own->id);
  if (!state || state->sequence == own->sequence) return;
  parts_->publisher.reload();
  parts_->deeds->make_durable();  // the host is not to remember what a power cut can take away
  parts_->epochs.written(state->sequence);
}

/// A log of which a peer holds, or may hold, more than this store did is not written on.
void Node::leave_lost_log() {
  if (!parts_->epochs.current()) return;
  const bool proven = parts_->sync->own_log_state() == protocol::OwnLogState::overtaken;
  // Anybody can claim to hold more: that is believed once.
  const bool believed = parts_->sync->own_log_doubted() && !has_believed_;
  if (!proven && !believed) return;
  has_believed_ = has_believed_ || !proven;
  parts_->epochs.leave(EpochReason::overtaken);
  ensure_own_log();
  parts_->deeds->do_all(links_, options_.now_ms);
}

void Node::after_batch() {
  if (parts_->publisher.has_staged()) flush_publishing();
  do_deeds();
  // A new charter may bring entries that carry the quorum of the next one.
  for (bool more = true; more;) {
    parts_->keeper.look(now_ms());
    more = apply_charter();
    if (more) do_deeds();
  }
}

void Node::tick() {
  if (parts_->sync) {
    parts_->sync->tick(now_ms());
    parts_->deeds->make_durable();
  }
  events_.peers_changed = true;
}

void Node::link_up(LinkId link, const protocol::PublicKey& peer, LinkRole role, std::uint16_t version,
                   std::string) {
  if (!parts_->sync) {
    // The charter went away between the handshake and now; there is nothing to speak about.
    if (links_ != nullptr) links_->close(link, LinkEnd::no_federation);
    return;
  }
  parts_->sync->link_up(link, peer, sync_role(role), version, now_ms());
  events_.peers_changed = true;
}

void Node::link_down(LinkId link, LinkEnd) {
  if (parts_->sync) parts_->sync->link_down(link, now_ms());
  events_.peers_changed = true;
}

void Node::message(LinkId link, protocol::Bytes bytes) {
  if (parts_->sync) parts_->sync->message(link, bytes, now_ms());
}

void Node::note(const store::Committed& committed) {
  parts_->epochs.arrived(committed.arrivals);
  parts_->keeper.arrived(committed.arrivals);
  if (committed.payloads > 0) parts_->keeper.payloads_came();
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
  const auto before = store_.snapshot()->log(result.log);
  assert(before);
  if (result.through > before->checked_sequence)
    note(store_.mark_checked(result.log, result.through, now_ms()));
  if (result.bad) {
    retracted_entries_ += before->sequence - result.through;
    store_.retract(result.log, result.through + 1);
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
  status.own_log = parts_->publisher.own_log();
  status.totals = store_.snapshot()->totals();
  status.started_ms = started_ms_;
  status.retracted_entries = retracted_entries_;
  status.disk_low = disk_low_;
  parts_->epochs.tell(status.alarms, now_ms());
  parts_->keeper.tell(status.alarms);
  if (pin_differs_) status.alarms.push_back({"charter_pin_differs", {}, started_ms_});
  if (!parts_->sync) return status;
  status.digest = parts_->sync->digest();
  status.peers = parts_->sync->peer_views(now_ms());
  status.own_log_state = parts_->sync->own_log_state();
  for (const auto& [refusal, count] : parts_->sync->counters().refusals)
    status.refusals[std::string(protocol::name(refusal))] += count;
  return status;
}

}  // namespace hansa::core
