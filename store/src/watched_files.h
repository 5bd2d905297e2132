#pragma once
// The machine's files, with every byte that is written or read in sequence counted and the work stopped when
// it is no longer wanted.

#include <rocksdb/file_system.h>

#include <memory>

#include "store/backup.h"

namespace hansa::store {

/// What watches, shared by all files of one folder. RocksDB copies on a thread of its own while the one that
/// asked waits for it.
struct Watched {
  WatchBackup watch;
  BackupProgress progress;
  bool working = false;  ///< between steps only small files about the backups are read: they do not count
  bool stopped = false;

  void begin(BackupStep step) {
    progress = {step, 0};
    working = true;
  }
  /// Copying writes, the other steps read. An error once the work is to stop.
  rocksdb::IOStatus count_read(std::size_t bytes) {
    return count(progress.step == BackupStep::copying ? 0 : bytes);
  }
  rocksdb::IOStatus count_written(std::size_t bytes) { return count(bytes); }

 private:
  rocksdb::IOStatus count(std::size_t bytes);
};

std::shared_ptr<rocksdb::FileSystem> watched_files(std::shared_ptr<Watched> watched);

}  // namespace hansa::store
