#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "core/signature_check.h"

namespace hansa::links {

/// Runs the background signature checks, one job at a time, so that the core thread need not. stop() waits
/// for the job at hand (about 30 ms).
class CheckingThread {
 public:
  /// `done` runs on this thread.
  explicit CheckingThread(std::function<void(core::CheckResult)> done);
  CheckingThread(const CheckingThread&) = delete;
  CheckingThread& operator=(const CheckingThread&) = delete;
  ~CheckingThread();

  /// Any thread. Precondition: no job is under way.
  void give(core::CheckJob job);
  /// Waits for the thread to end; a job that was given and not begun is dropped.
  void stop();

 private:
  void run();

  std::function<void(core::CheckResult)> done_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::optional<core::CheckJob> job_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace hansa::links
