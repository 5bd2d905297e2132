#pragma once

#include <cstdint>
#include <string>

namespace hansa::commands {

/// How far something is, on standard error: one line that is written over on a terminal; elsewhere a line
/// only when its first word changes.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  void tell(const std::string& text);
  /// "text: done of all"; elsewhere a line for each tenth.
  void tell_part(const std::string& text, std::uint64_t done, std::uint64_t all);

 private:
  bool terminal_;
  std::string told_;
  std::uint64_t tenths_ = 0;
};

/// "12.3 MiB".
std::string mebibytes(std::uint64_t bytes);

}  // namespace hansa::commands
