#include "child.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <system_error>

namespace hansa::bench {
namespace {

constexpr int patience_ms = 300'000;

}  // namespace

Talk::~Talk() { ::close(socket_); }

void Talk::say(double number) const {
  if (::send(socket_, &number, sizeof number, MSG_NOSIGNAL) != sizeof number)
    throw std::runtime_error("the other process of this benchmark is gone");
}

double Talk::hear() const {
  pollfd ready{socket_, POLLIN, 0};
  if (::poll(&ready, 1, patience_ms) != 1)
    throw std::runtime_error("the other process of this benchmark says nothing");
  double number = 0;
  if (::recv(socket_, &number, sizeof number, MSG_WAITALL) != sizeof number)
    throw std::runtime_error("the other process of this benchmark has failed");
  return number;
}

Child::Child(const std::function<void(const Talk&)>& work) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::system_error(errno, std::generic_category(), "socketpair");
  std::fflush(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) {
    ::close(ends[0]);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    int status = 0;
    try {
      const Talk talk(ends[1]);
      work(talk);
    } catch (const std::exception& failure) {
      std::fprintf(stderr, "hansa-bench: %s\n", failure.what());
      status = 1;
    }
    std::fflush(nullptr);
    ::_exit(status);
  }
  ::close(ends[1]);
  talk_ = std::make_unique<Talk>(ends[0]);
}

Child::~Child() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Child::wait() {
  int status = 0;
  const pid_t ended = ::waitpid(pid_, &status, 0);
  pid_ = 0;
  if (ended < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw std::runtime_error("a process of this benchmark has failed");
}

void in_child(const std::function<void(const Talk&)>& work) {
  Child child(work);
  child.wait();
}

}  // namespace hansa::bench
