#include "store/rocks_store.h"

#include <cassert>

#include "changes.h"
#include "rocks_snapshot.h"

namespace hansa::store {

using protocol::HeaderView;

namespace {

// How much of a log one write of retract() removes: bounds the batch, whatever the length of the log.
constexpr std::uint64_t retract_entries_max = 4096;
constexpr std::size_t read_bytes_max = 4 * 1024 * 1024;

class RocksStore : public Store {
 public:
  RocksStore(const std::string& directory, StoreOptions options)
      : options_(std::move(options)), database_(std::make_shared<Database>(directory, options_)) {
    const RocksSnapshot snapshot(database_);
    for (const auto& log : snapshot.logs()) held_.logs[log.log] = log;
    held_.totals = snapshot.totals();
  }

  std::unique_ptr<Snapshot> snapshot() const override { return std::make_unique<RocksSnapshot>(database_); }
  Committed commit(const Batch& batch, std::uint64_t now_ms, Durability durability) override;
  void sync() override { database_->sync(); }
  Committed mark_checked(const Hash& log, std::uint64_t through, std::uint64_t now_ms) override;
  void retract(const Hash& log, std::uint64_t from) override;
  void put_setting(std::string_view key, ByteView value) override;
  void erase_setting(std::string_view key) override;

 private:
  using Revisions = std::vector<std::optional<Revision>>;  // one an entry of a run

  Revisions revisions_of(const protocol::ChainedRun& run) const;
  void arrive(Changes& changes, const protocol::ChainedRun& run, const Revisions& revisions,
              std::uint64_t now_ms, Committed& committed) const;
  /// The headers of one stretch, all of them. Throws StoreBroken if one is not there.
  std::vector<Bytes> headers(const Hash& log, std::uint64_t from, std::uint64_t to) const;
  void retract_tail(const Hash& log, std::uint64_t from);

  StoreOptions options_;
  std::shared_ptr<Database> database_;
  Held held_;
};

RocksStore::Revisions RocksStore::revisions_of(const protocol::ChainedRun& run) const {
  Revisions revisions(run.size());
  const auto author = options_.partner_of(run.tip().author);
  for (std::size_t i = 0; i < run.size(); ++i) revisions[i] = revision_of(run.header(i), run.hash(i), author);
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
  const auto author = options_.partner_of(state.author);
  const auto stretch = headers(log, state.checked_sequence + 1, through);
  Changes changes(*database_, held_);
  std::vector<HeaderView> views;
  Revisions revisions;
  std::vector<RecordId> records;
  for (const auto& bytes : stretch) {
    const auto header = HeaderView::parse(bytes);
    if (!header) database_->damaged("a header");
    views.push_back(*header);
    revisions.push_back(revision_of(*header, header->hash(), author));
    if (revisions.back()) records.push_back(*header->record());
  }
  changes.prefetch(std::move(records));
  for (std::size_t i = 0; i < views.size(); ++i)
    committed.arrivals.push_back(changes.arrive(views[i], revisions[i], now_ms));
  changes.end_arrivals();
  changes.write(*database_, false, held_);
  return committed;
}

void RocksStore::retract(const Hash& log, std::uint64_t from) {
  assert(from > held_.logs.at(log).checked_sequence);
  // From the end, so that every state in between is one of a log that is merely shorter.
  for (auto held = held_.logs.find(log); held != held_.logs.end() && held->second.sequence >= from;
       held = held_.logs.find(log)) {
    const auto sequence = held->second.sequence;
    retract_tail(log, sequence - from < retract_entries_max ? from : sequence + 1 - retract_entries_max);
  }
}

void RocksStore::retract_tail(const Hash& log, std::uint64_t from) {
  const auto tail = headers(log, from, held_.logs.at(log).sequence);
  Hash head{};
  if (from > 1) head = protocol::entry_hash(headers(log, from - 1, from - 1).front());
  Changes changes(*database_, held_);
  changes.retract(log, from, tail, head);
  changes.write(*database_, false, held_);
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

std::unique_ptr<Store> open_store(const std::string& directory, StoreOptions options) {
  return std::make_unique<RocksStore>(directory, std::move(options));
}

}  // namespace hansa::store
