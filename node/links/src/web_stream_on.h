#pragma once
// WebStream over Beast. Include only from a .cpp that instantiates it for one kind of stream.

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <utility>

#include "links/limits.h"
#include "web_stream.h"

namespace hansa::links {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

/// `Security`: what stands between TCP and WebSocket. Has `Stream` (the layer below the WebSocket) and
/// `static Task<bool> as_client(Stream&, const std::string& host)`, `static Task<bool> as_server(Stream&)`.
template <class Security>
class WebStreamOn final : public WebStream {
 public:
  template <class... Args>
  explicit WebStreamOn(std::chrono::milliseconds idle, Args&&... args) : ws_(std::forward<Args>(args)...) {
    websocket::stream_base::timeout timeout;
    timeout.handshake_timeout = websocket::stream_base::none();
    timeout.idle_timeout = idle;
    timeout.keep_alive_pings = true;
    ws_.set_option(timeout);
    ws_.binary(true);
    ws_.auto_fragment(false);
    ws_.write_buffer_bytes(write_buffer_bytes);
    ws_.read_message_max(stranger_frame_bytes_max);
  }

  asio::ip::tcp::socket& socket() override { return beast::get_lowest_layer(ws_); }

  Task<Failure> upgrade(const PeerAddress& address) override {
    if (!co_await Security::as_client(ws_.next_layer(), address.host)) co_return core::LinkEnd::tls_failed;
    ws_.set_option(websocket::stream_base::decorator([](websocket::request_type& request) {
      request.set(http::field::sec_websocket_protocol, subprotocol);
      request.set(http::field::user_agent, "hansa");
    }));
    websocket::response_type response;
    const std::string host = address.host_and_port();
    const auto [error] = co_await ws_.async_handshake(response, host, address.path, quietly);
    if (error == websocket::error::upgrade_declined) co_return core::LinkEnd::upgrade_refused;
    if (error.category() == make_error_code(http::error::bad_version).category()) {
      co_return core::LinkEnd::upgrade_refused;  // Whatever listens there, it does not speak HTTP.
    }
    if (error.category() == make_error_code(websocket::error::closed).category()) {
      co_return core::LinkEnd::upgrade_refused;
    }
    if (error) co_return core::LinkEnd::cut;
    if (response[http::field::sec_websocket_protocol] != subprotocol) co_return core::LinkEnd::no_subprotocol;
    co_return std::nullopt;
  }

  Task<UpgradeRequest> read_request() override {
    UpgradeRequest seen;
    if (!co_await Security::as_server(ws_.next_layer())) {
      seen.failure = core::LinkEnd::tls_failed;
      co_return seen;
    }
    http::request_parser<http::empty_body> parser;
    parser.header_limit(request_header_bytes_max);
    const auto [error, bytes] = co_await http::async_read_header(ws_.next_layer(), buffer_, parser, quietly);
    static_cast<void>(bytes);
    if (error) {
      const bool garbage = error.category() == make_error_code(http::error::bad_version).category() &&
                           error != http::error::end_of_stream && error != http::error::partial_message;
      seen.failure = garbage ? core::LinkEnd::bad_upgrade : core::LinkEnd::cut;
      co_return seen;
    }
    request_ = parser.release();
    // Nothing may follow the request before it is answered; bytes that do would be lost.
    if (!websocket::is_upgrade(request_) || buffer_.size() > 0) {
      seen.failure = core::LinkEnd::bad_upgrade;
      co_return seen;
    }
    read_fields(seen);
    co_return seen;
  }

  Task<Failure> accept() override {
    ws_.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
      response.set(http::field::sec_websocket_protocol, subprotocol);
      response.set(http::field::server, "hansa");
    }));
    const auto [error] = co_await ws_.async_accept(request_, quietly);
    request_ = {};
    if (!error) co_return std::nullopt;
    // Beast answers a request that is no proper upgrade with 400 itself.
    co_return error.category() == make_error_code(websocket::error::closed).category()
        ? core::LinkEnd::bad_upgrade
        : core::LinkEnd::cut;
  }

  Task<void> refuse(unsigned status, core::LinkEnd reason) override {
    const std::string body = std::string(core::name(reason)) + "\n";
    const std::string answer = "HTTP/1.1 " + std::to_string(status) + " " +
                               std::string(http::obsolete_reason(http::int_to_status(status))) +
                               "\r\nServer: hansa\r\nConnection: close\r\nContent-Type: text/plain\r\n"
                               "Content-Length: " +
                               std::to_string(body.size()) + "\r\n\r\n" + body;
    const auto [error, bytes] = co_await asio::async_write(ws_.next_layer(), asio::buffer(answer), quietly);
    static_cast<void>(bytes);
    if (error) co_return;
    error_code ignored;  // The answer is given; how the connection ends no longer matters.
    socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  }

  void limit_messages(std::size_t bytes_max) override { ws_.read_message_max(bytes_max); }

  Task<Received> read() override {
    buffer_.clear();
    const auto [error, bytes] = co_await ws_.async_read(buffer_, quietly);
    static_cast<void>(bytes);
    if (error) co_return Received{end_of(error), {}};
    if (!ws_.got_binary()) co_return Received{core::LinkEnd::bad_frame, {}};
    const auto data = buffer_.cdata();
    co_return Received{std::nullopt, {static_cast<const std::uint8_t*>(data.data()), data.size()}};
  }

  Task<Failure> write(protocol::ByteView data) override {
    const auto [error, bytes] = co_await ws_.async_write(asio::buffer(data.data(), data.size()), quietly);
    static_cast<void>(bytes);
    if (error) co_return end_of(error);
    co_return std::nullopt;
  }

  Task<void> close() override {
    const auto [error] = co_await ws_.async_close(websocket::close_code::normal, quietly);
    static_cast<void>(error);  // The connection is given up either way.
  }

  void drop() override {
    error_code ignored;  // A socket that is closed already is what is wanted.
    socket().close(ignored);
  }

 private:
  static core::LinkEnd end_of(const error_code& error) {
    if (error == websocket::error::closed) return core::LinkEnd::peer_closed;
    if (error == beast::error::timeout) return core::LinkEnd::idle_timeout;
    // All other errors of Beast's WebSocket are frames that break the rules or the limit.
    if (error.category() == make_error_code(websocket::error::closed).category()) {
      return core::LinkEnd::bad_frame;
    }
    return core::LinkEnd::cut;
  }

  void read_fields(UpgradeRequest& seen) const {
    const auto target = request_.target();
    seen.path = std::string(target.substr(0, target.find('?')));
    seen.has_origin = request_.count(http::field::origin) > 0;
    for (const auto& name : http::token_list(request_[http::field::sec_websocket_protocol])) {
      if (name == subprotocol) seen.offers_subprotocol = true;
    }
    const auto fields = request_.equal_range("X-Forwarded-For");
    for (auto field = fields.first; field != fields.second; ++field) {
      if (!seen.forwarded_for.empty()) seen.forwarded_for += ',';
      seen.forwarded_for += std::string(field->value());
    }
  }

  websocket::stream<typename Security::Stream, false> ws_;
  beast::flat_buffer buffer_{link_frame_bytes_max};
  http::request<http::empty_body> request_;
};

}  // namespace hansa::links
