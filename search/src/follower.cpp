#include "search/follower.h"

#include <algorithm>
#include <utility>

namespace hansa::search {
namespace {

/// After a failure, before it is tried again: a full disk does not empty itself in a moment.
constexpr std::chrono::seconds rest_after_failure{10};
/// Records that wait for their payloads are looked at no more often than this.
constexpr std::chrono::milliseconds rest_between_rounds{200};

}  // namespace

Follower::Follower(Index& index, Options options) : index_(index), options_(std::move(options)) {}

void Follower::start() {
  {
    const std::lock_guard lock(mutex_);
    running_ = true;
    woken_ = true;
  }
  thread_ = std::thread([this] { run(); });
}

void Follower::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    running_ = false;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Follower::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void Follower::rebuild(const IndexBroken& why) {
  {
    const std::lock_guard lock(mutex_);
    damage_ = why;
    woken_ = true;
  }
  changed_.notify_all();
}

bool Follower::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

bool Follower::wait_for_work(bool rest) {
  std::unique_lock lock(mutex_);
  const auto called = [this] { return stopping_ || woken_; };
  if (rest) {
    resting_ = true;
    changed_.notify_all();  // whoever waits for the index
    changed_.wait_for(lock, rest_after_failure, [this] { return stopping_; });
    resting_ = false;
  } else if (round_at_) {
    changed_.wait_until(lock, *round_at_, called);
  } else {
    changed_.wait(lock, called);
  }
  if (std::exchange(woken_, false) && !round_at_) round_at_ = std::max(Clock::now(), round_not_before_);
  return !stopping_;
}

void Follower::catch_up() {
  for (bool more = true; more && !stopping();) {
    {
      const std::lock_guard lock(working_);
      more = index_.step(*options_.snapshot());
    }
    // Whoever waits looks under the mutex: without it the news could fall between their look and their sleep.
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }
}

void Follower::look_again() {
  const auto began = Clock::now();
  for (bool more = true; more && !stopping();) {
    {
      const std::lock_guard lock(working_);
      more = index_.look_again(*options_.snapshot());
    }
    catch_up();
  }
  const auto ended = Clock::now();
  round_not_before_ = ended + std::max<Clock::duration>(rest_between_rounds, 5 * (ended - began));
  round_at_.reset();
}

void Follower::work() {
  catch_up();
  if (round_at_ && Clock::now() >= *round_at_) look_again();
}

void Follower::mend(const IndexBroken& why) {
  const std::lock_guard lock(working_);
  if (why.damaged())
    index_.reset();
  else
    index_.reopen();
}

void Follower::run() {
  unsigned failures = 0;
  std::optional<IndexBroken> broken;
  while (wait_for_work(failures > 1)) {
    try {
      {
        const std::lock_guard lock(mutex_);
        if (damage_) broken = std::exchange(damage_, std::nullopt);
      }
      if (broken) {
        if (options_.index_broken) options_.index_broken(*broken);
        mend(*broken);
      }
      work();
      if (broken && options_.index_works) options_.index_works();
      broken.reset();
      failures = 0;
    } catch (const IndexBroken& why) {
      ++failures;
      broken = why;
      wake();
    } catch (...) {
      // The store, or a bug: a node that cannot trust itself stops.
      if (options_.store_failed) options_.store_failed(std::current_exception());
      break;
    }
  }
  const std::lock_guard lock(mutex_);
  running_ = false;
  changed_.notify_all();
}

void Follower::build(std::uint64_t arrival) {
  while (index_.step(*options_.snapshot()) || index_.progress().through < arrival) {
  }
  while (index_.look_again(*options_.snapshot())) {
  }
}

void Follower::reach_here(std::uint64_t arrival) {
  const std::lock_guard lock(working_);
  try {
    build(arrival);
  } catch (const IndexBroken& why) {
    if (!why.damaged()) throw;
    index_.reset();
    build(arrival);
  }
}

/// A question that finds damage starts the mending, and where no thread does that, waits for it.
template <class Ask>
auto Follower::ask(std::uint64_t arrival, std::chrono::milliseconds wait_max, Ask ask) {
  reach(arrival, wait_max);
  try {
    return ask();
  } catch (const IndexBroken& why) {
    if (!why.damaged()) throw;
    bool running = false;
    {
      const std::lock_guard lock(mutex_);
      running = running_;
    }
    if (running) {
      rebuild(why);
      throw;
    }
    mend(why);
  }
  reach_here(arrival);
  return ask();
}

std::optional<Page> Follower::find(const Query& query, std::uint64_t arrival,
                                   std::chrono::milliseconds wait_max) {
  return ask(arrival, wait_max, [&] { return index_.find(query); });
}

Coverage Follower::coverage(const Query& query, const std::string& rows, const std::string& columns,
                            std::uint64_t arrival, std::chrono::milliseconds wait_max) {
  return ask(arrival, wait_max, [&] { return index_.coverage(query, rows, columns); });
}

std::vector<Suggestion> Follower::suggest(const std::string& words) {
  return ask(0, {}, [&] { return index_.suggest(words); });
}

bool Follower::in_use(const std::string& facet, const std::string& code, std::uint64_t arrival,
                      std::chrono::milliseconds wait_max) {
  return ask(arrival, wait_max, [&] { return index_.in_use(facet, code); });
}

void Follower::reach(std::uint64_t arrival, std::chrono::milliseconds wait_max) {
  std::unique_lock lock(mutex_);
  if (stopping_) return;
  if (!running_) {
    lock.unlock();
    return reach_here(arrival);
  }
  const auto reached = [&] { return index_.progress().through >= arrival; };
  if (reached() || arrival - index_.progress().through > near_arrivals_max) return;
  changed_.wait_for(lock, wait_max, [&] { return reached() || resting_ || !running_ || stopping_; });
}

}  // namespace hansa::search
