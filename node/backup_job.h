#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

#include "core/node_port.h"
#include "directory.h"
#include "http/backups.h"
#include "store/rocks_store.h"

namespace hansa {

/// Makes backups of a node that is in use, one at a time, each on a thread of its own. Whatever goes wrong
/// there is told by status() and does not disturb the node. Any thread.
class BackupJob final : public http::BackupPort {
 public:
  /// All outlive the job.
  BackupJob(const NodeDirectory& directory, const store::DiskStore& store, const core::NodePort& port)
      : directory_(directory), store_(store), port_(port) {}
  /// Stops.
  ~BackupJob() override;
  BackupJob(const BackupJob&) = delete;
  BackupJob& operator=(const BackupJob&) = delete;

  bool start(const http::BackupOrder& order) override;
  http::BackupStatus status() const override;
  void stop() override { stopping_ = true; }
  /// Waits until nothing is under way.
  void wait();

 private:
  void run(const http::BackupOrder& order, const std::shared_ptr<const core::NodeStatus>& node);
  /// False: it was stopped.
  bool back_up(const http::BackupOrder& order, const core::NodeStatus& node);
  void step(const std::string& name, std::uint64_t bytes);
  void end(http::BackupStatus::State state, const std::string& reason);

  const NodeDirectory& directory_;
  const store::DiskStore& store_;
  const core::NodePort& port_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;  ///< of status_ and thread_
  http::BackupStatus status_;
  std::thread thread_;
};

}  // namespace hansa
