#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hansa {

/// A program started by this one, in its own process group so that a Ctrl-C at the terminal reaches only us.
/// Its output goes to a file. Ended with its owner: asked to stop, and killed if it does not within 10 s.
class ChildProcess {
 public:
  /// Throws std::system_error.
  ChildProcess(const std::vector<std::string>& command, const std::filesystem::path& output);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  /// The exit status if it has ended; 128 + signal if a signal ended it.
  std::optional<int> ended();
  void ask_to_stop();

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
};

}  // namespace hansa
