#include "event_mailbox.h"

#include <utility>

namespace hansa::http {

void EventMailbox::put(const std::string& text) {
  {
    const std::lock_guard lock(mutex_);
    if (overflowed_) return;
    const bool was_empty = texts_.empty();
    if (bytes_ + text.size() > bytes_max_) {
      overflowed_ = true;
      texts_.clear();
    } else {
      bytes_ += text.size();
      texts_.push_back(text);
      if (!was_empty) return;
    }
  }
  wake_();
}

std::vector<std::string> EventMailbox::take() {
  const std::lock_guard lock(mutex_);
  bytes_ = 0;
  return std::exchange(texts_, {});
}

bool EventMailbox::overflowed() const {
  const std::lock_guard lock(mutex_);
  return overflowed_;
}

}  // namespace hansa::http
