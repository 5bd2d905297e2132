#include "store/backup.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/utilities/backup_engine.h>

#include <algorithm>

#include "watched_files.h"

namespace hansa::store {
namespace {

std::string advice(const rocksdb::Status& status) {
  if (status.IsNoSpace()) return "The disk is full: free some space there.";
  if (status.IsCorruption())
    return "The bytes there are damaged: use another backup, and do not trust that disk.";
  return "Check that the disk is there and works, and that this user may write to it.";
}

}  // namespace

struct BackupFolder::Parts {
  explicit Parts(std::string folder, WatchBackup watch) : path(std::move(folder)) {
    watched->watch = std::move(watch);
  }

  void check(const rocksdb::Status& status, const std::string& doing) const {
    if (!status.ok())
      throw StoreBroken("The backups in " + path + " failed while " + doing + ": " + status.ToString() +
                        ". " + advice(status));
  }
  /// False: the work was stopped, which is no failure.
  bool done(const rocksdb::Status& status, const std::string& doing) const {
    watched->working = false;
    if (!status.ok() && watched->stopped) return false;
    check(status, doing);
    return true;
  }

  std::string path;
  std::shared_ptr<Watched> watched = std::make_shared<Watched>();
  std::unique_ptr<rocksdb::Env> environment = rocksdb::NewCompositeEnv(watched_files(watched));
  std::unique_ptr<rocksdb::BackupEngine> engine;
};

BackupFolder::BackupFolder(std::string path, WatchBackup watch)
    : parts_(std::make_unique<Parts>(std::move(path), std::move(watch))) {
  rocksdb::BackupEngineOptions options(parts_->path);
  options.backup_env = parts_->environment.get();
  options.share_table_files = true;
  options.share_files_with_checksum = true;
  options.sync = true;
  options.max_background_operations = 1;
  rocksdb::BackupEngine* opened = nullptr;
  parts_->check(rocksdb::BackupEngine::Open(options, rocksdb::Env::Default(), &opened), "opening the folder");
  parts_->engine.reset(opened);
}

BackupFolder::~BackupFolder() = default;

std::vector<HeldBackup> BackupFolder::held() const {
  std::vector<rocksdb::BackupInfo> infos;
  parts_->engine->GetBackupInfo(&infos);
  std::vector<HeldBackup> backups;
  for (const auto& info : infos) backups.push_back({info.backup_id, info.size});
  std::sort(backups.begin(), backups.end(),
            [](const HeldBackup& a, const HeldBackup& b) { return a.number < b.number; });
  return backups;
}

std::optional<HeldBackup> BackupFolder::make(const DiskStore& store) {
  auto& parts = *parts_;
  parts.check(parts.engine->GarbageCollect(), "clearing away what an interrupted backup left");
  parts.watched->begin(BackupStep::copying);
  rocksdb::CreateBackupOptions options;
  // Tables are shared with the next backup, the log of writes is not.
  options.flush_before_backup = true;
  rocksdb::BackupID number = 0;
  if (!parts.done(parts.engine->CreateNewBackup(options, &store.database(), &number), "making a backup"))
    return std::nullopt;
  rocksdb::BackupInfo info;
  parts.check(parts.engine->GetBackupInfo(number, &info), "looking at the new backup");
  return HeldBackup{info.backup_id, info.size};
}

std::optional<bool> BackupFolder::verify(std::uint32_t number) {
  parts_->watched->begin(BackupStep::verifying);
  const rocksdb::Status status = parts_->engine->VerifyBackup(number, true);
  parts_->watched->working = false;
  if (status.IsCorruption() || status.IsNotFound()) return false;
  if (!parts_->done(status, "verifying a backup")) return std::nullopt;
  return true;
}

void BackupFolder::remove(std::uint32_t number) {
  parts_->check(parts_->engine->DeleteBackup(number), "removing an old backup");
}

bool BackupFolder::restore(std::uint32_t number, const std::string& directory) {
  parts_->watched->begin(BackupStep::restoring);
  return parts_->done(
      parts_->engine->RestoreDBFromBackup(rocksdb::RestoreOptions(), number, directory, directory),
      "restoring a backup");
}

}  // namespace hansa::store
