#include "epochs.h"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

#include "protocol/entry.h"

namespace hansa::core {

using protocol::Hash;

namespace {

/// An event that is over is shown for a week.
constexpr std::uint64_t shown_ms = 7ULL * 24 * 60 * 60 * 1000;

std::string reason_key(const Hash& log) { return "epoch/" + protocol::to_hex(log); }

}  // namespace

std::string_view name(EpochReason reason) {
  switch (reason) {
    case EpochReason::first:
      return "first";
    case EpochReason::host_file_absent:
      return "host_file_absent";
    case EpochReason::host_file_damaged:
      return "host_file_damaged";
    case EpochReason::other_machine:
      return "other_machine";
    case EpochReason::other_store:
      return "other_store";
    case EpochReason::store_behind:
      return "store_behind";
    case EpochReason::overtaken:
      return "overtaken";
    case EpochReason::branch_differs:
      return "branch_differs";
    case EpochReason::forked:
      return "forked";
    case EpochReason::log_cut:
      return "log_cut";
  }
  return "unknown";
}

Epochs::Epochs(store::Store& store, const protocol::SecretKey& key, const CharterHolder& charters,
               EpochGuard* guard, protocol::Entropy entropy)
    : store_(store), key_(key), charters_(charters), guard_(guard), entropy_(std::move(entropy)) {}

std::optional<store::LogState> Epochs::newest_own() const {
  std::optional<store::LogState> newest;
  for (const auto& log : store_.snapshot()->logs())
    if (log.author == key_.public_key() && (!newest || log.epoch > newest->epoch)) newest = log;
  return newest;
}

std::size_t Epochs::own_count() const {
  const auto logs = store_.snapshot()->logs();
  return static_cast<std::size_t>(std::count_if(
      logs.begin(), logs.end(), [this](const auto& log) { return log.author == key_.public_key(); }));
}

/// Why the store cannot be gone on with, if what is remembered does not speak for it.
EpochReason Epochs::judge(const EpochGuard::Kept& kept, const Hash& federation) const {
  const bool has_own = newest_own().has_value();
  switch (kept.standing) {
    case EpochGuard::Standing::absent:
      return has_own ? EpochReason::host_file_absent : EpochReason::first;
    case EpochGuard::Standing::damaged:
      return has_own ? EpochReason::host_file_damaged : EpochReason::first;
    case EpochGuard::Standing::other_machine:
      return EpochReason::other_machine;
    case EpochGuard::Standing::other_store:
      return EpochReason::other_store;
    case EpochGuard::Standing::bound:
      break;
  }
  if (kept.mark.federation != federation || kept.mark.log == Hash{})
    return has_own ? EpochReason::host_file_absent : EpochReason::first;
  return EpochReason::store_behind;
}

void Epochs::take_up(const protocol::Charter& charter) {
  taken_up_ = true;
  if (guard_ == nullptr) {
    if (const auto newest = newest_own()) go_on_with(newest->log);
    return;
  }
  const auto kept = guard_->kept();
  const bool same_federation = kept.mark.federation == charter.federation();
  mark_.federation = charter.federation();
  // The number is kept even if nothing else is, so that the next one is greater.
  if (same_federation) mark_.epoch = kept.mark.epoch;
  if (kept.standing == EpochGuard::Standing::bound && same_federation) {
    mark_ = kept.mark;
    const auto state = store_.snapshot()->log(mark_.log);
    const bool is_ours = state && state->author == key_.public_key();
    // What the charter made cease to count is not lost.
    if (is_ours && (state->sequence >= mark_.sequence ||
                    !store_.snapshot()->aside(mark_.log, mark_.sequence, 1).empty())) {
      go_on_with(mark_.log);
      return written(state->sequence);  // what a power cut took away of the memory
    }
  }
  why_next_ = judge(kept, charter.federation());
}

void Epochs::go_on_with(const Hash& log) {
  const auto snapshot = store_.snapshot();
  const auto declaration = snapshot->headers(log, 1, 1, protocol::header_bytes_max);
  assert(declaration.size() == 1);
  const auto header = protocol::HeaderView::parse(declaration.front());
  assert(header.has_value());
  current_ = log;
  epoch_ = header->epoch_number();
  began_ms_ = header->is_understood() ? header->author_time_ms() : 0;
  const auto reason = snapshot->setting(reason_key(log));
  why_ = reason && reason->size() == 1 ? static_cast<EpochReason>(reason->front()) : EpochReason::first;
  for (const auto& other : snapshot->logs()) look_at(other.log, other.checked_sequence);
}

std::optional<Epochs::Begun> Epochs::ensure(const protocol::CharterPin& pin, bool overrun,
                                            std::uint64_t now_ms) {
  const auto charter = charters_.get();
  if (!charter) return std::nullopt;
  if (!taken_up_) take_up(*charter);
  const bool pinned = mark_.charter_version == pin.version && mark_.charter_hash == pin.hash;
  mark_.charter_version = pin.version;
  mark_.charter_hash = pin.hash;
  std::optional<Begun> begun;
  if (!current_ && protocol::may_write(*charter, key_.public_key())) {
    if (can_begin() && !overrun)
      begun = begin(*charter, now_ms);
    else if (!exhausted_ms_)
      exhausted_ms_ = now_ms;
  }
  if (guard_ != nullptr && (begun || !pinned)) guard_->bind(mark_);
  return begun;
}

void Epochs::let_go_to(const protocol::CharterPin& pin) {
  if (guard_ == nullptr || !taken_up_) return;
  mark_.charter_version = pin.version;
  mark_.charter_hash = pin.hash;
  guard_->bind(mark_);
}

Epochs::Begun Epochs::begin(const protocol::Charter& charter, std::uint64_t now_ms) {
  const auto before = newest_own();
  protocol::DeclarationFields fields;
  fields.federation = charter.federation();
  fields.epoch_number = std::max(before ? before->epoch : 0, mark_.epoch) + 1;
  fields.author_time_ms = now_ms;
  entropy_(fields.epoch_nonce);
  if (before) fields.previous = protocol::PreviousEpoch{before->log, before->sequence, before->head};
  auto declaration = protocol::seal_declaration(fields, key_);
  assert(declaration.has_value());
  auto run = protocol::chain(fields.federation, std::nullopt, std::move(*declaration));
  assert(run.has_value());
  const Hash log = run->tip().log;

  if (why_next_ != EpochReason::first) {
    const auto reason = static_cast<std::uint8_t>(why_next_);
    store_.put_setting(reason_key(log), protocol::ByteView(&reason, 1));
  }
  store::Batch batch;
  batch.runs.push_back(*run);
  Begun begun{store_.commit(batch, now_ms, store::Durability::synced), std::move(*run), why_next_};
  elsewhere_.reset();
  exhausted_ms_.reset();
  go_on_with(log);
  mark_.log = log;
  mark_.epoch = epoch_;
  mark_.sequence = 1;
  return begun;
}

bool Epochs::can_begin() const {
  const auto charter = charters_.get();
  const auto* node = charter ? charter->node(key_.public_key()) : nullptr;
  return node != nullptr && own_count() < node->limits.logs;
}

void Epochs::leave(EpochReason why) {
  current_.reset();
  why_next_ = why;
}

void Epochs::written(std::uint64_t sequence) {
  if (guard_ == nullptr || sequence <= mark_.sequence) return;
  mark_.sequence = sequence;
  guard_->advance(sequence);
}

void Epochs::arrived(const std::vector<store::Arrival>& arrivals) {
  std::set<Hash> seen;
  for (auto arrival = arrivals.rbegin(); arrival != arrivals.rend(); ++arrival)
    if (seen.insert(arrival->log).second) look_at(arrival->log, arrival->sequence);
}

/// An entry by this node's key, in a log that this node does not write, later than the log that it writes.
void Epochs::look_at(const Hash& log, std::uint64_t sequence) {
  if (!current_ || log == *current_ || sequence < 2 || others_logs_.contains(log)) return;
  const auto snapshot = store_.snapshot();
  const auto state = snapshot->log(log);
  if (state && state->author != key_.public_key()) others_logs_.insert(log);
  if (!state || state->author != key_.public_key()) return;
  const auto headers = snapshot->headers(log, sequence, 1, protocol::header_bytes_max);
  if (headers.empty()) return;
  const auto header = protocol::HeaderView::parse(headers.front());
  assert(header.has_value());
  if (!header->is_understood() || header->author_time_ms() <= began_ms_) return;
  if (elsewhere_ && elsewhere_->since_ms >= header->author_time_ms()) return;
  elsewhere_ = Alarm{"key_in_use_elsewhere",
                     {{"log", protocol::to_hex(log)}, {"epoch", std::to_string(state->epoch)}},
                     header->author_time_ms()};
}

void Epochs::tell(std::vector<Alarm>& alarms, std::uint64_t now_ms) const {
  const auto is_recent = [&](std::uint64_t since_ms) { return now_ms < since_ms + shown_ms; };
  if (current_ && why_ != EpochReason::first && is_recent(began_ms_))
    alarms.push_back({"new_epoch",
                      {{"log", protocol::to_hex(*current_)},
                       {"epoch", std::to_string(epoch_)},
                       {"reason", std::string(name(why_))}},
                      began_ms_});
  if (elsewhere_ && is_recent(elsewhere_->since_ms)) alarms.push_back(*elsewhere_);
  if (exhausted_ms_)
    alarms.push_back({"epochs_exhausted", {{"reason", std::string(name(why_next_))}}, *exhausted_ms_});
}

}  // namespace hansa::core
