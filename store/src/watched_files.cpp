#include "watched_files.h"

#include <utility>

namespace hansa::store {

using rocksdb::DataVerificationInfo;
using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

namespace {

class ReadFile : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  ReadFile(std::unique_ptr<rocksdb::FSSequentialFile> file, std::shared_ptr<Watched> watched)
      : FSSequentialFileOwnerWrapper(std::move(file)), watched_(std::move(watched)) {}
  IOStatus Read(std::size_t size, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) override {
    auto status = FSSequentialFileOwnerWrapper::Read(size, options, result, scratch, debug);
    return status.ok() ? watched_->count_read(result->size()) : status;
  }

 private:
  std::shared_ptr<Watched> watched_;
};

class WrittenFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WrittenFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<Watched> watched)
      : FSWritableFileOwnerWrapper(std::move(file)), watched_(std::move(watched)) {}
  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    auto status = FSWritableFileOwnerWrapper::Append(data, options, debug);
    return status.ok() ? watched_->count_written(data.size()) : status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    auto status = FSWritableFileOwnerWrapper::Append(data, options, verification, debug);
    return status.ok() ? watched_->count_written(data.size()) : status;
  }

 private:
  std::shared_ptr<Watched> watched_;
};

class WatchedFiles : public rocksdb::FileSystemWrapper {
 public:
  explicit WatchedFiles(std::shared_ptr<Watched> watched)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), watched_(std::move(watched)) {}
  const char* Name() const override { return "WatchedFiles"; }
  IOStatus NewSequentialFile(const std::string& path, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* result,
                             IODebugContext* debug) override {
    auto status = FileSystemWrapper::NewSequentialFile(path, options, result, debug);
    if (status.ok()) *result = std::make_unique<ReadFile>(std::move(*result), watched_);
    return status;
  }
  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext* debug) override {
    auto status = FileSystemWrapper::NewWritableFile(path, options, result, debug);
    if (status.ok()) *result = std::make_unique<WrittenFile>(std::move(*result), watched_);
    return status;
  }

 private:
  std::shared_ptr<Watched> watched_;
};

}  // namespace

IOStatus Watched::count(std::size_t bytes) {
  if (!working) return IOStatus::OK();
  progress.bytes += bytes;
  stopped = stopped || (watch && !watch(progress));
  return stopped ? IOStatus::Aborted("stopped") : IOStatus::OK();
}

std::shared_ptr<rocksdb::FileSystem> watched_files(std::shared_ptr<Watched> watched) {
  return std::make_shared<WatchedFiles>(std::move(watched));
}

}  // namespace hansa::store
