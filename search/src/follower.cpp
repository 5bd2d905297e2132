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

void Follower::rebuild() {
  {
    const std::lock_guard lock(mutex_);
    rebuild_ = woken_ = true;
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
  if (rest)
    changed_.wait_for(lock, rest_after_failure, [this] { return stopping_; });
  else if (round_at_)
    changed_.wait_until(lock, *round_at_, called);
  else
    changed_.wait(lock, called);
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
  bool anew = false;
  {
    const std::lock_guard lock(mutex_);
    anew = std::exchange(rebuild_, false);
  }
  if (anew) {
    const std::lock_guard lock(working_);
    index_.reset();
  }
  catch_up();
  if (round_at_ && Clock::now() >= *round_at_) look_again();
}

void Follower::run() {
  unsigned failures = 0;
  while (wait_for_work(failures > 1)) {
    try {
      work();
      if (failures > 0 && options_.index_broken) options_.index_broken({});
      failures = 0;
    } catch (const IndexBroken& why) {
      ++failures;
      if (options_.index_broken) options_.index_broken(why.what());
      rebuild();
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

void Follower::reach_here(std::uint64_t arrival) {
  bool anew = false;
  {
    const std::lock_guard lock(mutex_);
    anew = std::exchange(rebuild_, false);
  }
  const std::lock_guard lock(working_);
  const auto build = [&] {
    if (anew) index_.reset();
    while (index_.step(*options_.snapshot()) || index_.progress().through < arrival) {
    }
    while (index_.look_again(*options_.snapshot())) {
    }
  };
  try {
    build();
  } catch (const IndexBroken&) {
    if (anew) throw;
    anew = true;
    build();
  }
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
  changed_.wait_for(lock, wait_max, [&] { return reached() || !running_ || stopping_; });
}

}  // namespace hansa::search
