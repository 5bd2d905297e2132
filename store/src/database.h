#pragma once
// The open RocksDB directory: its families, and its errors as StoreBroken. Reads from any thread, writes from
// the store's. Shared by the store and its snapshots.

#include <rocksdb/db.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rows.h"
#include "store/rocks_store.h"

namespace hansa::store {

inline rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
inline rocksdb::Slice slice(const rows::EntryKey& key) { return slice(rows::text(key)); }
inline rocksdb::Slice slice(ByteView bytes) { return slice(protocol::text_of(bytes)); }
inline std::string_view text(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

class Database {
 public:
  /// Throws StoreInUse, StoreBroken.
  Database(std::string directory, const StoreOptions& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  rocksdb::DB& db() const { return *db_; }
  // The families, in the order of docs/storage.md.
  rocksdb::ColumnFamilyHandle* base() const { return families_[0]; }
  rocksdb::ColumnFamilyHandle* headers() const { return families_[1]; }
  rocksdb::ColumnFamilyHandle* payloads() const { return families_[2]; }
  rocksdb::ColumnFamilyHandle* salts() const { return families_[3]; }
  rocksdb::ColumnFamilyHandle* records() const { return families_[4]; }
  rocksdb::ColumnFamilyHandle* aside() const { return families_[5]; }

  /// The row, or nothing if there is none. Throws StoreBroken.
  std::optional<std::string> get(rocksdb::ColumnFamilyHandle* family, std::string_view key,
                                 const rocksdb::ReadOptions& options = {}) const;
  std::unique_ptr<rocksdb::Iterator> iterate(rocksdb::ColumnFamilyHandle* family,
                                             const rocksdb::ReadOptions& options = {}) const;
  /// The row at the iterator's place, or nothing past the end. Throws StoreBroken.
  bool valid(const rocksdb::Iterator& iterator) const;
  void write(rocksdb::WriteBatch& batch, bool synced);
  void sync();

  /// Throws StoreBroken unless ok. `doing`: "writing a batch".
  void check(const rocksdb::Status& status, std::string_view doing) const;
  /// A row that no program of this format writes, or one that is not there and must be. Throws StoreBroken.
  [[noreturn]] void damaged(std::string_view what) const;
  /// The decoded row; throws StoreBroken if it could not be decoded.
  template <class T>
  T whole(std::optional<T> row, std::string_view what) const {
    if (!row) damaged(what);
    return *std::move(row);
  }

 private:
  void open(const StoreOptions& options);
  void close();
  void check_format();
  [[noreturn]] void newer(const std::string& has) const;
  [[noreturn]] void in_use(rocksdb::Env& environment) const;

  std::string directory_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;  // owned by db_, given back before it closes
};

}  // namespace hansa::store
