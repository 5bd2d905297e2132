#pragma once
// Keeps one peer address dialled: connects, waits while a link to that peer is up, tries again with growing,
// jittered pauses. io thread only, but for the status board.

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "link_context.h"

namespace hansa::links {

class Link;

/// How it stands with every dialled address. Written on the io thread, read from any.
class StatusBoard {
 public:
  std::size_t add(PeerStatus status);
  /// Of a place that was removed: nothing.
  void set(std::size_t place, PeerStatus status);
  void remove(std::size_t place);
  std::vector<PeerStatus> read() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::size_t, PeerStatus> statuses_;  // by place, in the order in which they came
  std::size_t places_ = 0;
};

class Dialler {
 public:
  /// `tls` is used for wss addresses. Everything outlives the dialler.
  Dialler(LinkContext& context, asio::ssl::context& tls, StatusBoard& board, PeerAddress address);
  /// Once it is over, or after its coroutine can run no more. Its status goes with it.
  ~Dialler() { board_.remove(place_); }
  Dialler(const Dialler&) = delete;
  Dialler& operator=(const Dialler&) = delete;

  const PeerAddress& address() const { return address_; }
  void start() { context_.spawn(run()); }
  /// Dials no more, and its status goes, unless all stop. A link that is up is the roster's to close.
  void stop();
  bool is_stopping() const { return stopping_; }
  /// It was stopped, and its last link is gone: it may be destroyed.
  bool is_over() const { return over_; }
  /// Ends the pause that runs, or leaves out the one that would follow the attempt that runs.
  void retry_now() {
    again_ = true;
    timer_.cancel();
  }

 private:
  Task<void> run();
  Task<core::LinkEnd> attempt();
  Task<Failure> connect(std::shared_ptr<Link> link);
  Task<Failure> resolve(std::shared_ptr<Link> link, std::vector<asio::ip::tcp::endpoint>& found);
  Task<void> pause(std::chrono::milliseconds time);
  /// The next pause, shortened by chance to between half and all of `base`.
  std::chrono::milliseconds jittered(std::chrono::milliseconds base) const;
  void show(PeerState state);
  void show_failure(core::LinkEnd reason, std::chrono::milliseconds pause);

  LinkContext& context_;
  asio::ssl::context& tls_;
  StatusBoard& board_;
  const PeerAddress address_;
  asio::steady_timer timer_;  // the pause between attempts
  PeerStatus status_;
  std::size_t place_;
  bool was_stable_ = false;  // the last attempt's link was up long enough to count as a success
  bool again_ = false;       // retry_now() since the last attempt began
  bool stopping_ = false;
  bool over_ = false;
};

}  // namespace hansa::links
