#include "web_stream_on.h"

namespace hansa::links {
namespace {

struct Plain {
  using Stream = asio::ip::tcp::socket;
  static Task<bool> as_client(Stream&, const std::string&) { co_return true; }
  static Task<bool> as_server(Stream&) { co_return true; }
};

}  // namespace

std::unique_ptr<WebStream> plain_stream(asio::ip::tcp::socket socket, std::chrono::milliseconds idle) {
  return std::make_unique<WebStreamOn<Plain>>(idle, std::move(socket));
}

}  // namespace hansa::links
