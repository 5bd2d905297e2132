#include "reader_pool.h"

#include <utility>

namespace hansa::http {

ReaderPool::ReaderPool(std::size_t threads, std::size_t waiting_max,
                       std::function<void(std::exception_ptr)> failed)
    : waiting_max_(waiting_max), failed_(std::move(failed)) {
  for (std::size_t count = 0; count < threads; ++count) threads_.emplace_back([this] { run(); });
}

bool ReaderPool::offer(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= waiting_max_) return false;
    waiting_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

void ReaderPool::stop() {
  std::deque<Job> dropped;  // outside the lock: what a job holds may do anything when it goes
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(waiting_);
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void ReaderPool::run() {
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (stopping_) return;
      job = std::move(waiting_.front());
      waiting_.pop_front();
    }
    try {
      job();
    } catch (...) {
      if (!failed_) throw;
      failed_(std::current_exception());
    }
  }
}

}  // namespace hansa::http
