#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/event_source.h"
#include "http/message.h"

namespace hansa::http {

inline constexpr std::size_t api_body_bytes_max = 1024 * 1024;
/// A part of a bundle has room for the two largest messages of links: one content that does not compress, and
/// the headers in front of it.
inline constexpr std::string_view bundle_parts_path = "/api/v1/bundle/parts";
inline constexpr std::size_t bundle_part_body_bytes_max = 3 * 1024 * 1024;
inline constexpr std::string_view event_stream_path = "/api/v1/events";

/// Who gives the server its responses: the Api, or a stand-in in the server's own tests. Outlives the server.
class Answerer {
 public:
  virtual ~Answerer() = default;

  /// On a reader thread. `respond` is called once, there or on any other thread, then or later. A request
  /// whose `respond` is dropped without a call is answered 500. HEAD comes as GET.
  virtual void handle(Request request, Respond respond) = 0;

  /// Whether `request` asks for the event stream and may have it: then the server streams events() instead of
  /// calling handle(), after the events that `missed` gives. Otherwise the response says why not. On a reader
  /// thread, for GET of event_stream_path only.
  struct Stream {
    std::optional<Response> refused;
    std::vector<std::string> missed;  ///< events since Last-Event-ID, oldest first
    bool more = false;  ///< not all of them: the stream ends behind them, and the client asks again
  };
  virtual std::optional<Stream> open_stream(const Request& request) = 0;
  virtual EventSource& events() = 0;
};

}  // namespace hansa::http
