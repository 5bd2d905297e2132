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
  /// `wake`: called once for each time that something came into an empty box.
  EventMailbox(std::size_t bytes_max, std::function<void()> wake)
      : bytes_max_(bytes_max), wake_(std::move(wake)) {}

  /// What waited when the box was emptied.
  struct Taken {
    bool gap = false;  ///< More came than fits: events in front of these were dropped.
    std::vector<std::string> texts;
  };

  void put(const std::string& text);
  Taken take();

 private:
  std::size_t bytes_max_;
  std::function<void()> wake_;
  std::mutex mutex_;
  Taken waiting_;
  std::size_t bytes_ = 0;
};

}  // namespace hansa::http
