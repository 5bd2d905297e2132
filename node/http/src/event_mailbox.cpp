#include "event_mailbox.h"

#include <utility>

namespace hansa::http {

void EventMailbox::put(const std::string& text) {
  {
    const std::lock_guard lock(mutex_);
    const bool was_empty = waiting_.texts.empty();
    if (bytes_ + text.size() > bytes_max_) {
      waiting_.gap = true;
      waiting_.texts.clear();
      bytes_ = 0;
    }
    bytes_ += text.size();
    waiting_.texts.push_back(text);
    if (!was_empty) return;
  }
  wake_();
}

EventMailbox::Taken EventMailbox::take() {
  const std::lock_guard lock(mutex_);
  bytes_ = 0;
  return std::exchange(waiting_, {});
}

}  // namespace hansa::http
