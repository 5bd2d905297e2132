#include "progress.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>

namespace hansa::commands {
namespace {

std::string first_word(const std::string& text) { return text.substr(0, text.find(' ')); }

}  // namespace

ProgressLine::ProgressLine() : terminal_(::isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
  if (terminal_ && !told_.empty()) std::cerr << '\n';
}

void ProgressLine::tell(const std::string& text) {
  if (terminal_)
    std::cerr << "\r\033[K" << text << std::flush;
  else if (first_word(text) != first_word(told_))
    std::cerr << first_word(text) << '\n';
  told_ = text;
}

void ProgressLine::tell_part(const std::string& text, std::uint64_t done, std::uint64_t all) {
  const auto whole = text + ": " + std::to_string(done) + " of " + std::to_string(all);
  if (terminal_) return tell(whole);
  const auto tenths = all == 0 ? 0 : done * 10 / all;
  if (tenths != tenths_) std::cerr << whole << '\n';
  tenths_ = tenths;
}

std::string mebibytes(std::uint64_t bytes) {
  char text[32];
  (void)std::snprintf(text, sizeof text, "%.1f MiB", static_cast<double>(bytes) / (1024.0 * 1024.0));
  return text;
}

}  // namespace hansa::commands
