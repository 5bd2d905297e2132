#include "address_probe.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <istream>
#include <optional>

#include "links/limits.h"

namespace hansa {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

constexpr std::chrono::seconds patience{10};
constexpr std::size_t answer_bytes_max = 16 * 1024;

std::string upgrade_request(const links::PeerAddress& address) {
  return "GET " + address.path + " HTTP/1.1\r\nHost: " + address.host_and_port() +
         "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: aGFuc2EgZG9jdG9yIQ=="
         "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: " +
         std::string(links::subprotocol) + "\r\n\r\n";
}

/// One attempt: each step starts the next, and the first that fails names the whole.
class Probe {
 public:
  Probe(const links::PeerAddress& address, const std::string& extra_ca_file)
      : address_(address), answer_(answer_bytes_max), request_(upgrade_request(address)) {
    tls_.set_default_verify_paths();
    if (!extra_ca_file.empty()) tls_.load_verify_file(extra_ca_file);
  }

  Probed run() {
    tcp::resolver resolver(io_);
    resolver.async_resolve(address_.host, std::to_string(address_.port),
                           [this](error_code error, const tcp::resolver::results_type& found) {
                             if (error) return fail("resolve_failed", error);
                             connect(found);
                           });
    io_.run_for(patience);
    return result_.value_or(Probed{step_, "nothing came for ten seconds"});
  }

 private:
  void fail(const char* code, error_code error) { result_ = Probed{code, error.message()}; }

  void connect(const tcp::resolver::results_type& found) {
    step_ = "connect_failed";
    asio::async_connect(stream_.next_layer(), found, [this](error_code error, const tcp::endpoint&) {
      if (error) return fail("connect_failed", error);
      if (address_.tls)
        handshake();
      else
        ask(stream_.next_layer());
    });
  }

  void handshake() {
    step_ = "tls_failed";
    // Returns 0 only for want of memory or a name with a NUL, which no address holds.
    (void)SSL_set_tlsext_host_name(stream_.native_handle(), address_.host.c_str());
    stream_.set_verify_mode(asio::ssl::verify_peer);
    stream_.set_verify_callback(asio::ssl::host_name_verification(address_.host));
    stream_.async_handshake(asio::ssl::stream_base::client, [this](error_code error) {
      if (!error) return ask(stream_);
      result_ = Probed{"tls_failed", certificate_fault(error)};
    });
  }

  std::string certificate_fault(error_code error) {
    const auto verified = SSL_get_verify_result(stream_.native_handle());
    return verified == X509_V_OK ? error.message() : X509_verify_cert_error_string(verified);
  }

  template <class Stream>
  void ask(Stream& stream) {
    step_ = "no_answer";
    asio::async_write(stream, asio::buffer(request_), [this, &stream](error_code error, std::size_t) {
      if (error) return fail("no_answer", error);
      asio::async_read_until(stream, answer_, "\r\n", [this](error_code read_error, std::size_t) {
        if (read_error) return fail("no_answer", read_error);
        judge();
      });
    });
  }

  void judge() {
    std::istream lines(&answer_);
    std::string line;
    std::getline(lines, line);
    if (line.ends_with('\r')) line.pop_back();
    const bool upgraded = line.starts_with("HTTP/1.1 101");
    result_ = Probed{upgraded ? "reached" : "upgrade_refused", upgraded ? "" : line};
  }

  const links::PeerAddress& address_;
  asio::io_context io_{1};
  asio::ssl::context tls_{asio::ssl::context::tls_client};
  asio::ssl::stream<tcp::socket> stream_{io_, tls_};
  asio::streambuf answer_;
  std::string request_;
  std::string step_ = "resolve_failed";
  std::optional<Probed> result_;
};

}  // namespace

Probed probe_link_address(const links::PeerAddress& address, const std::string& extra_ca_file) {
  try {
    return Probe(address, extra_ca_file).run();
  } catch (const boost::system::system_error& unreadable) {
    return {"tls_failed", extra_ca_file + ": " + unreadable.what()};
  }
}

}  // namespace hansa
