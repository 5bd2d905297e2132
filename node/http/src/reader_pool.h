#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace hansa::http {

/// The threads on which requests are answered, and the bounded queue before them. Any thread, except stop().
class ReaderPool {
 public:
  using Job = std::function<void()>;
  /// `failed`: told what a job threw; unset, the exception ends the program.
  ReaderPool(std::size_t threads, std::size_t waiting_max, std::function<void(std::exception_ptr)> failed);
  ~ReaderPool() { stop(); }
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  /// False when too many jobs wait, or when it stops: the job is not done.
  bool offer(Job job);
  /// Waits for the jobs that run; drops those that wait. The owner's thread, not one of the pool's own.
  void stop();

 private:
  void run();

  std::size_t waiting_max_;
  std::function<void(std::exception_ptr)> failed_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace hansa::http
