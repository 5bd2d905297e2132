#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
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

  /// One arrival as an event, with its number as id, so that a client can resume; empty if it changes no
  /// record.
  static std::string text_of(const store::Arrival& arrival);
  /// What an arrival did to its record: "published", "revised", "withdrawn", or "ceased" if it lost (or
  /// gained) revisions because what counts was judged anew; empty if it changes none (a log's declaration,
  /// for example).
  static std::string_view change_of(const store::Arrival& arrival);
  /// Tells a reader that events were dropped since the arrival `since`, because more came than is kept for
  /// it.
  static std::string reset_text(std::uint64_t since);
  /// The number in an event's text; 0 if it has none.
  static std::uint64_t id_of(std::string_view text);

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
