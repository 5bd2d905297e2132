#include "changes.h"

#include <algorithm>
#include <cassert>

namespace hansa::store {

using protocol::HeaderView;

namespace {

// Whether the record counts in the totals, and what its live revision is about.
struct Shown {
  bool listed = false;
  std::optional<RecordId> subject;
};

Shown shown(const RecordId& id, const std::vector<Revision>& revisions) {
  if (revisions.empty()) return {};
  const auto record = record_state(id, revisions);
  return {is_listed(record), live_revision(record).subject};
}

}  // namespace

const LogState* Changes::log(const Hash& log) const {
  if (const auto changed = logs_.find(log); changed != logs_.end())
    return changed->second.state ? &*changed->second.state : nullptr;
  const auto held = held_.logs.find(log);
  return held == held_.logs.end() ? nullptr : &held->second;
}

Changes::Log& Changes::change(const Hash& id) {
  auto [place, is_new] = logs_.try_emplace(id);
  auto& log = place->second;
  if (is_new) {
    const auto held = held_.logs.find(id);
    if (held != held_.logs.end()) log.state = held->second;
    log.missing.emplace(database_, id, log.state && log.state->payloads_through < log.state->sequence);
  }
  return log;
}

void Changes::prefetch(std::vector<RecordId> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::erase_if(ids, [&](const RecordId& id) { return records_.contains(id); });
  std::vector<std::string> keys(ids.size());
  std::vector<rocksdb::Slice> slices(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) slices[i] = keys[i] = rows::record_key(ids[i]);
  std::vector<rocksdb::PinnableSlice> found(ids.size());
  std::vector<rocksdb::Status> statuses(ids.size());
  database_.db().MultiGet({}, database_.records(), ids.size(), slices.data(), found.data(), statuses.data(),
                          true);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    auto& record = records_[ids[i]];
    if (statuses[i].IsNotFound()) continue;
    database_.check(statuses[i], "reading");
    record.before = database_.whole(rows::decode_revisions(text(found[i])), "a record's revisions");
    record.now = record.before;
  }
}

Changes::Record& Changes::change(const RecordId& id) {
  if (const auto found = records_.find(id); found != records_.end()) return found->second;
  prefetch({id});
  return records_.at(id);
}

void Changes::put(rocksdb::ColumnFamilyHandle* family, std::string_view key, std::string_view value) {
  database_.check(batch_.Put(family, slice(key), slice(value)), "making a batch");
}

void Changes::erase(rocksdb::ColumnFamilyHandle* family, std::string_view key) {
  database_.check(batch_.Delete(family, slice(key)), "making a batch");
}

void Changes::append(const HeaderView& header, const Hash& hash, const PublicKey& author,
                     const std::optional<Revision>& revision) {
  const auto id = header.log();
  auto& log = change(id);
  if (!log.state) {
    log.state.emplace();
    log.state->log = id;
    log.state->author = author;
    log.state->epoch = header.epoch_number();
  }
  auto& state = *log.state;
  assert(header.sequence() == state.sequence + 1);
  put(database_.headers(), rows::text(rows::entry_key(id, header.sequence())),
      protocol::text_of(header.bytes()));
  state.sequence = header.sequence();
  state.head = hash;
  if (has_payload(header)) {
    log.missing->append(state.sequence);
    log.missing_changed = true;
    state.payload_blocks += header.payload_blocks();
    ++totals_.missing_payloads;
  } else if (state.payloads_through + 1 == state.sequence) {
    state.payloads_through = state.sequence;
  }
  ++totals_.entries;
  ++totals_.unchecked_entries;
  if (revision) {
    auto& record = change(*header.record());
    record.now.push_back(*revision);
    record.changed = true;
  }
  if (held_.aside.contains(id)) take_from_aside(header, hash);
}

bool Changes::put_payload(const protocol::VerifiedPayload& payload, const protocol::Entropy& entropy) {
  const auto* held = log(payload.log());
  if (!held || payload.sequence() > held->sequence || payload.sequence() <= held->payloads_through)
    return false;
  auto& log = change(payload.log());
  if (!log.missing->take(payload.sequence())) return false;
  log.missing_changed = true;
  --totals_.missing_payloads;
  const auto key = rows::entry_key(payload.log(), payload.sequence());
  const auto stored = protocol::encrypt_at_rest(payload.content(), payload.salt(), entropy);
  put(database_.payloads(), rows::text(key), protocol::text_of(stored));
  put(database_.salts(), rows::text(key), protocol::text_of(payload.salt().bytes));
  return true;
}

Arrival Changes::arrive(const HeaderView& header, const std::optional<Revision>& revision,
                        std::uint64_t now_ms) {
  auto& state = *change(header.log()).state;
  assert(header.sequence() == state.checked_sequence + 1 && header.sequence() <= state.sequence);
  Arrival arrival;
  arrival.number = ++totals_.last_arrival;
  arrival.log = state.log;
  arrival.sequence = header.sequence();
  arrival.hash = revision ? revision->hash : header.hash();
  arrival.received_ms = now_ms;
  if (!header.is_declaration() && header.is_understood()) {
    arrival.record = header.record().value_or(RecordId{});
    arrival.record_kind = header.record_kind();
    arrival.kind = header.kind();
  }
  if (revision) {
    const auto& revisions = change(arrival.record).now;
    // Checked entries are those that have arrived, so the checked parts of the logs answer.
    arrival.first_of_record = std::none_of(revisions.begin(), revisions.end(),
                                           [&](const Revision& other) { return has_arrived(other); });
  }
  state.checked_sequence = header.sequence();
  --totals_.unchecked_entries;
  if (!arriving_) arriving_ = rows::ArrivalRun{arrival.number, state.log, arrival.sequence, now_ms, {}, {}};
  arriving_->first_of_record.push_back(arrival.first_of_record);
  return arrival;
}

void Changes::end_arrivals() {
  if (!arriving_) return;
  arrival_rows_.add(*arriving_);
  arriving_.reset();
}

void Changes::write_record(const RecordId& id, const Record& record) {
  const auto before = shown(id, record.before);
  auto revisions = record.now;
  std::sort(revisions.begin(), revisions.end(),
            [](const Revision& a, const Revision& b) { return a.hash < b.hash; });
  const auto now = shown(id, revisions);
  totals_.records += (now.listed ? 1 : 0);
  totals_.records -= (before.listed ? 1 : 0);
  const auto key = rows::record_key(id);
  if (revisions.empty())
    erase(database_.records(), key);
  else
    put(database_.records(), key, rows::encode(revisions));
  if (before.subject == now.subject) return;
  if (before.subject) erase(database_.base(), rows::about_key(*before.subject, id));
  if (now.subject) put(database_.base(), rows::about_key(*now.subject, id), {});
}

void Changes::write_log(const Hash& id, Log& log) {
  if (log.missing_changed) log.missing->write(batch_);
  if (!log.state) return erase(database_.base(), rows::log_key(id));
  if (log.missing_changed) {
    const auto first = log.missing->first();
    log.state->payloads_through = first ? *first - 1 : log.state->sequence;
  }
  put(database_.base(), rows::log_key(id), rows::encode(*log.state));
}

void Changes::write(Database& database, bool synced, Held& held) {
  assert(&held == &held_ && !arriving_ && ceased_.empty() && !any_ceased_);
  for (const auto& [id, record] : records_)
    if (record.changed) write_record(id, record);
  arrival_rows_.write(batch_);
  for (auto& [id, log] : logs_) write_log(id, log);
  put(database_.base(), rows::totals_key, rows::encode(totals_));
  database.write(batch_, synced);
  for (const auto& [id, log] : logs_) {
    if (log.state)
      held.logs[id] = *log.state;
    else
      held.logs.erase(id);
  }
  for (const auto& id : aside_touched_) {
    const auto row = database.iterate(database.aside());
    row->Seek(slice(rows::entry_key(id, 0)));
    if (database.valid(*row) && text(row->key()).starts_with(protocol::text_of(id)))
      held.aside.insert(id);
    else
      held.aside.erase(id);
  }
  held.totals = totals_;
}

}  // namespace hansa::store
