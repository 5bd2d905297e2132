#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

/// A file system in memory that forgets, when its power is cut, what was not synced: bytes of files written
/// since their last sync, and names created, renamed or deleted since the last sync of their directory. After
/// the cut every call fails until restart(), but syncs: they do nothing and say nothing, since the builds of
/// RocksDB with assertions end the process when a file is synced again after a sync that failed. Directories
/// themselves are durable at once. Any thread (RocksDB flushes and compacts on threads of its own).
namespace hansa::test {

class PowerCutFileSystem : public rocksdb::FileSystem {
 public:
  static const char* kClassName() { return "PowerCutFileSystem"; }
  const char* Name() const override { return kClassName(); }

  /// The power goes at the `nth` sync from now (1: the next), before that sync has any effect.
  void cut_at_sync(std::uint64_t nth);
  bool is_cut() const;
  /// Syncs of files and directories so far.
  std::uint64_t syncs() const;
  /// The power is back. Without `leftovers` exactly the synced state is there; with it also a random
  /// beginning of each unsynced tail and a random beginning of the unsynced changes of names, as a disk may
  /// have kept them. All files must have been closed.
  void restart(std::mt19937_64* leftovers);

  /// All files as they are at this instant, as a machine's snapshot has them.
  struct Image {
    std::map<std::string, std::string> files;
    std::set<std::string> directories;
  };
  Image image() const;
  /// The files are these, all of them synced. None may be open.
  void put_back(const Image& image);

  rocksdb::IOStatus NewSequentialFile(const std::string&, const rocksdb::FileOptions&,
                                      std::unique_ptr<rocksdb::FSSequentialFile>*,
                                      rocksdb::IODebugContext*) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string&, const rocksdb::FileOptions&,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>*,
                                        rocksdb::IODebugContext*) override;
  rocksdb::IOStatus NewWritableFile(const std::string&, const rocksdb::FileOptions&,
                                    std::unique_ptr<rocksdb::FSWritableFile>*,
                                    rocksdb::IODebugContext*) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string&, const rocksdb::FileOptions&,
                                       std::unique_ptr<rocksdb::FSWritableFile>*,
                                       rocksdb::IODebugContext*) override;
  rocksdb::IOStatus NewDirectory(const std::string&, const rocksdb::IOOptions&,
                                 std::unique_ptr<rocksdb::FSDirectory>*, rocksdb::IODebugContext*) override;
  rocksdb::IOStatus FileExists(const std::string&, const rocksdb::IOOptions&,
                               rocksdb::IODebugContext*) override;
  rocksdb::IOStatus GetChildren(const std::string&, const rocksdb::IOOptions&, std::vector<std::string>*,
                                rocksdb::IODebugContext*) override;
  rocksdb::IOStatus DeleteFile(const std::string&, const rocksdb::IOOptions&,
                               rocksdb::IODebugContext*) override;
  rocksdb::IOStatus CreateDir(const std::string&, const rocksdb::IOOptions&,
                              rocksdb::IODebugContext*) override;
  rocksdb::IOStatus CreateDirIfMissing(const std::string&, const rocksdb::IOOptions&,
                                       rocksdb::IODebugContext*) override;
  rocksdb::IOStatus DeleteDir(const std::string&, const rocksdb::IOOptions&,
                              rocksdb::IODebugContext*) override;
  rocksdb::IOStatus GetFileSize(const std::string&, const rocksdb::IOOptions&, std::uint64_t*,
                                rocksdb::IODebugContext*) override;
  rocksdb::IOStatus GetFileModificationTime(const std::string&, const rocksdb::IOOptions&, std::uint64_t*,
                                            rocksdb::IODebugContext*) override;
  rocksdb::IOStatus RenameFile(const std::string&, const std::string&, const rocksdb::IOOptions&,
                               rocksdb::IODebugContext*) override;
  rocksdb::IOStatus LockFile(const std::string&, const rocksdb::IOOptions&, rocksdb::FileLock**,
                             rocksdb::IODebugContext*) override;
  rocksdb::IOStatus UnlockFile(rocksdb::FileLock*, const rocksdb::IOOptions&,
                               rocksdb::IODebugContext*) override;
  rocksdb::IOStatus GetTestDirectory(const rocksdb::IOOptions&, std::string*,
                                     rocksdb::IODebugContext*) override;
  rocksdb::IOStatus NewLogger(const std::string&, const rocksdb::IOOptions&,
                              std::shared_ptr<rocksdb::Logger>*, rocksdb::IODebugContext*) override;
  rocksdb::IOStatus GetAbsolutePath(const std::string&, const rocksdb::IOOptions&, std::string*,
                                    rocksdb::IODebugContext*) override;
  rocksdb::IOStatus IsDirectory(const std::string&, const rocksdb::IOOptions&, bool*,
                                rocksdb::IODebugContext*) override;

 private:
  struct File {
    std::string bytes;
    std::string synced;
  };
  using Names = std::map<std::string, std::shared_ptr<File>>;
  /// A change of one directory that no sync has covered yet; `file` empty: the name is removed.
  struct NameChange {
    std::string removed;
    std::string added;
    std::shared_ptr<File> file;
  };

  class Sequential;
  class RandomAccess;
  class Writable;
  class Directory;

  static void apply(const NameChange& change, Names& names);
  void change_names(const std::string& directory, NameChange change);
  /// Error: the power is cut. Called with the lock held.
  rocksdb::IOStatus powered() const;
  /// Counts a sync; false: the power went before it took effect. Called with the lock held.
  bool begin_sync();
  rocksdb::IOStatus sync_file(File& file);
  rocksdb::IOStatus sync_directory(const std::string& directory);
  std::shared_ptr<File> find(const std::string& path) const;

  mutable std::mutex mutex_;
  Names names_;
  Names synced_names_;
  std::map<std::string, std::vector<NameChange>> unsynced_changes_;
  std::set<std::string> directories_{"/"};
  std::set<std::string> locked_;
  std::uint64_t syncs_ = 0;
  std::uint64_t cut_at_ = 0;  // 0: never
  bool cut_ = false;
};

inline PowerCutFileSystem::Image PowerCutFileSystem::image() const {
  std::lock_guard lock(mutex_);
  Image image{{}, directories_};
  for (const auto& [path, file] : names_) image.files.emplace(path, file->bytes);
  return image;
}

inline void PowerCutFileSystem::put_back(const Image& image) {
  std::lock_guard lock(mutex_);
  names_.clear();
  for (const auto& [path, bytes] : image.files)
    names_.emplace(path, std::make_shared<File>(File{bytes, bytes}));
  synced_names_ = names_;
  unsynced_changes_.clear();
  directories_ = image.directories;
  locked_.clear();
}

/// What RocksDB takes. Its clock does not sleep: after a failed write a background thread of RocksDB would
/// wait a second.
std::unique_ptr<rocksdb::Env> environment_over(std::shared_ptr<PowerCutFileSystem> files);

}  // namespace hansa::test
