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

/// How long appending 4 KiB and fdatasync takes in a file of this directory, seconds each, for about
/// `for_seconds`.
std::vector<double> fdatasync_times(const std::string& directory, double for_seconds);

/// Waits until everything written to this directory's file system is on the disk, so that it does not slow
/// what is measured next.
void settle_disk(const std::string& directory);

}  // namespace hansa::bench
