#pragma once
// One connection that is, or is to become, a WebSocket, whatever runs below it. Beast stays behind this
// interface, in one .cpp per kind of stream: each costs half a minute to compile.
//
// io thread only. One read and one write may be under way at once, never two of either. Every wait ends when
// the owner calls drop(): timeouts of connecting, upgrading and closing are the owner's.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "core/link_port.h"
#include "links/peer_address.h"
#include "protocol/bytes.h"

namespace hansa::links {

namespace asio = boost::asio;
template <class T>
using Task = asio::awaitable<T>;
/// Nothing, or why it failed.
using Failure = std::optional<core::LinkEnd>;

/// What a client asked for in its upgrade request.
struct UpgradeRequest {
  Failure failure;            ///< cut, tls_failed or bad_upgrade: the rest is then empty.
  std::string path;           ///< Without the query.
  std::string forwarded_for;  ///< All X-Forwarded-For fields, joined by commas in their order.
  bool has_origin = false;
  bool offers_subprotocol = false;
};

struct Received {
  Failure failure;          ///< peer_closed, idle_timeout, bad_frame or cut.
  protocol::ByteView data;  ///< One whole binary message, valid until the next read.
};

class WebStream {
 public:
  virtual ~WebStream() = default;

  /// The socket below: the dialler connects it, the listener gave it.
  virtual asio::ip::tcp::socket& socket() = 0;

  /// Client, once the socket is connected: TLS if this stream has it, then the upgrade.
  virtual Task<Failure> upgrade(const PeerAddress& address) = 0;

  /// Server: TLS if this stream has it, then the request; then exactly one of accept() and refuse().
  virtual Task<UpgradeRequest> read_request() = 0;
  virtual Task<Failure> accept() = 0;
  /// Answers with the status and `reason` as the body, and shuts the connection down.
  virtual Task<void> refuse(unsigned status, core::LinkEnd reason) = 0;

  /// Messages longer than this are bad_frame.
  virtual void limit_messages(std::size_t bytes_max) = 0;
  virtual Task<Received> read() = 0;
  /// Sends one binary message; `data` must stay until it is done.
  virtual Task<Failure> write(protocol::ByteView data) = 0;
  /// Closes in good order. No write may be under way.
  virtual Task<void> close() = 0;
  /// Closes the socket at once; every wait on this stream ends.
  virtual void drop() = 0;
};

/// `idle`: how long nothing may come before the link is cut; pings go out after half of it.
std::unique_ptr<WebStream> plain_stream(asio::ip::tcp::socket socket, std::chrono::milliseconds idle);
/// `tls` must outlive the stream.
std::unique_ptr<WebStream> tls_stream(asio::ip::tcp::socket socket, asio::ssl::context& tls,
                                      std::chrono::milliseconds idle);

}  // namespace hansa::links
