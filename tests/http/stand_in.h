#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "http/server.h"

namespace hansa::test {

/// Answers instead of the API, in every way in which an answer may come.
class StandIn final : public http::Answerer {
 public:
  ~StandIn() override { release(); }

  void handle(http::Request request, http::Respond respond) override {
    const auto path = request.target;
    if (path == "/throw") throw std::runtime_error("broken on purpose");
    if (path == "/drop") return;
    if (path == "/keep") return keep(std::move(respond));
    if (path == "/wait") wait();
    const auto text = path == "/who" ? request.remote : request.method + " " + path + " " + request.body;
    respond({200, {{"Content-Type", "text/plain"}}, text});
  }

  std::optional<Stream> open_stream(const http::Request& request) override {
    const auto last = http::header(request.headers, "Last-Event-ID");
    if (last == "refuse") return Stream{http::Response{401, {}, "refused"}, {}, false};
    return Stream{std::nullopt, missed, more_missed};
  }
  http::EventSource& events() override { return events_; }

  /// Lets "/wait" and "/keep" answer, from now on at once.
  void release() {
    std::vector<http::Respond> kept;
    {
      const std::lock_guard lock(mutex_);
      released_ = true;
      kept.swap(kept_);
    }
    changed_.notify_all();
    for (const auto& respond : kept) respond({200, {{"Content-Type", "text/plain"}}, "kept"});
  }
  /// Until `count` requests wait or are kept.
  void wait_for_held(std::size_t count) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(30), [&] { return waiting_ + kept_.size() >= count; }))
      throw std::runtime_error("the requests did not arrive within 30 s");
  }

  std::vector<std::string> missed;
  bool more_missed = false;

 private:
  void keep(http::Respond respond) {
    std::unique_lock lock(mutex_);
    if (!released_) {
      kept_.push_back(std::move(respond));
      return changed_.notify_all();
    }
    lock.unlock();
    respond({200, {}, "kept"});
  }
  void wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return released_; });
    --waiting_;
  }

  http::EventSource events_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<http::Respond> kept_;
  std::size_t waiting_ = 0;
  bool released_ = false;
};

/// A server on a free port with its network thread and a stand-in behind it.
struct RunningServer {
  explicit RunningServer(http::ServerOptions options = {})
      : server(io, answerer, with_failures(std::move(options))), network([this] { io.run(); }) {
    server.start();
  }
  ~RunningServer() {
    answerer.release();
    server.stop();
    work.reset();
    network.join();
  }

  http::ServerOptions with_failures(http::ServerOptions options) {
    options.failed = [this](std::exception_ptr) { ++failures; };
    return options;
  }

  std::atomic<int> failures = 0;
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  StandIn answerer;
  http::Server server;
  std::thread network;
};

}  // namespace hansa::test
