#include "links/checking_thread.h"

#include <cassert>
#include <utility>

namespace hansa::links {

CheckingThread::CheckingThread(std::function<void(core::CheckResult)> done)
    : done_(std::move(done)), thread_([this] { run(); }) {}

CheckingThread::~CheckingThread() { stop(); }

void CheckingThread::give(core::CheckJob job) {
  {
    const std::lock_guard lock(mutex_);
    assert(!job_);
    job_ = std::move(job);
  }
  wake_.notify_one();
}

void CheckingThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void CheckingThread::run() {
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || job_; });
    if (stopping_) return;
    const auto job = std::exchange(job_, std::nullopt);
    lock.unlock();
    done_(core::run_check(*job));
  }
}

}  // namespace hansa::links
