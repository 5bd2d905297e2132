#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>

namespace hansa::bench {

/// One end of a line of talk between two processes: words, each call one of them. Throws std::runtime_error
/// if the other end is gone or says nothing for five minutes.
class Talk {
 public:
  explicit Talk(int socket) : socket_(socket) {}
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;
  ~Talk();
  void say(double number) const;
  double hear() const;

 private:
  int socket_;
};

/// A process of its own, so that its processor time and memory are its own: forked, so only from a process
/// that has no threads yet. What `work` throws ends the child with a message on the error stream.
class Child {
 public:
  explicit Child(const std::function<void(const Talk&)>& work);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  /// Ends it if it has not ended.
  ~Child();
  const Talk& talk() const { return *talk_; }
  /// Waits until it has ended; throws if it failed.
  void wait();

 private:
  pid_t pid_ = 0;
  std::unique_ptr<Talk> talk_;
};

/// `work` in a child, to its end.
void in_child(const std::function<void(const Talk&)>& work);

}  // namespace hansa::bench
