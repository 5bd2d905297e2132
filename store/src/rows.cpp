#include "rows.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace hansa::store::rows {

namespace {

void put_big_endian(char* at, std::uint64_t number) {
  for (int i = 7; i >= 0; --i, number >>= 8) at[i] = static_cast<char>(number & 0xff);
}

template <class Array>
void put(std::string& row, const Array& bytes) {
  row.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void put_number(std::string& row, std::uint64_t number, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i, number >>= 8) row += static_cast<char>(number & 0xff);
}

std::string key(char letter, std::string_view rest) {
  std::string key(1, letter);
  key += rest;
  return key;
}

std::string_view view(const Hash& hash) { return protocol::text_of(hash); }

// Reads a row from its front; after a read past the end everything is zero and `whole` is false.
class Reader {
 public:
  explicit Reader(std::string_view row) : row_(row) {}
  std::uint64_t number(std::size_t bytes) {
    std::uint64_t number = 0;
    const auto taken = take(bytes);
    for (std::size_t i = taken.size(); i > 0; --i)
      number = number << 8 | static_cast<std::uint8_t>(taken[i - 1]);
    return number;
  }
  template <class Array>
  Array bytes() {
    Array array{};
    const auto taken = take(array.size());
    std::ranges::copy(taken, array.begin());
    return array;
  }
  RecordId record() {
    RecordId id;
    id.owner.bytes = bytes<decltype(id.owner.bytes)>();
    id.local = bytes<decltype(id.local)>();
    return id;
  }
  std::size_t left() const { return row_.size(); }
  bool whole() const { return whole_; }
  bool done() const { return whole_ && row_.empty(); }

 private:
  std::string_view take(std::size_t count) {
    if (count > row_.size()) return whole_ = false, std::string_view();
    const auto taken = row_.substr(0, count);
    row_.remove_prefix(count);
    return taken;
  }
  std::string_view row_;
  bool whole_ = true;
};

// In the number of a run's lines: they are records.
constexpr std::uint64_t ceased_flag = std::uint64_t{1} << 63;

std::optional<ArrivalRun> decode_ceased(Reader& reader, ArrivalRun run, std::uint64_t count) {
  if (!reader.whole() || count == 0 || count > ceased_per_run) return std::nullopt;
  for (std::uint64_t i = 0; i < count; ++i) {
    auto& ceased = run.ceased.emplace_back();
    ceased.record = reader.record();
    ceased.kind = static_cast<protocol::RecordKind>(reader.number(1));
  }
  return reader.done() ? std::optional(std::move(run)) : std::nullopt;
}

enum RevisionFlag : std::uint8_t { personal = 1, has_payload = 2, has_subject = 4 };

void put_revision(std::string& row, const Revision& revision) {
  put(row, revision.hash);
  put(row, revision.log);
  put_number(row, revision.sequence, 8);
  put_number(row, revision.author_time_ms, 8);
  put_number(row, static_cast<std::uint16_t>(revision.kind), 2);
  put_number(row, static_cast<std::uint8_t>(revision.record_kind), 1);
  put_number(row, static_cast<std::uint8_t>(revision.visibility), 1);
  put_number(row,
             (revision.personal ? personal : 0) | (revision.has_payload ? has_payload : 0) |
                 (revision.subject ? has_subject : 0),
             1);
  put_number(row, revision.parents.size(), 1);
  for (const auto& parent : revision.parents) put(row, parent);
  if (revision.subject) put(row, protocol::to_bytes(*revision.subject));
}

Revision read_revision(Reader& reader) {
  Revision revision;
  revision.hash = reader.bytes<Hash>();
  revision.log = reader.bytes<Hash>();
  revision.sequence = reader.number(8);
  revision.author_time_ms = reader.number(8);
  revision.kind = static_cast<protocol::EntryKind>(reader.number(2));
  revision.record_kind = static_cast<protocol::RecordKind>(reader.number(1));
  revision.visibility = static_cast<protocol::Visibility>(reader.number(1));
  const auto flags = reader.number(1);
  revision.personal = flags & personal;
  revision.has_payload = flags & has_payload;
  for (auto parents = reader.number(1); parents > 0; --parents)
    revision.parents.push_back(reader.bytes<Hash>());
  if (flags & has_subject) revision.subject = reader.record();
  return revision;
}

}  // namespace

EntryKey entry_key(const Hash& log, std::uint64_t sequence) {
  EntryKey key;
  std::memcpy(key.data(), log.data(), log.size());
  put_big_endian(key.data() + log.size(), sequence);
  return key;
}

std::uint64_t sequence_of(std::string_view key) {
  assert(key.size() >= 8);
  std::uint64_t sequence = 0;
  for (const char c : key.substr(key.size() - 8)) sequence = sequence << 8 | static_cast<std::uint8_t>(c);
  return sequence;
}

std::string log_key(const Hash& log) { return key(log_letter, view(log)); }
std::string missing_key(const Hash& log, std::uint64_t from) {
  return key(missing_letter, text(entry_key(log, from)));
}
std::string missing_prefix(const Hash& log) { return key(missing_letter, view(log)); }
std::string numbering_key(const Hash& log, std::uint64_t from) {
  return key(numbering_letter, text(entry_key(log, from)));
}
std::string numbering_prefix(const Hash& log) { return key(numbering_letter, view(log)); }
std::string setting_key(std::string_view name) { return key(setting_letter, name); }
std::string arrivals_key(std::uint64_t first_number) {
  std::string result(9, arrivals_letter);
  put_big_endian(result.data() + 1, first_number);
  return result;
}
std::string about_prefix(const RecordId& subject) { return key(about_letter, record_key(subject)); }
std::string about_key(const RecordId& subject, const RecordId& record) {
  return about_prefix(subject) + record_key(record);
}

std::string record_key(const RecordId& id) {
  const auto bytes = protocol::to_bytes(id);
  return std::string(protocol::text_of(bytes));
}

RecordId record_id(std::string_view key) {
  assert(key.size() >= protocol::record_id_bytes);
  return Reader(key.substr(key.size() - protocol::record_id_bytes)).record();
}

std::string aside_key(const Hash& log, const EntryPlace& place) {
  return std::string(text(entry_key(log, place.sequence))) + std::string(view(place.hash));
}

EntryPlace aside_place(std::string_view key) {
  assert(key.size() >= entry_key_bytes);
  EntryPlace place;
  place.sequence = sequence_of(key.substr(0, entry_key_bytes));
  place.hash = Reader(key.substr(entry_key_bytes)).bytes<Hash>();
  return place;
}

std::string encode(std::uint32_t number) {
  std::string row;
  put_number(row, number, 4);
  return row;
}

std::optional<std::uint32_t> decode_number(std::string_view row) {
  Reader reader(row);
  const auto number = static_cast<std::uint32_t>(reader.number(4));
  return reader.done() ? std::optional(number) : std::nullopt;
}

std::string encode_wide(std::uint64_t number) {
  std::string row;
  put_number(row, number, 8);
  return row;
}

std::optional<std::uint64_t> decode_wide(std::string_view row) {
  Reader reader(row);
  const auto number = reader.number(8);
  return reader.done() ? std::optional(number) : std::nullopt;
}

std::string encode(const Totals& totals) {
  std::string row;
  for (const auto number : {totals.records, totals.entries, totals.unchecked_entries, totals.missing_payloads,
                            totals.last_arrival, totals.entries_aside})
    put_number(row, number, 8);
  return row;
}

std::optional<Totals> decode_totals(std::string_view row) {
  Reader reader(row);
  Totals totals;
  for (auto* number : {&totals.records, &totals.entries, &totals.unchecked_entries, &totals.missing_payloads,
                       &totals.last_arrival, &totals.entries_aside})
    *number = reader.number(8);
  return reader.done() ? std::optional(totals) : std::nullopt;
}

std::string encode(const LogState& state) {
  std::string row;
  put(row, state.log);
  put(row, state.author.bytes);
  put(row, state.head);
  for (const auto number :
       {state.epoch, state.sequence, state.checked_sequence, state.payloads_through, state.payload_blocks})
    put_number(row, number, 8);
  return row;
}

std::optional<LogState> decode_log(std::string_view row) {
  Reader reader(row);
  LogState state;
  state.log = reader.bytes<Hash>();
  state.author.bytes = reader.bytes<Hash>();
  state.head = reader.bytes<Hash>();
  for (auto* number : {&state.epoch, &state.sequence, &state.checked_sequence, &state.payloads_through,
                       &state.payload_blocks})
    *number = reader.number(8);
  return reader.done() ? std::optional(state) : std::nullopt;
}

std::string encode(const ArrivalRun& run) {
  std::string row;
  put(row, run.log);
  put_number(row, run.from, 8);
  put_number(row, run.received_ms, 8);
  put_number(row, run.size() | (run.ceased.empty() ? 0 : ceased_flag), 8);
  for (const auto& ceased : run.ceased) {
    put(row, protocol::to_bytes(ceased.record));
    put_number(row, static_cast<std::uint8_t>(ceased.kind), 1);
  }
  for (std::size_t i = 0; i < run.first_of_record.size(); i += 8) {
    unsigned bits = 0;
    for (std::size_t bit = 0; bit < 8 && i + bit < run.first_of_record.size(); ++bit)
      bits |= run.first_of_record[i + bit] ? 1u << bit : 0u;
    put_number(row, bits, 1);
  }
  return row;
}

std::string encode(const Numbering& numbering) {
  std::string row;
  put_number(row, numbering.received_ms, 8);
  put_number(row, numbering.first_number, 8);
  return row;
}

std::optional<Numbering> decode_numbering(std::string_view row) {
  Reader reader(row);
  Numbering numbering;
  numbering.received_ms = reader.number(8);
  numbering.first_number = reader.number(8);
  return reader.done() ? std::optional(numbering) : std::nullopt;
}

std::string encode(const AsideRow& row) {
  return std::string(1, row.has_payload ? '\1' : '\0').append(row.header);
}

std::optional<AsideRow> decode_aside(std::string_view row) {
  if (row.size() < 2 || (row.front() != '\0' && row.front() != '\1')) return std::nullopt;
  return AsideRow{row.front() == '\1', row.substr(1)};
}

std::optional<ArrivalRun> decode_arrivals(std::uint64_t first_number, std::string_view row) {
  Reader reader(row);
  ArrivalRun run;
  run.first_number = first_number;
  run.log = reader.bytes<Hash>();
  run.from = reader.number(8);
  run.received_ms = reader.number(8);
  const auto count = reader.number(8);
  if ((count & ceased_flag) != 0) return decode_ceased(reader, std::move(run), count & ~ceased_flag);
  if (!reader.whole() || count == 0 || count > reader.left() * 8) return std::nullopt;
  std::uint64_t bits = 0;
  for (std::uint64_t i = 0; i < count; ++i, bits >>= 1) {
    if (i % 8 == 0) bits = reader.number(1);
    run.first_of_record.push_back(bits & 1);
  }
  return reader.done() && bits == 0 ? std::optional(run) : std::nullopt;  // unused bits are zero
}

std::string encode(const std::vector<Revision>& revisions) {
  std::string row;
  row.reserve(revisions.size() * 128);
  for (const auto& revision : revisions) put_revision(row, revision);
  return row;
}

std::optional<std::vector<Revision>> decode_revisions(std::string_view row) {
  Reader reader(row);
  std::vector<Revision> revisions;
  while (reader.whole() && reader.left() > 0) revisions.push_back(read_revision(reader));
  const auto disorder =
      std::adjacent_find(revisions.begin(), revisions.end(),
                         [](const Revision& a, const Revision& b) { return !(a.hash < b.hash); });
  if (!reader.done() || revisions.empty() || disorder != revisions.end()) return std::nullopt;
  return revisions;
}

}  // namespace hansa::store::rows
