#include "other_process.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace hansa::test {

namespace {

constexpr int numbers_there = 3;  // the descriptor on which the other process writes
constexpr const char* argument_name = "HANSA_OTHER_PROCESS";

}  // namespace

OtherProcess::OtherProcess(const std::string& test_case, const std::string& argument) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  // Everything is made before fork(): afterwards the child only replaces itself.
  const std::string filter = "--test-case=" + test_case;
  const std::string environment = std::string(argument_name) + "=" + argument;
  const char* arguments[] = {"/proc/self/exe", filter.c_str(), "--no-skip", "--out=/dev/null", nullptr};
  const char* variables[] = {environment.c_str(), nullptr};
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("no process");
  if (pid_ == 0) {
    close(ends[0]);
    if (ends[1] != numbers_there) {
      dup2(ends[1], numbers_there);
      close(ends[1]);
    }
    execve(arguments[0], const_cast<char**>(arguments), const_cast<char**>(variables));
    _exit(127);
  }
  close(ends[1]);
  numbers_ = ends[0];
}

OtherProcess::~OtherProcess() {
  kill();
  close(numbers_);
}

std::optional<std::uint64_t> OtherProcess::next() {
  std::uint64_t number = 0;
  // Eight bytes are written at once and a pipe keeps them together.
  return ::read(numbers_, &number, sizeof number) == sizeof number ? std::optional(number) : std::nullopt;
}

void OtherProcess::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

std::string OtherProcess::argument() {
  const char* argument = std::getenv(argument_name);
  if (!argument) throw std::runtime_error("this test case runs only in another process");
  return argument;
}

void OtherProcess::write(std::uint64_t number) {
  if (::write(numbers_there, &number, sizeof number) != sizeof number)
    throw std::runtime_error("nobody reads");
}

}  // namespace hansa::test
