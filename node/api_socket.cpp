#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>

#include "api_client.h"
#include "commands/commands.h"
#include "config.h"

namespace hansa {
namespace {

namespace beast = boost::beast;
using tcp = boost::asio::ip::tcp;

constexpr std::uint64_t answer_bytes_max = 256ULL * 1024 * 1024;
constexpr std::chrono::seconds answer_within{60};

/// One connection per request: commands ask seldom, and a fresh connection never meets an idle time-out.
class SocketClient final : public ApiClient {
 public:
  SocketClient(std::string endpoint, std::string token)
      : endpoint_(std::move(endpoint)), token_(std::move(token)) {}

  std::optional<http::Response> try_ask(http::Request request) override {
    boost::asio::io_context io;
    beast::tcp_stream stream(io);
    beast::error_code failed;
    http::Response response;
    exchange(io, stream, std::move(request), response, failed);
    if (failed) return std::nullopt;
    return response;
  }

  bool is_served() const override { return true; }

 private:
  /// Blocking calls have no time-out in Beast; asynchronous ones on a private context do.
  void exchange(boost::asio::io_context& io, beast::tcp_stream& stream, http::Request request,
                http::Response& response, beast::error_code& failed) {
    const Endpoint endpoint = parse_endpoint(endpoint_, "the node's address");
    tcp::resolver resolver(io);
    const auto addresses = resolver.resolve(endpoint.host, std::to_string(endpoint.port), failed);
    if (failed) return;

    auto outgoing = as_beast(std::move(request));
    beast::flat_buffer buffer;
    beast::http::response_parser<beast::http::string_body> parser;
    parser.body_limit(answer_bytes_max);
    stream.expires_after(answer_within);
    stream.async_connect(addresses, [&](beast::error_code error, const tcp::endpoint&) {
      if (error) return void(failed = error);
      beast::http::async_write(stream, outgoing, [&](beast::error_code write_error, std::size_t) {
        if (write_error) return void(failed = write_error);
        beast::http::async_read(stream, buffer, parser,
                                [&](beast::error_code read_error, std::size_t) { failed = read_error; });
      });
    });
    io.run();
    if (!failed) response = from_beast(parser.release());
  }

  beast::http::request<beast::http::string_body> as_beast(http::Request request) const {
    beast::http::request<beast::http::string_body> out;
    out.version(11);
    out.method_string(request.method);
    out.target(request.target);
    out.set(beast::http::field::host, endpoint_);
    out.set(beast::http::field::authorization, "Bearer " + token_);
    out.set(beast::http::field::connection, "close");
    for (const auto& [name, value] : request.headers) out.set(name, value);
    out.body() = std::move(request.body);
    out.prepare_payload();
    return out;
  }

  static http::Response from_beast(beast::http::response<beast::http::string_body> in) {
    http::Response response;
    response.status = static_cast<int>(in.result_int());
    for (const auto& field : in) response.headers.emplace_back(field.name_string(), field.value());
    response.body = std::move(in.body());
    return response;
  }

  std::string endpoint_;
  std::string token_;
};

}  // namespace

std::unique_ptr<ApiClient> connect_api(const std::string& endpoint, const std::string& token) {
  return std::make_unique<SocketClient>(endpoint, token);
}

}  // namespace hansa
