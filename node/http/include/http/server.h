#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "http/answerer.h"

namespace boost::asio {
class io_context;
}

namespace hansa::http {

inline constexpr std::size_t header_bytes_max = 8 * 1024;
inline constexpr std::size_t connections_max = 256;
inline constexpr std::size_t connections_per_address_max = 64;
inline constexpr std::size_t waiting_requests_max = 128;  ///< beyond them: 503 busy
inline constexpr std::size_t stream_bytes_max =
    256 * 1024;  ///< waiting for a slow reader of events, who is then cut off
inline constexpr std::size_t streams_per_address_max = 32;

/// The address cannot be listened on; what() says which and why.
struct ServerBroken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;                    ///< 0: any free one
  std::vector<std::string> trusted_proxies;  ///< whose X-Forwarded-For is believed
  std::chrono::milliseconds header_within{10'000};
  std::chrono::milliseconds body_within{30'000};
  std::chrono::milliseconds write_within{30'000};
  std::chrono::milliseconds idle_within{60'000};
  std::chrono::milliseconds keep_alive_every{20'000};    ///< a comment on a quiet event stream
  std::chrono::milliseconds stream_within{30 * 60'000};  ///< then the reader asks, and is checked, again
  std::chrono::milliseconds finish_within{3'000};        ///< what is under way when the server stops
  /// Told, on a reader thread, what a request threw; it was answered 500. Unset: the program ends.
  std::function<void(std::exception_ptr)> failed;
};

/// The admin listener: HTTP/1.1 on `io`, answers on two reader threads. `io` and `answerer` outlive it.
class Server {
 public:
  Server(boost::asio::io_context& io, Answerer& answerer, ServerOptions options);
  ~Server();
  /// Takes the port; who comes before start() waits. Throws ServerBroken.
  void listen();
  /// Accepts and answers; listens first unless listen() did. Throws ServerBroken.
  void start();
  /// Once it listens.
  std::uint16_t port() const;
  /// Answers what is under way, closes, waits: finish_within and one second at most. `io` runs on another
  /// thread. Later calls do nothing.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace hansa::http
