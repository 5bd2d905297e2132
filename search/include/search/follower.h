#pragma once
// Keeps an index up to date with its store: on a thread of its own, or, where none was started, on the thread
// of whoever asks. Nothing waits for it but those who want to see what just arrived.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "search/index.h"

namespace hansa::search {

class Follower {
 public:
  struct Options {
    std::function<std::unique_ptr<store::Snapshot>()> snapshot;  ///< of the store; any thread. Required
    /// On the follower's thread: the index is broken; damaged ones are built anew, others tried again.
    std::function<void(const IndexBroken& why)> index_broken;
    /// On the follower's thread: after that, it works again.
    std::function<void()> index_works;
    /// On the follower's thread, which then ends: the store failed.
    std::function<void(std::exception_ptr)> store_failed;
  };
  /// `index` outlives this.
  Follower(Index& index, Options options);
  ~Follower() { stop(); }
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  void start();
  /// Waits for the step that runs. The owner's thread.
  void stop();
  /// Something arrived, or changed without arriving. Any thread; never waits.
  void wake();

  /// The index's answer, once it holds everything through `arrival` or reach() gave up. Throws as that does.
  std::optional<Page> find(const Query& query, std::uint64_t arrival, std::chrono::milliseconds wait_max);
  std::vector<Suggestion> suggest(const std::string& words);
  /// As find(), of Index::coverage().
  Coverage coverage(const Query& query, const std::string& rows, const std::string& columns,
                    std::uint64_t arrival, std::chrono::milliseconds wait_max);
  /// Whether a record bears this code.
  bool in_use(const std::string& facet, const std::string& code, std::uint64_t arrival,
              std::chrono::milliseconds wait_max);

  /// Waits until the index holds everything through `arrival`, if it is near that, at most `wait_max`.
  /// Without a thread of its own does the work here, however long it takes. Any thread. Throws IndexBroken if
  /// nothing can be built; StoreBroken.
  void reach(std::uint64_t arrival, std::chrono::milliseconds wait_max);

  const Index& index() const { return index_; }

 private:
  using Clock = std::chrono::steady_clock;

  template <class Ask>
  auto ask(std::uint64_t arrival, std::chrono::milliseconds wait_max, Ask ask);
  void rebuild(const IndexBroken& why);
  void mend(const IndexBroken& why);
  void run();
  bool wait_for_work(bool rest);
  void work();
  void catch_up();
  void look_again();
  bool stopping() const;
  void reach_here(std::uint64_t arrival);
  void build(std::uint64_t arrival);

  Index& index_;
  Options options_;
  std::mutex working_;                         ///< one thread works on the index
  std::optional<Clock::time_point> round_at_;  ///< own thread: when those that wait are looked at again
  Clock::time_point round_not_before_;         ///< own thread
  mutable std::mutex mutex_;                   ///< guards what follows
  std::condition_variable changed_;
  bool woken_ = false;
  std::optional<IndexBroken> damage_;  ///< found by a reader: the index is to be begun anew
  bool resting_ = false;               ///< after a failure; nobody waits for that
  bool stopping_ = false;
  bool running_ = false;
  std::thread thread_;
};

/// A search waits for the index only if it is at most so many arrivals behind.
inline constexpr std::uint64_t near_arrivals_max = step_arrivals_max;

}  // namespace hansa::search
