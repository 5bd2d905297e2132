#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace hansa::bench {

/// Seconds of the steady clock.
inline double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
/// User and system time of this process, seconds.
double cpu_seconds();
/// Of this process now and at its peak, MiB.
struct Memory {
  double resident_mib = 0;
  double peak_mib = 0;
};
Memory memory();

/// The value below which `share` of them lie; 0 if there are none.
double percentile(std::vector<double> values, double share);

/// A file of this directory that is appended to and synced, to see what the disk can do. Throws
/// std::system_error.
class SyncedFile {
 public:
  explicit SyncedFile(const std::string& directory);
  SyncedFile(const SyncedFile&) = delete;
  SyncedFile& operator=(const SyncedFile&) = delete;
  ~SyncedFile();
  /// Appends 4 KiB and calls fdatasync: how long that took, seconds.
  double append();

 private:
  std::string path_;
  int file_;
};

/// append() again and again for so long: what each took.
std::vector<double> fdatasync_times(const std::string& directory, double for_seconds);

/// Waits until everything written to this directory's file system is on the disk, so that it does not slow
/// what is measured next.
void settle_disk(const std::string& directory);

}  // namespace hansa::bench
