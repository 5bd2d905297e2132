// What of Changes takes entries out of a log, and brings them back.

#include <algorithm>
#include <cassert>

#include "changes.h"

namespace hansa::store {

using protocol::HeaderView;

void Changes::retract(const Hash& id, std::uint64_t from, const std::vector<Bytes>& headers,
                      const Hash& head) {
  assert(from > change(id).state->checked_sequence);
  remove(id, from, headers, head, Fate::gone);
}

void Changes::set_aside(const Hash& id, std::uint64_t from, const std::vector<Bytes>& headers,
                        const Hash& head) {
  remove(id, from, headers, head, Fate::aside);
}

void Changes::remove(const Hash& id, std::uint64_t from, const std::vector<Bytes>& headers, const Hash& head,
                     Fate fate) {
  auto& log = change(id);
  auto& state = *log.state;
  assert(from + headers.size() == state.sequence + 1);
  for (const auto& bytes : headers) {
    const auto header = HeaderView::parse(bytes);
    if (!header) database_.damaged("a header");
    const auto hash = header->hash();
    erase(database_.headers(), rows::text(rows::entry_key(id, header->sequence())));
    if (fate == Fate::aside) put_aside(*header, hash);
    if (has_payload(*header)) {
      remove_payload(*header);
      state.payload_blocks -= header->payload_blocks();
    }
    const auto named = header->is_declaration() || !header->is_understood() ? std::nullopt : header->record();
    if (!named) continue;
    auto& record = change(*named);
    if (std::erase_if(record.now, [&](const Revision& held) { return held.hash == hash; }) == 0) continue;
    record.changed = true;
    if (header->sequence() <= state.checked_sequence) ceased_.insert(*named);
  }
  totals_.missing_payloads -= log.missing->truncate(from);
  log.missing_changed = true;
  totals_.entries -= headers.size();
  totals_.unchecked_entries -= state.sequence - std::max(state.checked_sequence, from - 1);
  if (from <= state.checked_sequence) {
    arrival_rows_.truncate(id, from);
    state.checked_sequence = from - 1;
    any_ceased_ = true;
  }
  state.sequence = from - 1;
  state.head = head;
  if (state.sequence == 0) log.state.reset();
}

void Changes::remove_payload(const HeaderView& header) {
  const auto key = rows::entry_key(header.log(), header.sequence());
  erase(database_.payloads(), rows::text(key));
  erase(database_.salts(), rows::text(key));
}

void Changes::move_payload(std::string_view from, std::string_view to) {
  const auto stored = database_.get(database_.payloads(), from);
  const auto salt = database_.get(database_.salts(), from);
  if (!stored || !salt) database_.damaged("a payload that is not there");
  put(database_.payloads(), to, *stored);
  put(database_.salts(), to, *salt);
}

void Changes::put_aside(const HeaderView& header, const Hash& hash) {
  const auto key = rows::entry_key(header.log(), header.sequence());
  const auto aside = rows::aside_key(header.log(), {header.sequence(), hash});
  const bool held = has_payload(header) && database_.get(database_.salts(), rows::text(key)).has_value();
  if (held) move_payload(rows::text(key), aside);
  put(database_.aside(), aside, rows::encode(rows::AsideRow{held, protocol::text_of(header.bytes())}));
  ++totals_.entries_aside;
  aside_touched_.insert(header.log());
}

void Changes::take_from_aside(const HeaderView& header, const Hash& hash) {
  const auto aside = rows::aside_key(header.log(), {header.sequence(), hash});
  const auto row = database_.get(database_.aside(), aside);
  if (!row) return;
  const auto kept = database_.whole(rows::decode_aside(*row), "an entry that was set aside");
  if (kept.has_payload) {
    auto& log = change(header.log());
    if (!log.missing->take(header.sequence())) database_.damaged("a payload of an entry that has none");
    --totals_.missing_payloads;
    move_payload(aside, rows::text(rows::entry_key(header.log(), header.sequence())));
  }
  drop_aside(header.log(), {header.sequence(), hash});
}

void Changes::drop_aside(const Hash& id, const EntryPlace& place) {
  const auto aside = rows::aside_key(id, place);
  if (!database_.get(database_.aside(), aside)) return;
  erase(database_.aside(), aside);
  erase(database_.payloads(), aside);
  erase(database_.salts(), aside);
  --totals_.entries_aside;
  aside_touched_.insert(id);
}

void Changes::revise(const HeaderView& header, const Hash& hash, const std::optional<Revision>& revision) {
  auto& record = change(*header.record());
  const auto held = std::find_if(record.now.begin(), record.now.end(),
                                 [&](const Revision& one) { return one.hash == hash; });
  if ((held != record.now.end()) == revision.has_value()) return;
  if (revision)
    record.now.push_back(*revision);
  else
    record.now.erase(held);
  record.changed = true;
  if (header.sequence() <= log(header.log())->checked_sequence) ceased_.insert(*header.record());
}

bool Changes::has_arrived(const Revision& revision) const {
  const auto* state = log(revision.log);
  return state != nullptr && revision.sequence <= state->checked_sequence;
}

void Changes::mark_first(const Record& record) {
  std::optional<Hash> first;
  std::uint64_t lowest = UINT64_MAX;
  for (const auto& revision : record.now) {
    if (!has_arrived(revision)) continue;
    const auto number = arrival_rows_.number_of(revision.log, revision.sequence);
    if (number >= lowest) continue;
    lowest = number;
    first = revision.hash;
  }
  for (const auto* revisions : {&record.before, &record.now})
    for (const auto& revision : *revisions)
      if (has_arrived(revision))
        arrival_rows_.set_first(revision.log, revision.sequence, revision.hash == first);
}

std::vector<Arrival> Changes::tell_ceased(const Hash& log, std::uint64_t from, std::uint64_t now_ms) {
  std::vector<rows::ArrivalRun::Ceased> ceased;
  for (const auto& id : std::exchange(ceased_, {})) {
    const auto& record = change(id);
    mark_first(record);
    const auto& shown = record.now.empty() ? record.before : record.now;
    ceased.push_back({id, record_state(id, shown).kind});
  }
  // Something left the feed, so something must stand in it, even if no record lost anything.
  if (std::exchange(any_ceased_, false) && ceased.empty()) ceased.emplace_back();
  std::vector<Arrival> lines;
  for (std::size_t done = 0; done < ceased.size();) {
    rows::ArrivalRun run{totals_.last_arrival + 1, log, from, now_ms, {}, {}};
    for (; done < ceased.size() && run.ceased.size() < rows::ceased_per_run; ++done) {
      run.ceased.push_back(ceased[done]);
      Arrival line;
      line.number = ++totals_.last_arrival;
      line.log = log;
      line.sequence = from;
      line.record = ceased[done].record;
      line.record_kind = ceased[done].kind;
      line.ceased = true;
      line.received_ms = now_ms;
      lines.push_back(line);
    }
    arrival_rows_.add(run);
  }
  return lines;
}

}  // namespace hansa::store
