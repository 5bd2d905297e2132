#include "power_cut_file_system.h"

#include <rocksdb/system_clock.h>

#include <algorithm>
#include <cstring>

namespace hansa::test {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

namespace {

std::string parent_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  return slash == std::string::npos || slash == 0 ? "/" : path.substr(0, slash);
}

// RocksDB writes "/db//CURRENT" and "/db/" now and then.
std::string normal(const std::string& path) {
  std::string result;
  for (const char c : path)
    if (c != '/' || result.empty() || result.back() != '/') result += c;
  if (result.size() > 1 && result.back() == '/') result.pop_back();
  return result;
}

class SilentLogger : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
  std::size_t GetLogFileSize() const override { return 0; }
};

class WakefulClock : public rocksdb::SystemClockWrapper {
 public:
  WakefulClock() : SystemClockWrapper(SystemClock::Default()) {}
  const char* Name() const override { return "WakefulClock"; }
  void SleepForMicroseconds(int) override {}
};

class WakefulEnvironment : public rocksdb::EnvWrapper {
 public:
  explicit WakefulEnvironment(std::shared_ptr<PowerCutFileSystem> files)
      : EnvWrapper(rocksdb::NewCompositeEnv(files)) {
    file_system_ = std::move(files);
    system_clock_ = std::make_shared<WakefulClock>();
  }
  const char* Name() const override { return "WakefulEnvironment"; }
};

class NamedLock : public rocksdb::FileLock {
 public:
  explicit NamedLock(std::string path) : path(std::move(path)) {}
  std::string path;
};

Slice read_at(const std::string& bytes, std::uint64_t offset, std::size_t size, char* scratch) {
  if (offset >= bytes.size()) return {};
  const std::size_t length = std::min(size, bytes.size() - static_cast<std::size_t>(offset));
  std::memcpy(scratch, bytes.data() + offset, length);
  return {scratch, length};
}

}  // namespace

std::unique_ptr<rocksdb::Env> environment_over(std::shared_ptr<PowerCutFileSystem> files) {
  return std::make_unique<WakefulEnvironment>(std::move(files));
}

class PowerCutFileSystem::Sequential : public rocksdb::FSSequentialFile {
 public:
  Sequential(PowerCutFileSystem& system, std::shared_ptr<File> file)
      : system_(system), file_(std::move(file)) {}
  IOStatus Read(std::size_t size, const IOOptions&, Slice* result, char* scratch, IODebugContext*) override {
    std::lock_guard lock(system_.mutex_);
    *result = read_at(file_->bytes, position_, size, scratch);
    position_ += result->size();
    return system_.powered();
  }
  IOStatus Skip(std::uint64_t count) override { return position_ += count, IOStatus::OK(); }

 private:
  PowerCutFileSystem& system_;
  std::shared_ptr<File> file_;
  std::uint64_t position_ = 0;
};

class PowerCutFileSystem::RandomAccess : public rocksdb::FSRandomAccessFile {
 public:
  RandomAccess(PowerCutFileSystem& system, std::shared_ptr<File> file)
      : system_(system), file_(std::move(file)) {}
  IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) const override {
    std::lock_guard lock(system_.mutex_);
    *result = read_at(file_->bytes, offset, size, scratch);
    return system_.powered();
  }

 private:
  PowerCutFileSystem& system_;
  std::shared_ptr<File> file_;
};

class PowerCutFileSystem::Writable : public rocksdb::FSWritableFile {
 public:
  Writable(PowerCutFileSystem& system, std::shared_ptr<File> file)
      : system_(system), file_(std::move(file)) {}
  using rocksdb::FSWritableFile::Append;
  IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override {
    std::lock_guard lock(system_.mutex_);
    if (auto status = system_.powered(); !status.ok()) return status;
    file_->bytes.append(data.data(), data.size());
    return IOStatus::OK();
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions&, IODebugContext*) override {
    std::lock_guard lock(system_.mutex_);
    if (auto status = system_.powered(); !status.ok()) return status;
    file_->bytes.resize(size);
    return IOStatus::OK();
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return system_.sync_file(*file_); }
  std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override {
    std::lock_guard lock(system_.mutex_);
    return file_->bytes.size();
  }
  bool IsSyncThreadSafe() const override { return true; }

 private:
  PowerCutFileSystem& system_;
  std::shared_ptr<File> file_;
};

class PowerCutFileSystem::Directory : public rocksdb::FSDirectory {
 public:
  Directory(PowerCutFileSystem& system, std::string path) : system_(system), path_(std::move(path)) {}
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return system_.sync_directory(path_); }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
  PowerCutFileSystem& system_;
  std::string path_;
};

void PowerCutFileSystem::cut_at_sync(std::uint64_t nth) {
  std::lock_guard lock(mutex_);
  cut_at_ = syncs_ + nth;
}

bool PowerCutFileSystem::is_cut() const {
  std::lock_guard lock(mutex_);
  return cut_;
}

std::uint64_t PowerCutFileSystem::syncs() const {
  std::lock_guard lock(mutex_);
  return syncs_;
}

void PowerCutFileSystem::restart(std::mt19937_64* leftovers) {
  std::lock_guard lock(mutex_);
  if (leftovers)
    for (const auto& [directory, changes] : unsynced_changes_) {
      const std::size_t kept = (*leftovers)() % (changes.size() + 1);
      for (std::size_t i = 0; i < kept; ++i) apply(changes[i], synced_names_);
    }
  unsynced_changes_.clear();
  names_ = synced_names_;
  for (auto& [path, file] : names_) {
    const bool appended = file->bytes.size() > file->synced.size() &&
                          file->bytes.compare(0, file->synced.size(), file->synced) == 0;
    if (leftovers && appended) {
      const std::size_t tail = file->bytes.size() - file->synced.size();
      file->synced.append(file->bytes, file->synced.size(), (*leftovers)() % (tail + 1));
    }
    file->bytes = file->synced;
  }
  locked_.clear();
  cut_at_ = 0;
  cut_ = false;
}

void PowerCutFileSystem::apply(const NameChange& change, Names& names) {
  if (!change.removed.empty()) names.erase(change.removed);
  if (!change.added.empty()) names[change.added] = change.file;
}

void PowerCutFileSystem::change_names(const std::string& directory, NameChange change) {
  apply(change, names_);
  unsynced_changes_[directory].push_back(std::move(change));
}

IOStatus PowerCutFileSystem::powered() const {
  return cut_ ? IOStatus::IOError("the power is cut") : IOStatus::OK();
}

bool PowerCutFileSystem::begin_sync() {
  if (!cut_ && ++syncs_ == cut_at_) cut_ = true;
  return !cut_;
}

IOStatus PowerCutFileSystem::sync_file(File& file) {
  std::lock_guard lock(mutex_);
  if (begin_sync()) file.synced = file.bytes;
  return IOStatus::OK();
}

IOStatus PowerCutFileSystem::sync_directory(const std::string& directory) {
  std::lock_guard lock(mutex_);
  if (!begin_sync()) return IOStatus::OK();
  for (const auto& change : unsynced_changes_[directory]) apply(change, synced_names_);
  unsynced_changes_.erase(directory);
  return IOStatus::OK();
}

std::shared_ptr<PowerCutFileSystem::File> PowerCutFileSystem::find(const std::string& path) const {
  const auto found = names_.find(normal(path));
  return found == names_.end() ? nullptr : found->second;
}

IOStatus PowerCutFileSystem::NewSequentialFile(const std::string& path, const FileOptions&,
                                               std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                               IODebugContext*) {
  std::lock_guard lock(mutex_);
  if (auto status = powered(); !status.ok()) return status;
  auto file = find(path);
  if (!file) return IOStatus::PathNotFound(path);
  *result = std::make_unique<Sequential>(*this, std::move(file));
  return IOStatus::OK();
}

IOStatus PowerCutFileSystem::NewRandomAccessFile(const std::string& path, const FileOptions&,
                                                 std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                                 IODebugContext*) {
  std::lock_guard lock(mutex_);
  if (auto status = powered(); !status.ok()) return status;
  auto file = find(path);
  if (!file) return IOStatus::PathNotFound(path);
  *result = std::make_unique<RandomAccess>(*this, std::move(file));
  return IOStatus::OK();
}

IOStatus PowerCutFileSystem::NewWritableFile(const std::string& path, const FileOptions&,
                                             std::unique_ptr<rocksdb::FSWritableFile>* result,
                                             IODebugContext*) {
  std::lock_guard lock(mutex_);
  if (auto status = powered(); !status.ok()) return status;
  auto file = std::make_shared<File>();
  change_names(parent_of(normal(path)), {"", normal(path), file});
  *result = std::make_unique<Writable>(*this, std::move(file));
  return IOStatus::OK();
}

IOStatus PowerCutFileSystem::ReopenWritableFile(const std::string& path, const FileOptions& options,
                                                std::unique_ptr<rocksdb::FSWritableFile>* result,
                                                IODebugContext* debug) {
  {
    std::lock_guard lock(mutex_);
    if (auto status = powered(); !status.ok()) return status;
    if (auto file = find(path)) {
      *result = std::make_unique<Writable>(*this, std::move(file));
      return IOStatus::OK();
    }
  }
  return NewWritableFile(path, options, result, debug);
}

IOStatus PowerCutFileSystem::NewDirectory(const std::string& path, const IOOptions&,
                                          std::unique_ptr<rocksdb::FSDirectory>* result, IODebugContext*) {
  std::lock_guard lock(mutex_);
  if (auto status = powered(); !status.ok()) return status;
  if (!directories_.contains(normal(path))) return IOStatus::PathNotFound(path);
  *result = std::make_unique<Directory>(*this, normal(path));
  return IOStatus::OK();
}

IOStatus PowerCutFileSystem::FileExists(const std::string& path, const IOOptions&, IODebugContext*) {
  std::lock_guard lock(mutex_);
  if (auto status = powered(); !status.ok()) return status;
  return find(path) || directories_.contains(normal(path)) ? IOStatus::OK() : IOStatus::NotFound(path);
}

IOStatus PowerCutFileSystem::GetChildren(const std::string& path, const IOOptions&,
                                         std::vector<std::string>* result, IODebugContext*) {
  std::lock_guard lock(mutex_);
  if (auto status = powered(); !status.ok()) return status;
  result->clear();
  if (!directories_.contains(normal(path))) return IOStatus::PathNotFound(path);
  for (const auto& [name, file] : names_)
    if (parent_of(name) == normal(path)) result->push_back(name.substr(name.find_last_of('/') + 1));
  return IOStatus::OK();
}

IOStatus PowerCutFileSystem::DeleteFile(const std::string& path, const IOOptions&, IODebugContext*) {
  std::lock_guard lock(mutex_);
  if (auto status = powered(); !status.ok()) return status;
  if (!find(path)) return IOStatus::PathNotFound(path);
  change_names(parent_of(normal(path)), {normal(path), "", nullptr});
  return IOStatus::OK();
}

IOStatus PowerCutFileSystem::CreateDir(const std::string& path, const IOOptions&, IODebugContext*) {
  std::lock_guard lock(mutex_);
  if (auto status = powered(); !status.ok()) return status;
  return directories_.insert(normal(path)).second ? IOStatus::OK() : IOStatus::IOError(path, "exists");
}

IOStatus PowerCutFileSystem::CreateDirIfMissing(const std::string& path, const IOOptions&, IODebugContext*) {
  std::lock_guard lock(mutex_);
  if (auto status = powered(); !status.ok()) return status;
  directories_.insert(normal(path));
  return IOStatus::OK();
}

IOStatus PowerCutFileSystem::DeleteDir(const std::string& path, const IOOptions&, IODebugContext*) {
  std::lock_guard lock(mutex_);
  if (auto status = powered(); !status.ok()) return status;
  return directories_.erase(normal(path)) ? IOStatus::OK() : IOStatus::PathNotFound(path);
}

IOStatus PowerCutFileSystem::GetFileSize(const std::string& path, const IOOptions&, std::uint64_t* size,
                                         IODebugContext*) {
  std::lock_guard lock(mutex_);
  if (auto status = powered(); !status.ok()) return status;
  const auto file = find(path);
  if (!file) return IOStatus::PathNotFound(path);
  *size = file->bytes.size();
  return IOStatus::OK();
}

IOStatus PowerCutFileSystem::GetFileModificationTime(const std::string&, const IOOptions&,
                                                     std::uint64_t* time, IODebugContext*) {
  *time = 0;
  return IOStatus::OK();
}

IOStatus PowerCutFileSystem::RenameFile(const std::string& source, const std::string& target,
                                        const IOOptions&, IODebugContext*) {
  std::lock_guard lock(mutex_);
  if (auto status = powered(); !status.ok()) return status;
  auto file = find(source);
  if (!file) return IOStatus::PathNotFound(source);
  change_names(parent_of(normal(target)), {normal(source), normal(target), std::move(file)});
  return IOStatus::OK();
}

IOStatus PowerCutFileSystem::LockFile(const std::string& path, const IOOptions&, rocksdb::FileLock** lock,
                                      IODebugContext*) {
  std::lock_guard guard(mutex_);
  if (auto status = powered(); !status.ok()) return status;
  if (!locked_.insert(normal(path)).second)
    return IOStatus::IOError("While lock file: " + path, "held already");
  *lock = new NamedLock(normal(path));  // RocksDB hands it back to UnlockFile
  return IOStatus::OK();
}

IOStatus PowerCutFileSystem::UnlockFile(rocksdb::FileLock* lock, const IOOptions&, IODebugContext*) {
  const std::unique_ptr<NamedLock> owned(static_cast<NamedLock*>(lock));
  std::lock_guard guard(mutex_);
  locked_.erase(owned->path);
  return IOStatus::OK();
}

IOStatus PowerCutFileSystem::GetTestDirectory(const IOOptions&, std::string* path, IODebugContext*) {
  *path = "/";
  return IOStatus::OK();
}

IOStatus PowerCutFileSystem::NewLogger(const std::string&, const IOOptions&,
                                       std::shared_ptr<rocksdb::Logger>* result, IODebugContext*) {
  *result = std::make_shared<SilentLogger>();
  return IOStatus::OK();
}

IOStatus PowerCutFileSystem::GetAbsolutePath(const std::string& path, const IOOptions&, std::string* result,
                                             IODebugContext*) {
  *result = path;
  return IOStatus::OK();
}

IOStatus PowerCutFileSystem::IsDirectory(const std::string& path, const IOOptions&, bool* result,
                                         IODebugContext*) {
  std::lock_guard lock(mutex_);
  *result = directories_.contains(normal(path));
  return IOStatus::OK();
}

}  // namespace hansa::test
