#include "measure.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

namespace hansa::bench {

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Memory memory() {
  Memory memory;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    std::istringstream words(line);
    std::string name;
    double kib = 0;
    words >> name >> kib;
    if (name == "VmRSS:") memory.resident_mib = kib / 1024;
    if (name == "VmHWM:") memory.peak_mib = kib / 1024;
  }
  return memory;
}

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto index = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  return values[std::min(index, values.size() - 1)];
}

SyncedFile::SyncedFile(const std::string& directory)
    : path_(directory + "/fdatasync"),
      file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600)) {
  if (file_ < 0) throw std::system_error(errno, std::generic_category(), path_);
}

SyncedFile::~SyncedFile() {
  ::close(file_);
  ::unlink(path_.c_str());
}

double SyncedFile::append() {
  const std::array<char, 4096> page{};
  const double before = now_seconds();
  if (::write(file_, page.data(), page.size()) != static_cast<ssize_t>(page.size()) ||
      ::fdatasync(file_) != 0)
    throw std::system_error(errno, std::generic_category(), path_);
  return now_seconds() - before;
}

std::vector<double> fdatasync_times(const std::string& directory, double for_seconds) {
  SyncedFile file(directory);
  std::vector<double> times;
  for (const double end = now_seconds() + for_seconds; now_seconds() < end;) times.push_back(file.append());
  return times;
}

void settle_disk(const std::string& directory) {
  const int opened = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) throw std::system_error(errno, std::generic_category(), directory);
  const int failed = ::syncfs(opened);
  const int error = errno;
  ::close(opened);
  if (failed != 0) throw std::system_error(error, std::generic_category(), directory);
}

}  // namespace hansa::bench
