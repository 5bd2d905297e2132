#include "memory_state.h"

#include <algorithm>
#include <cassert>

namespace hansa::test {

using protocol::Hash;
using protocol::HeaderView;

HeaderView MemoryState::view_of(const HeldEntry& entry) const {
  const auto view = HeaderView::parse(*entry.header);
  assert(view);  // it came out of a chained run
  return *view;
}

std::optional<store::Revision> MemoryState::revision_of(const HeldLog& log, const HeldEntry& entry) const {
  return store::revision_of(view_of(entry), entry.hash, log.owners);
}

store::Committed MemoryState::commit(const store::Batch& batch, std::uint64_t now_ms,
                                     const store::PartnersOf& partners_of) {
  store::Committed committed;
  for (const auto& run : batch.runs) {
    append(run, partners_of);
    committed.entries += run.size();
  }
  for (const auto& payload : batch.payloads)
    if (put(payload)) ++committed.payloads;
  for (const auto& run : batch.runs) {
    const auto& held = logs.at(run.tip().log);
    std::uint64_t checked = held.checked;
    while (checked + 1 >= run.first_sequence() && checked < run.tip().sequence &&
           run.is_checked(checked + 1 - run.first_sequence()))
      ++checked;
    for (auto& arrival : check(run.tip().log, checked, now_ms)) committed.arrivals.push_back(arrival);
  }
  return committed;
}

void MemoryState::append(const protocol::ChainedRun& run, const store::PartnersOf& partners_of) {
  auto& log = logs[run.tip().log];
  assert(run.first_sequence() == log.entries.size() + 1);
  if (log.entries.empty()) {
    log.author = run.tip().author;
    log.owners = partners_of(log.author);
    log.epoch = run.header(0).epoch_number();
  }
  for (std::size_t i = 0; i < run.size(); ++i) {
    const auto bytes = run.header(i).bytes();
    HeldEntry entry;
    entry.header = std::make_shared<const protocol::Bytes>(bytes.begin(), bytes.end());
    entry.hash = run.hash(i);
    log.entries.push_back(entry);
    if (const auto revision = revision_of(log, entry)) {
      const auto id = *view_of(entry).record();
      auto revisions = records.contains(id) ? records.at(id).revisions : std::vector<store::Revision>{};
      revisions.push_back(*revision);
      set_revisions(id, std::move(revisions));
    }
    if (store::has_payload(view_of(entry))) {
      log.missing.insert(log.entries.size());
      log.payload_blocks += view_of(entry).payload_blocks();
    }
    const auto kept = aside.find(run.tip().log);
    if (kept == aside.end()) continue;
    const auto back = kept->second.find({log.entries.size(), entry.hash});
    if (back == kept->second.end()) continue;
    log.entries.back().payload = back->second.payload;
    if (back->second.payload) log.missing.erase(log.entries.size());
    drop_aside(run.tip().log, {back->first});
  }
}

void MemoryState::set_revisions(const store::RecordId& id, std::vector<store::Revision> revisions) {
  if (const auto held = records.find(id); held != records.end()) {
    listed_records -= store::is_listed(held->second) ? 1 : 0;
    records.erase(held);
  }
  if (revisions.empty()) return;
  const auto& record = records[id] = store::record_state(id, std::move(revisions));
  listed_records += store::is_listed(record) ? 1 : 0;
}

bool MemoryState::put(const protocol::VerifiedPayload& payload) {
  const auto log = logs.find(payload.log());
  if (log == logs.end() || payload.sequence() > log->second.entries.size()) return false;
  auto& entry = log->second.entries[payload.sequence() - 1];
  if (!log->second.missing.erase(payload.sequence())) return false;
  entry.payload =
      std::make_shared<const store::HeldPayload>(store::HeldPayload{payload.salt().bytes, payload.content()});
  return true;
}

store::Committed MemoryState::mark_checked(const Hash& log, std::uint64_t through, std::uint64_t now_ms) {
  store::Committed committed;
  committed.arrivals = check(log, through, now_ms);
  return committed;
}

bool MemoryState::has_arrived(const store::Revision& revision) const {
  return logs.at(revision.log).entries[revision.sequence - 1].received_ms.has_value();
}

std::vector<store::Arrival> MemoryState::check(const Hash& id, std::uint64_t through, std::uint64_t now_ms) {
  auto& log = logs.at(id);
  assert(through <= log.entries.size());
  std::vector<store::Arrival> arrived;
  while (log.checked < through) {
    auto& entry = log.entries[log.checked++];
    const auto header = view_of(entry);
    store::Arrival arrival;
    arrival.number = ++last_arrival;
    arrival.log = id;
    arrival.sequence = log.checked;
    arrival.hash = header.hash();
    if (!header.is_declaration() && header.is_understood()) {
      arrival.record = header.record().value_or(store::RecordId{});
      arrival.record_kind = header.record_kind();
      arrival.kind = header.kind();
    }
    arrival.received_ms = now_ms;
    if (revision_of(log, entry)) {
      const auto& revisions = records.at(arrival.record).revisions;
      arrival.first_of_record = std::none_of(revisions.begin(), revisions.end(),
                                             [&](const auto& revision) { return has_arrived(revision); });
    }
    entry.received_ms = now_ms;
    entry.arrival_number = arrival.number;
    arrivals.push_back(arrival);
    arrived.push_back(arrival);
  }
  return arrived;
}

void MemoryState::retract(const Hash& id, std::uint64_t from) {
  auto& log = logs.at(id);
  assert(from > log.checked);
  while (log.entries.size() >= from) remove_last(id);
  if (log.entries.empty()) logs.erase(id);
}

std::vector<store::Revision> MemoryState::revisions_of(const store::RecordId& record) const {
  const auto held = records.find(record);
  return held == records.end() ? std::vector<store::Revision>{} : held->second.revisions;
}

HeldEntry MemoryState::remove_last(const Hash& id) {
  auto& log = logs.at(id);
  const auto entry = log.entries.back();
  log.entries.pop_back();
  if (store::has_payload(view_of(entry))) log.payload_blocks -= view_of(entry).payload_blocks();
  log.missing.erase(log.entries.size() + 1);
  if (!revision_of(log, entry)) return entry;
  const auto record = *view_of(entry).record();
  auto revisions = revisions_of(record);
  std::erase_if(revisions, [&](const auto& revision) { return revision.hash == entry.hash; });
  set_revisions(record, std::move(revisions));
  return entry;
}

store::Committed MemoryState::set_aside(const Hash& id, std::uint64_t from, std::uint64_t now_ms) {
  store::Committed committed;
  auto& log = logs.at(id);
  std::map<store::RecordId, protocol::RecordKind> ceased;
  bool any_checked = false;
  const auto before = records;
  while (log.entries.size() >= from) {
    auto entry = remove_last(id);
    const bool checked = entry.received_ms.has_value();
    any_checked = any_checked || checked;
    if (checked && revision_of(log, entry)) {
      const auto record = *view_of(entry).record();
      ceased[record] = (records.contains(record) ? records : before).at(record).kind;
    }
    entry.received_ms.reset();
    entry.arrival_number.reset();
    aside[id].emplace(store::EntryPlace{log.entries.size() + 1, entry.hash}, entry);
  }
  // A record is named with the kind that it has when all is done.
  for (auto& [record, kind] : ceased) kind = (records.contains(record) ? records : before).at(record).kind;
  log.checked = std::min<std::uint64_t>(log.checked, log.entries.size());
  if (log.entries.empty()) logs.erase(id);
  std::erase_if(arrivals, [&](const store::Arrival& line) {
    return !line.ceased && line.log == id && line.sequence >= from;
  });
  if (any_checked && ceased.empty()) ceased[{}] = {};
  committed.arrivals = tell_ceased(ceased, id, from, now_ms);
  return committed;
}

void MemoryState::drop_aside(const Hash& id, const std::vector<store::EntryPlace>& entries) {
  const auto log = aside.find(id);
  if (log == aside.end()) return;
  for (const auto& place : entries) log->second.erase(place);
  if (log->second.empty()) aside.erase(log);
}

store::Committed MemoryState::authorship_changed(std::uint64_t now_ms, const store::PartnersOf& partners_of) {
  store::Committed committed;
  auto before = std::exchange(records, {});
  listed_records = 0;
  for (auto& [id, log] : logs) {
    log.owners = partners_of(log.author);
    for (const auto& entry : log.entries)
      if (const auto revision = revision_of(log, entry)) {
        const auto record = *view_of(entry).record();
        auto revisions = revisions_of(record);
        revisions.push_back(*revision);
        set_revisions(record, std::move(revisions));
      }
  }
  const auto arrived = [this](const std::map<store::RecordId, store::RecordState>& in,
                              const store::RecordId& id) {
    std::set<Hash> hashes;
    if (const auto record = in.find(id); record != in.end())
      for (const auto& revision : record->second.revisions)
        if (has_arrived(revision)) hashes.insert(revision.hash);
    return hashes;
  };
  std::map<store::RecordId, protocol::RecordKind> ceased;
  for (const auto* all : {&before, &records})
    for (const auto& [id, record] : *all)
      if (arrived(before, id) != arrived(records, id)) ceased[id] = record.kind;
  committed.arrivals = tell_ceased(ceased, {}, 0, now_ms);
  return committed;
}

std::vector<store::Arrival> MemoryState::tell_ceased(
    const std::map<store::RecordId, protocol::RecordKind>& ceased, const Hash& log, std::uint64_t from,
    std::uint64_t now_ms) {
  std::vector<store::Arrival> lines;
  for (const auto& [record, kind] : ceased) {
    std::set<Hash> revisions;
    for (const auto& revision : revisions_of(record)) revisions.insert(revision.hash);
    bool first = true;
    for (auto& line : arrivals) {
      if (line.ceased || line.record != record) continue;
      const auto& entry = logs.at(line.log).entries[line.sequence - 1];
      line.first_of_record = revisions.contains(entry.hash) && std::exchange(first, false);
    }
    store::Arrival line;
    line.number = ++last_arrival;
    line.log = log;
    line.sequence = from;
    line.record = record;
    line.record_kind = kind;
    line.ceased = true;
    line.received_ms = now_ms;
    lines.push_back(line);
  }
  arrivals.insert(arrivals.end(), lines.begin(), lines.end());
  return lines;
}

store::LogState MemoryState::state_of(const Hash& id) const {
  const auto& log = logs.at(id);
  store::LogState state;
  state.log = id;
  state.author = log.author;
  state.epoch = log.epoch;
  state.sequence = log.entries.size();
  state.head = log.entries.back().hash;
  state.checked_sequence = log.checked;
  state.payloads_through = log.missing.empty() ? log.entries.size() : *log.missing.begin() - 1;
  state.payload_blocks = log.payload_blocks;
  return state;
}

store::Totals MemoryState::totals() const {
  store::Totals totals;
  totals.records = listed_records;
  for (const auto& [id, log] : logs) {
    totals.entries += log.entries.size();
    totals.unchecked_entries += log.entries.size() - log.checked;
    totals.missing_payloads += log.missing.size();
  }
  for (const auto& [id, entries] : aside) totals.entries_aside += entries.size();
  totals.last_arrival = last_arrival;
  return totals;
}

std::vector<store::MissingRange> MemoryState::missing(std::size_t ranges_max) const {
  std::vector<store::MissingRange> ranges;
  for (const auto& [id, log] : logs)
    for (const auto sequence : log.missing) {
      if (!ranges.empty() && ranges.back().log == id && ranges.back().to + 1 == sequence) {
        ranges.back().to = sequence;
        continue;
      }
      if (ranges.size() == ranges_max) return ranges;
      ranges.push_back({id, sequence, sequence});
    }
  return ranges;
}

}  // namespace hansa::test
