#pragma once
// The one thread that owns the core and the store's writes: a queue of work, run in order.
//
// All waiting work is taken at once, and a hook runs after each such batch: that is where the core commits
// what the batch did with one disk sync and sends its answers. Knows nothing of what the work does.
//
// Work that throws (a broken disk) ends the thread: `broken` hears the exception once, nothing later runs,
// and post() says so. A node that cannot trust its store must stop.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace hansa::links {

class CoreThread {
 public:
  using Work = std::function<void()>;

  struct Hooks {
    Work after_batch;  ///< After each drained batch, on the core thread. May be empty.
    Work tick;         ///< Every `tick_every`, on the core thread, followed by after_batch. May be empty.
    std::chrono::milliseconds tick_every{100};
    std::function<void(std::exception_ptr)> broken;  ///< On the core thread, at most once. Empty: terminate.
  };

  CoreThread() = default;
  CoreThread(const CoreThread&) = delete;
  CoreThread& operator=(const CoreThread&) = delete;
  /// Stops.
  ~CoreThread();

  /// Starts the thread; work posted before waits until then. Once only.
  void start(Hooks hooks);
  void start() { start(Hooks{}); }

  /// Queues work; any thread. False, and the work is dropped, after stop() or after work has thrown.
  bool post(Work work);

  /// Runs `work` on the core thread and returns what it returned or threw (what `work` throws goes to the
  /// caller and does not end the thread). From any thread but the core's and the io thread: it waits.
  /// Throws std::future_error (broken_promise) if the thread ends before.
  template <class F>
  auto ask(F work) -> std::invoke_result_t<F&> {
    auto task = std::make_shared<std::packaged_task<std::invoke_result_t<F&>()>>(std::move(work));
    auto result = task->get_future();
    post([task = std::move(task)] { (*task)(); });
    return result.get();
  }

  /// Runs what is queued and the hook, then ends the thread and waits for it. Later calls do nothing. Not
  /// from the core thread.
  void stop();

  /// How much work waits; any thread. For metrics.
  std::size_t waiting() const;
  /// Whether the caller runs on the core thread.
  bool is_current() const { return std::this_thread::get_id() == id_.load(); }

 private:
  void run(const Hooks& hooks);
  void drain(const Hooks& hooks);

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Work> queue_;
  bool stopping_ = false;
  bool broken_ = false;
  std::atomic<std::thread::id> id_{};  ///< Set by the thread itself before any work.
  std::thread thread_;
};

}  // namespace hansa::links
