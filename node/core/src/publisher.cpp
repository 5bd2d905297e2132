#include "publisher.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "protocol/entry.h"

namespace hansa::core {

using protocol::EntryKind;

std::string_view name(PublishRefused refusal) {
  switch (refusal) {
    case PublishRefused::no_charter:
      return "no_charter";
    case PublishRefused::not_a_publisher:
      return "not_a_publisher";
    case PublishRefused::key_not_active:
      return "key_not_active";
    case PublishRefused::own_log_behind:
      return "own_log_behind";
    case PublishRefused::log_full:
      return "log_full";
    case PublishRefused::not_found:
      return "not_found";
    case PublishRefused::not_owner:
      return "not_owner";
    case PublishRefused::revision_changed:
      return "revision_changed";
    case PublishRefused::already_withdrawn:
      return "already_withdrawn";
    case PublishRefused::kind_changed:
      return "kind_changed";
    case PublishRefused::record_exists:
      return "record_exists";
    case PublishRefused::disk_low:
      return "disk_low";
    case PublishRefused::too_large:
      return "too_large";
  }
  assert(!"every refusal has a name");
  return "unknown";
}

Publisher::Publisher(store::Store& store, const protocol::SecretKey& key, const CharterHolder& charter,
                     protocol::Entropy entropy)
    : store_(store), key_(key), charter_(charter), entropy_(std::move(entropy)) {}

void Publisher::follow(const std::optional<protocol::Hash>& log) {
  log_ = log;
  reload();
}

void Publisher::reload() {
  assert(staged_.empty());
  tip_.reset();
  epoch_ = 0;
  closed_ = false;
  const auto charter = charter_.get();
  const auto state = log_ ? store_.snapshot()->log(*log_) : std::nullopt;
  if (charter && state) {
    tip_ = protocol::LogTip{charter->federation(), state->log, state->author, state->sequence, state->head};
    epoch_ = state->epoch;
    staged_blocks_ = state->payload_blocks;
    // Numbers that were used are never used again: what went over a limit stands behind this log's end.
    closed_ = !store_.snapshot()->aside(*log_, state->sequence + 1, 1).empty();
  }
  staged_tip_ = tip_;
}

std::optional<OwnLog> Publisher::own_log() const {
  if (!tip_) return std::nullopt;
  return OwnLog{tip_->log, epoch_, tip_->sequence};
}

protocol::RecordId Publisher::new_record_id(const protocol::PartnerId& owner) const {
  protocol::RecordId id;
  id.owner = owner;
  entropy_(id.local);
  return id;
}

protocol::Outcome<protocol::PartnerId, PublishRefused> Publisher::publishing_partner() const {
  const auto charter = charter_.get();
  if (!charter) return PublishRefused::no_charter;
  const auto* node = charter->node(key_.public_key());
  if (node == nullptr) return PublishRefused::not_a_publisher;
  if (!protocol::may_link(*charter, key_.public_key())) return PublishRefused::key_not_active;
  if (!protocol::may_write(*charter, key_.public_key())) return PublishRefused::not_a_publisher;
  // It may write and has no log: it has begun as many as the charter allows.
  if (!tip_ || closed_) return PublishRefused::log_full;
  return node->partner;
}

protocol::Outcome<Publisher::Draft, PublishRefused> Publisher::draft(const PublishRequest& request) const {
  const auto partner = publishing_partner();
  if (!partner) return partner.error();
  Draft draft;
  draft.fields.kind = request.kind;
  if (is_control(request.kind)) return draft;
  draft.fields.record_kind = request.record_kind;
  draft.fields.visibility = request.visibility;
  draft.fields.personal = request.personal;
  draft.fields.retention_month = request.retention_month;
  if (request.subject) draft.fields.subject = *request.subject;
  draft.record = request.record.value_or(new_record_id(*partner));
  draft.fields.record = draft.record;
  // Others' records may be its to revise, as their successor's; a new one is its own.
  const auto owners = protocol::partners_of(*charter_.get(), key_.public_key());
  const bool is_owner = request.is_new ? draft.record.owner == *partner
                                       : std::ranges::find(owners, draft.record.owner) != owners.end();
  if (!is_owner) return PublishRefused::not_owner;

  const auto state = store_.snapshot()->record(draft.record);
  if (request.is_new)
    return state ? protocol::Outcome<Draft, PublishRefused>(PublishRefused::record_exists) : draft;
  if (!state) return PublishRefused::not_found;
  return draft_revision(request, std::move(draft), *state);
}

protocol::Outcome<Publisher::Draft, PublishRefused> Publisher::draft_revision(
    const PublishRequest& request, Draft draft, const store::RecordState& state) const {
  const auto& live = state.revisions[state.live];
  if (request.expected && *request.expected != live.hash) return PublishRefused::revision_changed;
  if (live.kind == EntryKind::withdraw) return PublishRefused::already_withdrawn;
  if (request.kind == EntryKind::content && request.record_kind != state.kind)
    return PublishRefused::kind_changed;
  draft.fields.record_kind = state.kind;
  draft.fields.personal = draft.fields.personal || live.personal;
  if (request.kind == EntryKind::withdraw) draft.fields.visibility = live.visibility;
  // Naming every tip as parent is what ends a conflict; the live one comes first should there be too many.
  draft.fields.parents.push_back(live.hash);
  for (const auto tip : state.tips)
    if (tip != state.live && draft.fields.parents.size() < protocol::parents_max)
      draft.fields.parents.push_back(state.revisions[tip].hash);
  return draft;
}

bool Publisher::has_room(std::uint64_t blocks) const {
  const auto& limits = charter_.get()->node(key_.public_key())->limits;
  return staged_tip_->sequence < limits.entries_per_log &&
         (staged_blocks_ + blocks) <= limits.payload_bytes_per_log / protocol::payload_block_bytes;
}

std::optional<PublishRefused> Publisher::seal_into(Draft& draft, PublishRequest& request, PublishDone& done,
                                                   std::uint64_t now_ms) {
  std::optional<protocol::Salt> salt;
  if (!request.content.empty()) {
    salt = protocol::Salt::generate(entropy_);
    const auto sealed = protocol::seal_payload(request.content, *salt);
    if (!sealed) return PublishRefused::too_large;
    draft.fields.payload_blocks = sealed->blocks;
    draft.fields.commitment = sealed->commitment;
  }
  if (!has_room(draft.fields.payload_blocks)) return PublishRefused::log_full;
  const auto formats = protocol::formats_to_write(charter_.get()->body());
  // Whoever teaches the program a second format of content has to write the first one where it is asked for.
  static_assert(protocol::content_version == 1);
  draft.fields.version = formats.header;
  draft.fields.author_time_ms = now_ms;
  const auto header = protocol::seal_entry(draft.fields, *staged_tip_, key_);
  assert(header.has_value());
  staged_tip_->sequence += 1;
  staged_tip_->hash = protocol::entry_hash(*header);
  staged_blocks_ += draft.fields.payload_blocks;
  staged_headers_.insert(staged_headers_.end(), header->begin(), header->end());
  const Published result{draft.record, staged_tip_->hash, staged_tip_->log, staged_tip_->sequence};
  staged_.push_back({std::move(request), std::move(done), result, salt});
  return std::nullopt;
}

void Publisher::stage(PublishRequest request, PublishDone done, std::uint64_t now_ms, bool own_log_behind) {
  if (own_log_behind) return done(PublishRefused::own_log_behind);
  assert(!request.record || !touches(*request.record));
  auto drafted = draft(request);
  if (!drafted) return done(drafted.error());
  if (const auto refused = seal_into(*drafted, request, done, now_ms)) done(*refused);
}

std::optional<Published> Publisher::restage(protocol::EntryFields fields, protocol::Bytes content) {
  if (!publishing_partner()) return std::nullopt;
  const auto author_time_ms = fields.author_time_ms;
  Draft draft{std::move(fields), {}};
  if (draft.fields.record) draft.record = *draft.fields.record;
  PublishRequest request;
  request.content = std::move(content);
  PublishDone done = [](const PublishOutcome&) {};
  if (seal_into(draft, request, done, author_time_ms)) return std::nullopt;
  return staged_.back().result;
}

bool Publisher::touches(const protocol::RecordId& record) const {
  return std::any_of(staged_.begin(), staged_.end(),
                     [&](const Staged& staged) { return staged.result.record == record; });
}

Publisher::Flushed Publisher::flush(std::uint64_t now_ms) {
  assert(!staged_.empty() && tip_);
  auto run = protocol::chain(tip_->federation, tip_, std::exchange(staged_headers_, {}));
  assert(run.has_value());
  Flushed flushed;
  for (std::size_t index = 0; index < staged_.size(); ++index) {
    auto& staged = staged_[index];
    if (!staged.salt) continue;
    auto payload =
        protocol::check_payload(run->header(index), *staged.salt, std::move(staged.request.content));
    assert(payload.has_value());
    flushed.payloads.push_back(std::move(*payload));
  }
  store::Batch batch;
  batch.runs.push_back(std::move(*run));
  batch.payloads = flushed.payloads;
  const auto before = store_.snapshot()->log(tip_->log);
  assert(before);
  flushed.committed = store_.commit(batch, now_ms, store::Durability::buffered);
  flushed.run = std::move(batch.runs.front());
  tip_ = flushed.run->tip();
  staged_tip_ = tip_;
  // Each one was verified when it was sealed, not only the last of the run.
  if (before->checked_sequence == before->sequence)
    flushed.checked = store_.mark_checked(tip_->log, tip_->sequence, now_ms);
  store_.sync();
  for (auto& staged : std::exchange(staged_, {}))
    flushed.answers.push_back([done = std::move(staged.done), result = staged.result] { done(result); });
  return flushed;
}

}  // namespace hansa::core
