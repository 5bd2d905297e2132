#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "web_stream_on.h"

namespace hansa::links {
namespace {

struct Tls {
  using Stream = asio::ssl::stream<asio::ip::tcp::socket>;

  static Task<bool> as_client(Stream& stream, const std::string& host) {
    error_code error;
    asio::ip::make_address(host, error);
    // The name that the certificate is chosen by; an IP address is not allowed there (RFC 6066 §3).
    if (error && SSL_set_tlsext_host_name(stream.native_handle(), host.c_str()) != 1) co_return false;
    stream.set_verify_mode(asio::ssl::verify_peer);
    stream.set_verify_callback(asio::ssl::host_name_verification(host));
    const auto [failed] = co_await stream.async_handshake(asio::ssl::stream_base::client, quietly);
    co_return !failed;
  }

  static Task<bool> as_server(Stream& stream) {
    const auto [failed] = co_await stream.async_handshake(asio::ssl::stream_base::server, quietly);
    co_return !failed;
  }
};

}  // namespace

std::unique_ptr<WebStream> tls_stream(asio::ip::tcp::socket socket, asio::ssl::context& tls,
                                      std::chrono::milliseconds idle) {
  return std::make_unique<WebStreamOn<Tls>>(idle, std::move(socket), tls);
}

}  // namespace hansa::links
