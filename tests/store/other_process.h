#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace hansa::test {

/// Another process that runs one test case of this program, marked as skipped there, and writes numbers to
/// us.
class OtherProcess {
 public:
  /// `test_case`: its whole name. `argument`: what argument() gives there.
  OtherProcess(const std::string& test_case, const std::string& argument);
  /// Kills it, if it still runs.
  ~OtherProcess();
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;

  /// The next number it writes; none once it has ended and all were read.
  std::optional<std::uint64_t> next();
  /// kill -9, and waits until it is gone.
  void kill();
  pid_t pid() const { return pid_; }

  // In the other process.
  static std::string argument();
  static void write(std::uint64_t number);

 private:
  pid_t pid_ = 0;
  int numbers_ = -1;
};

}  // namespace hansa::test
