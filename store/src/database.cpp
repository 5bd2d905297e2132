#include "database.h"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <unistd.h>

#include <cstdlib>

#include "migration.h"

namespace hansa::store {

namespace {

constexpr std::size_t wal_bytes_max = 64 * 1024 * 1024;
// Small files: an erasure later rewrites those that hold the payload (limits of RocksDB: 0.2 s for 8 MiB).
constexpr std::size_t file_bytes = 8 * 1024 * 1024;
constexpr int open_files_max = 256;
constexpr std::string_view owner_file = "hansa.pid";

rocksdb::DBOptions database_options(const StoreOptions& options, rocksdb::Env* environment) {
  rocksdb::DBOptions database;
  database.env = environment;
  database.create_if_missing = true;
  database.create_missing_column_families = true;
  database.max_open_files = open_files_max;
  database.max_file_opening_threads = 1;  // the default starts 16 threads at every opening
  database.max_total_wal_size = wal_bytes_max;
  database.max_background_jobs = 2;
  database.db_write_buffer_size = options.write_buffers_bytes;
  // What was not synced may end anywhere after a power cut; what was synced is whole and in order.
  database.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  database.track_and_verify_wals_in_manifest = true;
  database.wal_bytes_per_sync = 1024 * 1024;
  database.bytes_per_sync = 1024 * 1024;
  database.stats_dump_period_sec = 0;
  database.stats_persist_period_sec = 0;
  database.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  database.max_log_file_size = 1024 * 1024;
  database.keep_log_file_num = 3;
  database.max_manifest_file_size = 4 * 1024 * 1024;
  return database;
}

enum class Compress { no, yes };
// How rows come: those of a log ascend, one after the other, under keys that begin with its id.
enum class Order { random, by_log };

rocksdb::ColumnFamilyOptions family_options(std::size_t write_buffer_bytes, Compress compress, Order order,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions family;
  family.write_buffer_size = write_buffer_bytes;
  family.target_file_size_base = file_bytes;
  family.max_bytes_for_level_base = 8 * file_bytes;
  family.level_compaction_dynamic_level_bytes = true;
  family.compression = compress == Compress::yes ? rocksdb::CompressionType::kLZ4Compression
                                                 : rocksdb::CompressionType::kNoCompression;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 16 * 1024;
  table.format_version = 5;
  // Filters and indexes count as cache, so that memory stays bounded however many records there are.
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  // Most records of a batch are new: a filter over the memory table answers that without searching it.
  family.memtable_prefix_bloom_size_ratio = 0.05;
  family.memtable_whole_key_filtering = true;
  // Where the last row of a log went is where the next one goes: no search for its place.
  if (order == Order::by_log)
    family.memtable_insert_with_hint_prefix_extractor.reset(
        rocksdb::NewFixedPrefixTransform(std::tuple_size_v<Hash>));
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return family;
}

std::vector<rocksdb::ColumnFamilyDescriptor> families(const StoreOptions& options) {
  const auto cache = rocksdb::NewLRUCache(options.write_buffers_bytes / 2);
  const auto part = options.write_buffers_bytes / 8;
  return {
      {rocksdb::kDefaultColumnFamilyName, family_options(part, Compress::yes, Order::random, cache)},
      {"headers", family_options(2 * part, Compress::yes, Order::by_log, cache)},
      // Encrypted bytes do not compress; they were compressed before.
      {"payloads", family_options(4 * part, Compress::no, Order::by_log, cache)},
      {"salts", family_options(part, Compress::no, Order::by_log, cache)},
      {"records", family_options(2 * part, Compress::yes, Order::random, cache)},
      {"aside", family_options(part, Compress::yes, Order::by_log, cache)},
  };
}

// RocksDB has no code of its own for this; these are the words of its file system.
bool is_locked(const rocksdb::Status& status) {
  const auto words = status.ToString();
  return status.IsIOError() && (words.find("While lock file:") != std::string::npos ||
                                words.find("lock hold by current process") != std::string::npos);
}

// The same: the directory holds a family that was not named.
bool is_unknown_family(const rocksdb::Status& status) {
  return status.IsInvalidArgument() &&
         status.ToString().find("Column families not opened") != std::string::npos;
}

std::string advice(const rocksdb::Status& status) {
  if (status.IsCorruption())
    return "The bytes on the disk are damaged: stop the node, check the disk, then restore the directory "
           "from a backup "
           "or join again with an empty one; the other partners hold what was published.";
  if (status.IsNoSpace())
    return "The disk is full: free some space and start the node again; nothing acknowledged is lost.";
  return "Check that the disk works and that the node's user may write there, then start the node again.";
}

}  // namespace

Database::Database(std::string directory, const StoreOptions& options) : directory_(std::move(directory)) {
  open(options);
  try {
    check_format();
  } catch (...) {
    close();
    throw;
  }
}

Database::~Database() { close(); }

void Database::open(const StoreOptions& options) {
  auto* environment = options.environment ? options.environment : rocksdb::Env::Default();
  rocksdb::DB* opened = nullptr;
  const auto status = rocksdb::DB::Open(database_options(options, environment), directory_, families(options),
                                        &families_, &opened);
  if (is_locked(status)) in_use(*environment);
  if (is_unknown_family(status)) newer("a family that this program does not know");
  check(status, "opening the store");
  db_.reset(opened);
  // For the process that finds the directory locked; what an earlier process left is overwritten.
  const auto written = rocksdb::WriteStringToFile(environment, std::to_string(::getpid()) + "\n",
                                                  directory_ + "/" + std::string(owner_file));
  if (!written.ok()) {
    close();
    check(written, "noting which process has the store");
  }
}

void Database::close() {
  if (!db_) return;
  // So that the next start has no log of writes to read again. If it fails nothing is lost, the next start
  // reads it.
  db_->Flush({}, families_).PermitUncheckedError();
  for (auto* family : families_) db_->DestroyColumnFamilyHandle(family);
  families_.clear();
  db_.reset();
}

void Database::in_use(rocksdb::Env& environment) const {
  std::string noted;
  std::uint64_t pid = 0;
  if (rocksdb::ReadFileToString(&environment, directory_ + "/" + std::string(owner_file), &noted).ok())
    pid = std::strtoull(noted.c_str(), nullptr, 10);
  const auto who = pid ? "process " + std::to_string(pid) : "another process";
  throw StoreInUse("The store in " + directory_ + " is open in " + who +
                       ". Stop that one first, or talk to it through its admin listener",
                   pid);
}

void Database::check_format() {
  const auto row = get(base(), rows::format_key);
  if (!row) {
    if (get(base(), rows::totals_key)) damaged("the format number");
    rocksdb::WriteBatch batch;
    check(batch.Put(base(), slice(rows::format_key), rows::encode(store_format)),
          "noting the store's format");
    return write(batch, true);
  }
  const auto format = whole(rows::decode_number(*row), "the format number");
  if (format > store_format) newer("format " + std::to_string(format));
  if (format == 0) damaged("the format number");
  if (format == 1) migrate_from_1(*this);
}

void Database::newer(const std::string& has) const {
  throw StoreBroken("The store in " + directory_ + " has " + has +
                    ", made by a newer Hansa; this program knows formats up to " +
                    std::to_string(store_format) + ". Install the newer program; nothing was changed.");
}

std::optional<std::string> Database::get(rocksdb::ColumnFamilyHandle* family, std::string_view key,
                                         const rocksdb::ReadOptions& options) const {
  std::string row;
  const auto status = db_->Get(options, family, slice(key), &row);
  if (status.IsNotFound()) return std::nullopt;
  check(status, "reading");
  return row;
}

std::unique_ptr<rocksdb::Iterator> Database::iterate(rocksdb::ColumnFamilyHandle* family,
                                                     const rocksdb::ReadOptions& options) const {
  return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options, family));
}

bool Database::valid(const rocksdb::Iterator& iterator) const {
  if (iterator.Valid()) return true;
  check(iterator.status(), "reading");
  return false;
}

void Database::write(rocksdb::WriteBatch& batch, bool synced) {
  rocksdb::WriteOptions options;
  options.sync = synced;
  check(db_->Write(options, &batch), "writing");
}

void Database::sync() { check(db_->SyncWAL(), "syncing to disk"); }

void Database::check(const rocksdb::Status& status, std::string_view doing) const {
  if (status.ok()) return;
  throw StoreBroken("The store in " + directory_ + " failed while " + std::string(doing) + ": " +
                    status.ToString() + ". " + advice(status));
}

void Database::damaged(std::string_view what) const {
  check(rocksdb::Status::Corruption(slice(what)), "reading");
  std::abort();  // check() throws for every status that is not ok
}

}  // namespace hansa::store
