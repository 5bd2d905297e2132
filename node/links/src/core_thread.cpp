#include "links/core_thread.h"

#include <cassert>

namespace hansa::links {

CoreThread::~CoreThread() { stop(); }

void CoreThread::start(Hooks hooks) {
  assert(!thread_.joinable());
  thread_ = std::thread([this, hooks = std::move(hooks)] { run(hooks); });
}

bool CoreThread::post(Work work) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || broken_) return false;
    queue_.push_back(std::move(work));
    if (queue_.size() > 1) return true;  // The thread was woken by the first and has not drained yet.
  }
  wake_.notify_one();
  return true;
}

void CoreThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (!thread_.joinable()) return;
  assert(!is_current());
  thread_.join();
}

std::size_t CoreThread::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void CoreThread::run(const Hooks& hooks) {
  id_ = std::this_thread::get_id();
  try {
    drain(hooks);
  } catch (...) {
    std::vector<Work> dropped;  // Destroyed outside the lock: promises in it wake their waiters.
    {
      const std::lock_guard lock(mutex_);
      broken_ = true;
      dropped.swap(queue_);
    }
    if (!hooks.broken) std::terminate();
    hooks.broken(std::current_exception());
  }
}

void CoreThread::drain(const Hooks& hooks) {
  using Time = std::chrono::steady_clock;
  auto next_tick = Time::now() + hooks.tick_every;
  std::vector<Work> batch;
  for (;;) {
    bool last = false;
    {
      std::unique_lock lock(mutex_);
      const auto ready = [this] { return stopping_ || !queue_.empty(); };
      if (hooks.tick) {
        wake_.wait_until(lock, next_tick, ready);
      } else {
        wake_.wait(lock, ready);
      }
      batch.swap(queue_);
      last = stopping_;
    }
    for (auto& work : batch) {
      work();
      work = nullptr;  // What it holds is freed here, not after the whole batch.
    }
    batch.clear();
    if (hooks.tick && Time::now() >= next_tick) {
      hooks.tick();
      next_tick = Time::now() + hooks.tick_every;
    }
    if (hooks.after_batch) hooks.after_batch();
    if (last) return;
  }
}

}  // namespace hansa::links
