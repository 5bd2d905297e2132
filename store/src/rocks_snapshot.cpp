#include "rocks_snapshot.h"

#include <algorithm>

namespace hansa::store {

namespace {

Bytes bytes(std::string_view text) {
  const auto view = protocol::view_of(text);
  return {view.begin(), view.end()};
}

std::string start_of(char letter) { return std::string(1, letter); }

}  // namespace

RocksSnapshot::RocksSnapshot(std::shared_ptr<const Database> database) : database_(std::move(database)) {
  options_.snapshot = database_->db().GetSnapshot();
}

RocksSnapshot::~RocksSnapshot() { database_->db().ReleaseSnapshot(options_.snapshot); }

std::optional<std::string> RocksSnapshot::get(rocksdb::ColumnFamilyHandle* family,
                                              std::string_view key) const {
  return database_->get(family, key, options_);
}

std::unique_ptr<rocksdb::Iterator> RocksSnapshot::iterate(rocksdb::ColumnFamilyHandle* family) const {
  return database_->iterate(family, options_);
}

std::vector<LogState> RocksSnapshot::logs() const {
  std::vector<LogState> result;
  const auto row = iterate(database_->base());
  for (row->Seek(start_of(rows::log_letter)); database_->valid(*row); row->Next()) {
    if (text(row->key()).front() != rows::log_letter) break;
    result.push_back(database_->whole(rows::decode_log(text(row->value())), "a log's state"));
  }
  return result;
}

std::optional<LogState> RocksSnapshot::log(const Hash& log) const {
  const auto row = get(database_->base(), rows::log_key(log));
  if (!row) return std::nullopt;
  return database_->whole(rows::decode_log(*row), "a log's state");
}

std::vector<Bytes> RocksSnapshot::headers(const Hash& log, std::uint64_t from, std::size_t count_max,
                                          std::size_t bytes_max) const {
  std::vector<Bytes> result;
  std::size_t taken = 0;
  const auto row = iterate(database_->headers());
  const auto prefix = protocol::text_of(log);
  for (row->Seek(slice(rows::entry_key(log, from))); result.size() < count_max && database_->valid(*row);
       row->Next()) {
    if (!text(row->key()).starts_with(prefix)) break;
    if (!result.empty() && taken + row->value().size() > bytes_max) break;
    taken += row->value().size();
    result.push_back(bytes(text(row->value())));
  }
  return result;
}

std::optional<HeldPayload> RocksSnapshot::payload(const Hash& log, std::uint64_t sequence) const {
  return payload_at(rows::text(rows::entry_key(log, sequence)));
}

std::optional<HeldPayload> RocksSnapshot::aside_payload(const Hash& log, const EntryPlace& place) const {
  return payload_at(rows::aside_key(log, place));
}

std::vector<Hash> RocksSnapshot::aside_logs() const {
  std::vector<Hash> logs;
  const auto row = iterate(database_->aside());
  for (row->SeekToFirst(); database_->valid(*row);) {
    std::copy_n(text(row->key()).begin(), logs.emplace_back().size(), logs.back().begin());
    // No sequence number is as great as this one.
    row->Seek(slice(rows::entry_key(logs.back(), UINT64_MAX)));
  }
  return logs;
}

std::vector<AsideEntry> RocksSnapshot::aside(const Hash& log, std::uint64_t from,
                                             std::size_t count_max) const {
  std::vector<AsideEntry> result;
  const auto row = iterate(database_->aside());
  for (row->Seek(slice(rows::entry_key(log, from))); database_->valid(*row); row->Next()) {
    const auto key = text(row->key());
    if (!key.starts_with(protocol::text_of(log))) break;
    const auto place = rows::aside_place(key);
    if (result.size() >= count_max && (result.empty() || result.back().place.sequence != place.sequence))
      break;
    const auto kept = database_->whole(rows::decode_aside(text(row->value())), "an entry set aside");
    result.push_back({place, bytes(kept.header), kept.has_payload});
  }
  return result;
}

std::optional<HeldPayload> RocksSnapshot::payload_at(std::string_view key) const {
  const auto stored = get(database_->payloads(), key);
  const auto salt = get(database_->salts(), key);
  if (!stored && !salt) return std::nullopt;
  if (!stored || !salt) database_->damaged("a payload without its salt");
  return open_payload(*stored, *salt);
}

void RocksSnapshot::payloads(const Hash& log, std::uint64_t from, std::uint64_t to,
                             const std::function<bool(std::uint64_t, HeldPayload)>& see) const {
  const auto prefix = protocol::text_of(log);
  const auto first = rows::entry_key(log, from);
  const auto stored = iterate(database_->payloads());
  const auto salt = iterate(database_->salts());
  stored->Seek(slice(first));
  for (salt->Seek(slice(first)); database_->valid(*stored); stored->Next(), salt->Next()) {
    const auto key = text(stored->key());
    if (!key.starts_with(prefix)) return;
    if (rows::sequence_of(key.substr(0, rows::entry_key_bytes)) > to) return;
    if (key.size() != rows::entry_key_bytes) continue;  // of an entry aside
    if (!database_->valid(*salt) || text(salt->key()) != key)
      database_->damaged("a payload without its salt");
    if (!see(rows::sequence_of(key), open_payload(text(stored->value()), text(salt->value())))) return;
  }
}

HeldPayload RocksSnapshot::open_payload(std::string_view stored, std::string_view salt) const {
  HeldPayload payload;
  if (salt.size() != payload.salt.size()) database_->damaged("a salt");
  std::copy(salt.begin(), salt.end(), payload.salt.begin());
  auto content = protocol::decrypt_at_rest(protocol::view_of(stored), protocol::Salt{payload.salt});
  if (!content) database_->damaged("a payload that its salt does not open");
  payload.content = *std::move(content);
  return payload;
}

std::vector<MissingRange> RocksSnapshot::missing(std::size_t ranges_max) const {
  std::vector<MissingRange> result;
  const auto row = iterate(database_->base());
  for (row->Seek(start_of(rows::missing_letter)); result.size() < ranges_max && database_->valid(*row);
       row->Next()) {
    const auto key = text(row->key());
    if (key.front() != rows::missing_letter) break;
    MissingRange range;
    std::copy_n(key.begin() + 1, range.log.size(), range.log.begin());
    range.from = rows::sequence_of(key);
    range.to = database_->whole(rows::decode_wide(text(row->value())), "a range of missing payloads");
    result.push_back(range);
  }
  return result;
}

std::optional<RecordState> RocksSnapshot::record(const RecordId& id) const {
  const auto row = get(database_->records(), rows::record_key(id));
  if (!row) return std::nullopt;
  return record_state(id, database_->whole(rows::decode_revisions(*row), "a record's revisions"));
}

std::vector<RecordState> RocksSnapshot::records(const std::optional<RecordId>& after,
                                                std::size_t count_max) const {
  std::vector<RecordState> result;
  const auto row = iterate(database_->records());
  // The smallest key behind `after` is `after` with a zero byte.
  row->Seek(after ? rows::record_key(*after) + '\0' : std::string());
  for (; result.size() < count_max && database_->valid(*row); row->Next())
    result.push_back(
        record_state(rows::record_id(text(row->key())),
                     database_->whole(rows::decode_revisions(text(row->value())), "a record's revisions")));
  return result;
}

std::vector<RecordId> RocksSnapshot::about(const RecordId& subject, std::size_t count_max) const {
  std::vector<RecordId> result;
  const auto prefix = rows::about_prefix(subject);
  const auto row = iterate(database_->base());
  for (row->Seek(prefix); result.size() < count_max && database_->valid(*row); row->Next()) {
    if (!text(row->key()).starts_with(prefix)) break;
    result.push_back(rows::record_id(text(row->key())));
  }
  return result;
}

std::vector<Arrival> RocksSnapshot::arrivals(std::uint64_t since, std::size_t count_max) const {
  std::vector<Arrival> result;
  const auto row = iterate(database_->base());
  row->SeekForPrev(rows::arrivals_key(since + 1));
  // Nothing lies in front of the first run but rows of other letters.
  if (!database_->valid(*row) || text(row->key()).front() != rows::arrivals_letter)
    row->Seek(rows::arrivals_key(0));
  for (; result.size() < count_max && database_->valid(*row); row->Next()) {
    if (text(row->key()).front() != rows::arrivals_letter) break;
    const auto number = rows::sequence_of(text(row->key()));
    read_run(database_->whole(rows::decode_arrivals(number, text(row->value())), "a run of arrivals"), since,
             count_max, result);
  }
  return result;
}

void RocksSnapshot::read_run(const rows::ArrivalRun& run, std::uint64_t since, std::size_t count_max,
                             std::vector<Arrival>& arrivals) const {
  const std::uint64_t skipped = since < run.first_number ? 0 : since + 1 - run.first_number;
  if (skipped >= run.size()) return;
  if (!run.ceased.empty()) return read_ceased(run, since, count_max, arrivals);
  const auto row = iterate(database_->headers());
  row->Seek(slice(rows::entry_key(run.log, run.from + skipped)));
  for (auto i = skipped; i < run.first_of_record.size() && arrivals.size() < count_max; ++i, row->Next()) {
    if (!database_->valid(*row) || rows::sequence_of(text(row->key())) != run.from + i)
      database_->damaged("an arrival without its header");
    const auto header = protocol::HeaderView::parse(protocol::view_of(text(row->value())));
    if (!header) database_->damaged("a header");
    Arrival arrival;
    arrival.number = run.first_number + i;
    arrival.log = run.log;
    arrival.sequence = run.from + i;
    arrival.hash = header->hash();
    if (!header->is_declaration() && header->is_understood()) {
      arrival.record = header->record().value_or(RecordId{});
      arrival.record_kind = header->record_kind();
      arrival.kind = header->kind();
    }
    arrival.first_of_record = run.first_of_record[i];
    arrival.received_ms = run.received_ms;
    arrivals.push_back(arrival);
  }
}

void RocksSnapshot::read_ceased(const rows::ArrivalRun& run, std::uint64_t since, std::size_t count_max,
                                std::vector<Arrival>& arrivals) const {
  for (std::size_t i = 0; i < run.size() && arrivals.size() < count_max; ++i) {
    if (run.first_number + i <= since) continue;
    Arrival line;
    line.number = run.first_number + i;
    line.log = run.log;
    line.sequence = run.from;
    line.record = run.ceased[i].record;
    line.record_kind = run.ceased[i].kind;
    line.ceased = true;
    line.received_ms = run.received_ms;
    arrivals.push_back(line);
  }
}

std::optional<RocksSnapshot::Place> RocksSnapshot::place_of(const Hash& id, std::uint64_t sequence) const {
  const auto state = log(id);
  if (!state || sequence == 0 || sequence > state->checked_sequence) return std::nullopt;
  // Runs leave no gap between them, so the last one that begins at or before the entry holds it.
  const auto row = iterate(database_->base());
  row->SeekForPrev(rows::numbering_key(id, sequence));
  if (!database_->valid(*row) || !text(row->key()).starts_with(rows::numbering_prefix(id)))
    database_->damaged("an arrival without its number");
  return Place{rows::sequence_of(text(row->key())),
               database_->whole(rows::decode_numbering(text(row->value())), "a numbering of arrivals")};
}

std::optional<std::uint64_t> RocksSnapshot::received_ms(const Hash& id, std::uint64_t sequence) const {
  const auto place = place_of(id, sequence);
  if (!place) return std::nullopt;
  return place->numbering.received_ms;
}

std::optional<std::uint64_t> RocksSnapshot::arrival_number(const Hash& id, std::uint64_t sequence) const {
  const auto place = place_of(id, sequence);
  if (!place) return std::nullopt;
  return place->numbering.first_number + (sequence - place->from);
}

Totals RocksSnapshot::totals() const {
  const auto row = get(database_->base(), rows::totals_key);
  if (!row) return {};
  return database_->whole(rows::decode_totals(*row), "the totals");
}

std::optional<Bytes> RocksSnapshot::setting(std::string_view key) const {
  const auto row = get(database_->base(), rows::setting_key(key));
  if (!row) return std::nullopt;
  return bytes(*row);
}

std::vector<std::pair<std::string, Bytes>> RocksSnapshot::settings(std::string_view prefix) const {
  std::vector<std::pair<std::string, Bytes>> result;
  const auto start = rows::setting_key(prefix);
  const auto row = iterate(database_->base());
  for (row->Seek(start); database_->valid(*row); row->Next()) {
    if (!text(row->key()).starts_with(start)) break;
    result.emplace_back(text(row->key()).substr(1), bytes(text(row->value())));
  }
  return result;
}

}  // namespace hansa::store
