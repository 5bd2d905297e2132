#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/store.h"

namespace hansa::http {

/// Where the pages hear what happens, as server-sent events (WHATWG HTML, 9.2). Any thread.
class EventSource {
 public:
  using Listener = std::function<void(const std::string& text)>;

  /// `listener` hears each event's text until the returned value is destroyed; on whichever thread the event
  /// happens, so it must only hand it over.
  std::shared_ptr<void> subscribe(Listener listener);

  void arrivals(const std::vector<store::Arrival>& arrivals);
  void peers_changed();

  /// One arrival as an event, with its number as id, so that a client can resume.
  static std::string text_of(const store::Arrival& arrival);

 private:
  void tell(const std::string& text);

  struct Listeners {
    std::mutex mutex;
    std::uint64_t next = 1;
    std::map<std::uint64_t, Listener> by_number;
  };
  std::shared_ptr<Listeners> listeners_ = std::make_shared<Listeners>();
};

}  // namespace hansa::http
