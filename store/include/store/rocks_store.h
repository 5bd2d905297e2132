#pragma once
// The real store: one RocksDB directory. What lies in it: docs/storage.md.

#include <cstddef>
#include <memory>
#include <string>

#include "protocol/keys.h"
#include "store/broken.h"
#include "store/catalogue.h"
#include "store/store.h"

namespace rocksdb {
class DB;
class Env;
}  // namespace rocksdb

namespace hansa::store {

/// The number in the directory. A program brings a store of an older format up to its own when it opens it,
/// and refuses newer ones.
inline constexpr std::uint32_t store_format = 2;

struct StoreOptions {
  /// Asked on the writing thread, for entries as they come. Required.
  PartnersOf partners_of;
  /// For the nonces of payloads at rest.
  protocol::Entropy entropy = protocol::system_entropy();
  /// All memory tables together; the block cache has half as much.
  std::size_t write_buffers_bytes = 32 * 1024 * 1024;
  /// Tests only: another file system. Not owned; outlives the store and its snapshots. Null: the machine's.
  rocksdb::Env* environment = nullptr;
};

/// A store on a disk: it can be backed up while it is used (backup.h).
class DiskStore : public Store {
 private:
  friend class BackupFolder;
  virtual rocksdb::DB& database() const = 0;
};

/// Opens, or makes if there is none; the directory's parent must exist. One process at a time: a second one
/// gets StoreInUse. Snapshots may outlive the store; the directory is free again when the last of them is
/// gone. Throws StoreBroken.
std::unique_ptr<DiskStore> open_store(const std::string& directory, StoreOptions options);

}  // namespace hansa::store
