#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>

namespace hansa::http {

inline constexpr std::size_t sign_in_failures_max = 10;
inline constexpr std::uint64_t sign_in_failures_within_ms = 10ULL * 60 * 1000;
inline constexpr std::size_t sign_in_keys_max = 10'000;

/// Failed sign-ins of the last minutes for each address and each name. An attempt counts as failed until it
/// succeeded, so that many at once do not get past the limit. Any thread.
class FailedSignIns {
 public:
  /// Whether another attempt is allowed; if so, it is counted.
  bool begin(const std::string& name, const std::string& remote, std::uint64_t now_ms);
  /// The attempt begun last succeeded: it is not counted, nor are the name's earlier failures.
  void succeeded(const std::string& name, const std::string& remote);
  /// 0: now.
  std::uint64_t wait_ms(const std::string& name, const std::string& remote, std::uint64_t now_ms) const;

 private:
  using Times = std::deque<std::uint64_t>;
  std::uint64_t wait_of(const std::string& key, std::uint64_t now_ms) const;
  void count(const std::string& key, std::uint64_t now_ms);
  void make_room(std::uint64_t now_ms);

  mutable std::mutex mutex_;
  std::map<std::string, Times> failures_;  ///< by "name:…" or "address:…"; oldest first
};

}  // namespace hansa::http
