#pragma once
// store::Snapshot over a RocksDB snapshot. Made by any thread, used by one. Keeps the database open.

#include <memory>

#include "database.h"

namespace hansa::store {

class RocksSnapshot : public Snapshot {
 public:
  explicit RocksSnapshot(std::shared_ptr<const Database> database);
  ~RocksSnapshot() override;
  RocksSnapshot(const RocksSnapshot&) = delete;
  RocksSnapshot& operator=(const RocksSnapshot&) = delete;

  std::vector<LogState> logs() const override;
  std::optional<LogState> log(const Hash& log) const override;
  std::vector<Bytes> headers(const Hash& log, std::uint64_t from, std::size_t count_max,
                             std::size_t bytes_max) const override;
  std::optional<HeldPayload> payload(const Hash& log, std::uint64_t sequence) const override;
  void payloads(const Hash& log, std::uint64_t from, std::uint64_t to,
                const std::function<bool(std::uint64_t, HeldPayload)>& see) const override;
  std::vector<MissingRange> missing(std::size_t ranges_max) const override;
  std::optional<RecordState> record(const RecordId& id) const override;
  std::vector<RecordState> records(const std::optional<RecordId>& after,
                                   std::size_t count_max) const override;
  std::vector<RecordId> about(const RecordId& subject, std::size_t count_max) const override;
  std::vector<Arrival> arrivals(std::uint64_t since, std::size_t count_max) const override;
  std::optional<std::uint64_t> received_ms(const Hash& log, std::uint64_t sequence) const override;
  std::optional<std::uint64_t> arrival_number(const Hash& log, std::uint64_t sequence) const override;
  std::vector<Hash> aside_logs() const override;
  std::vector<AsideEntry> aside(const Hash& log, std::uint64_t from, std::size_t count_max) const override;
  std::optional<HeldPayload> aside_payload(const Hash& log, const EntryPlace& place) const override;
  Totals totals() const override;
  std::optional<Bytes> setting(std::string_view key) const override;
  std::vector<std::pair<std::string, Bytes>> settings(std::string_view prefix) const override;

 private:
  HeldPayload open_payload(std::string_view stored, std::string_view salt) const;
  std::optional<std::string> get(rocksdb::ColumnFamilyHandle* family, std::string_view key) const;
  std::unique_ptr<rocksdb::Iterator> iterate(rocksdb::ColumnFamilyHandle* family) const;
  struct Place {
    std::uint64_t from = 0;
    rows::Numbering numbering;
  };
  /// Where the entry's run of arrivals begins; none while it is unchecked.
  std::optional<Place> place_of(const Hash& log, std::uint64_t sequence) const;
  std::optional<HeldPayload> payload_at(std::string_view key) const;
  void read_ceased(const rows::ArrivalRun& run, std::uint64_t since, std::size_t count_max,
                   std::vector<Arrival>& arrivals) const;
  /// Appends the run's arrivals numbered after `since`.
  void read_run(const rows::ArrivalRun& run, std::uint64_t since, std::size_t count_max,
                std::vector<Arrival>& arrivals) const;

  std::shared_ptr<const Database> database_;
  rocksdb::ReadOptions options_;
};

}  // namespace hansa::store
