#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace hansa::http {

/// Events on their way from the thread where they happen to one reader of the stream; bounded. Any thread.
class EventMailbox {
 public:
  /// `wake`: called once for each time that something came into an empty box, and when it overflowed.
  EventMailbox(std::size_t bytes_max, std::function<void()> wake)
      : bytes_max_(bytes_max), wake_(std::move(wake)) {}

  void put(const std::string& text);
  std::vector<std::string> take();
  /// More came than fits: the reader is too slow. It stays so, and nothing is kept any more.
  bool overflowed() const;

 private:
  std::size_t bytes_max_;
  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::vector<std::string> texts_;
  std::size_t bytes_ = 0;
  bool overflowed_ = false;
};

}  // namespace hansa::http
