#include "store/rocks_store.h"

#include <algorithm>
#include <cassert>

#include "changes.h"
#include "rocks_snapshot.h"

namespace hansa::store {

using protocol::HeaderView;

namespace {

// How many entries one write removes or judges anew: bounds the batch, whatever the length of the log.
constexpr std::uint64_t piece_entries_max = 4096;
constexpr std::size_t read_bytes_max = 4 * 1024 * 1024;

class RocksStore : public DiskStore {
 public:
  RocksStore(const std::string& directory, StoreOptions options)
      : options_(std::move(options)), database_(std::make_shared<Database>(directory, options_)) {
    const RocksSnapshot snapshot(database_);
    for (const auto& log : snapshot.logs()) held_.logs[log.log] = log;
    for (const auto& log : snapshot.aside_logs()) held_.aside.insert(log);
    held_.totals = snapshot.totals();
  }

  std::unique_ptr<Snapshot> snapshot() const override { return std::make_unique<RocksSnapshot>(database_); }
  Committed commit(const Batch& batch, std::uint64_t now_ms, Durability durability) override;
  void sync() override { database_->sync(); }
  Committed mark_checked(const Hash& log, std::uint64_t through, std::uint64_t now_ms) override;
  void retract(const Hash& log, std::uint64_t from) override;
  Committed set_aside(const Hash& log, std::uint64_t from, std::uint64_t now_ms) override;
  void drop_aside(const Hash& log, const std::vector<EntryPlace>& entries) override;
  Committed authorship_changed(std::uint64_t now_ms) override;
  void put_setting(std::string_view key, ByteView value) override;
  void erase_setting(std::string_view key) override;

 private:
  rocksdb::DB& database() const override { return database_->db(); }

  using Revisions = std::vector<std::optional<Revision>>;  // one an entry of a run

  Revisions revisions_of(const protocol::ChainedRun& run) const;
  void arrive(Changes& changes, const protocol::ChainedRun& run, const Revisions& revisions,
              std::uint64_t now_ms, Committed& committed) const;
  /// The headers of one stretch, all of them. Throws StoreBroken if one is not there.
  std::vector<Bytes> headers(const Hash& log, std::uint64_t from, std::uint64_t to) const;
  void judge(Changes& changes, const std::vector<Bytes>& headers,
             const std::vector<protocol::PartnerId>& owners) const;
  Hash hash_before(const Hash& log, std::uint64_t from) const;
  /// Where the last piece of what is to be removed from `from` on begins; none if nothing is left to remove.
  std::optional<std::uint64_t> last_piece(const Hash& log, std::uint64_t from) const;

  StoreOptions options_;
  std::shared_ptr<Database> database_;
  Held held_;
};

RocksStore::Revisions RocksStore::revisions_of(const protocol::ChainedRun& run) const {
  Revisions revisions(run.size());
  const auto owners = options_.partners_of(run.tip().author);
  for (std::size_t i = 0; i < run.size(); ++i) revisions[i] = revision_of(run.header(i), run.hash(i), owners);
  return revisions;
}

Committed RocksStore::commit(const Batch& batch, std::uint64_t now_ms, Durability durability) {
  Committed committed;
  Changes changes(*database_, held_);
  std::vector<Revisions> revisions;
  std::vector<RecordId> records;
  for (const auto& run : batch.runs) {
    revisions.push_back(revisions_of(run));
    for (std::size_t i = 0; i < run.size(); ++i)
      if (revisions.back()[i]) records.push_back(*run.header(i).record());
  }
  changes.prefetch(std::move(records));
  for (std::size_t r = 0; r < batch.runs.size(); ++r) {
    const auto& run = batch.runs[r];
    for (std::size_t i = 0; i < run.size(); ++i)
      changes.append(run.header(i), run.hash(i), run.tip().author, revisions[r][i]);
    committed.entries += run.size();
  }
  for (const auto& payload : batch.payloads)
    if (changes.put_payload(payload, options_.entropy)) ++committed.payloads;
  for (std::size_t r = 0; r < batch.runs.size(); ++r)
    arrive(changes, batch.runs[r], revisions[r], now_ms, committed);
  changes.write(*database_, durability == Durability::synced, held_);
  return committed;
}

void RocksStore::arrive(Changes& changes, const protocol::ChainedRun& run, const Revisions& revisions,
                        std::uint64_t now_ms, Committed& committed) const {
  const auto checked_before = changes.log(run.tip().log)->checked_sequence;
  if (checked_before + 1 != run.first_sequence()) return;  // what lies before is not checked yet
  for (std::size_t i = 0; i < run.size() && run.is_checked(i); ++i)
    committed.arrivals.push_back(changes.arrive(run.header(i), revisions[i], now_ms));
  changes.end_arrivals();
}

std::vector<Bytes> RocksStore::headers(const Hash& log, std::uint64_t from, std::uint64_t to) const {
  std::vector<Bytes> result;
  const RocksSnapshot snapshot(database_);
  while (from + result.size() <= to) {
    auto more = snapshot.headers(log, from + result.size(), to + 1 - from - result.size(), read_bytes_max);
    if (more.empty()) database_->damaged("a header that is not there");
    for (auto& header : more) result.push_back(std::move(header));
  }
  return result;
}

Committed RocksStore::mark_checked(const Hash& log, std::uint64_t through, std::uint64_t now_ms) {
  Committed committed;
  const auto& state = held_.logs.at(log);
  assert(through <= state.sequence);
  if (through <= state.checked_sequence) return committed;
  const auto owners = options_.partners_of(state.author);
  const auto stretch = headers(log, state.checked_sequence + 1, through);
  Changes changes(*database_, held_);
  std::vector<HeaderView> views;
  Revisions revisions;
  std::vector<RecordId> records;
  for (const auto& bytes : stretch) {
    const auto header = HeaderView::parse(bytes);
    if (!header) database_->damaged("a header");
    views.push_back(*header);
    revisions.push_back(revision_of(*header, header->hash(), owners));
    if (revisions.back()) records.push_back(*header->record());
  }
  changes.prefetch(std::move(records));
  for (std::size_t i = 0; i < views.size(); ++i)
    committed.arrivals.push_back(changes.arrive(views[i], revisions[i], now_ms));
  changes.end_arrivals();
  changes.write(*database_, false, held_);
  return committed;
}

std::optional<std::uint64_t> RocksStore::last_piece(const Hash& log, std::uint64_t from) const {
  const auto held = held_.logs.find(log);
  if (held == held_.logs.end() || held->second.sequence < from) return std::nullopt;
  const auto sequence = held->second.sequence;
  return sequence - from < piece_entries_max ? from : sequence + 1 - piece_entries_max;
}

Hash RocksStore::hash_before(const Hash& log, std::uint64_t from) const {
  return from > 1 ? protocol::entry_hash(headers(log, from - 1, from - 1).front()) : Hash{};
}

// From the end, so that every state in between is one of a log that is merely shorter.
void RocksStore::retract(const Hash& log, std::uint64_t from) {
  assert(from > held_.logs.at(log).checked_sequence);
  while (const auto piece = last_piece(log, from)) {
    Changes changes(*database_, held_);
    changes.retract(log, *piece, headers(log, *piece, held_.logs.at(log).sequence), hash_before(log, *piece));
    changes.write(*database_, false, held_);
  }
}

Committed RocksStore::set_aside(const Hash& log, std::uint64_t from, std::uint64_t now_ms) {
  assert(from > 0);
  Committed committed;
  while (const auto piece = last_piece(log, from)) {
    Changes changes(*database_, held_);
    changes.set_aside(log, *piece, headers(log, *piece, held_.logs.at(log).sequence),
                      hash_before(log, *piece));
    for (auto& line : changes.tell_ceased(log, *piece, now_ms)) committed.arrivals.push_back(line);
    changes.write(*database_, false, held_);
  }
  return committed;
}

void RocksStore::drop_aside(const Hash& log, const std::vector<EntryPlace>& entries) {
  Changes changes(*database_, held_);
  for (const auto& place : entries) changes.drop_aside(log, place);
  changes.write(*database_, false, held_);
}

Committed RocksStore::authorship_changed(std::uint64_t now_ms) {
  Committed committed;
  std::optional<Changes> changes;
  std::uint64_t judged = 0;
  const auto finish = [&] {
    for (auto& line : changes->tell_ceased({}, 0, now_ms)) committed.arrivals.push_back(line);
    changes->write(*database_, false, held_);
    changes.reset();
  };
  const auto logs = held_.logs;
  for (const auto& [id, state] : logs) {
    const auto owners = options_.partners_of(state.author);
    for (std::uint64_t from = 1; from <= state.sequence;) {
      if (!changes) changes.emplace(*database_, held_);
      const auto piece = std::min(state.sequence, from + piece_entries_max - 1 - judged);
      judge(*changes, headers(id, from, piece), owners);
      judged += piece + 1 - from;
      from = piece + 1;
      if (judged < piece_entries_max) continue;
      finish();
      judged = 0;
    }
  }
  if (changes) finish();
  return committed;
}

void RocksStore::judge(Changes& changes, const std::vector<Bytes>& headers,
                       const std::vector<protocol::PartnerId>& owners) const {
  std::vector<HeaderView> views;
  std::vector<RecordId> records;
  for (const auto& bytes : headers) {
    const auto header = HeaderView::parse(bytes);
    if (!header) database_->damaged("a header");
    if (header->is_declaration() || !header->is_understood() || !header->record()) continue;
    views.push_back(*header);
    records.push_back(*header->record());
  }
  changes.prefetch(std::move(records));
  for (const auto& header : views) {
    const auto hash = header.hash();
    changes.revise(header, hash, revision_of(header, hash, owners));
  }
}

void RocksStore::put_setting(std::string_view key, ByteView value) {
  rocksdb::WriteBatch batch;
  database_->check(batch.Put(database_->base(), rows::setting_key(key), slice(value)), "making a batch");
  database_->write(batch, true);
}

void RocksStore::erase_setting(std::string_view key) {
  rocksdb::WriteBatch batch;
  database_->check(batch.Delete(database_->base(), rows::setting_key(key)), "making a batch");
  database_->write(batch, true);
}

}  // namespace

std::unique_ptr<DiskStore> open_store(const std::string& directory, StoreOptions options) {
  return std::make_unique<RocksStore>(directory, std::move(options));
}

}  // namespace hansa::store
