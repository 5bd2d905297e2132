#pragma once

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

namespace hansa::test {

/// One raw connection to a server on this machine: sends what it is told, however wrong, and shows the bytes
/// that come back. Waits at most 30 s, then throws.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port) : socket_(io_) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
  }

  /// What the server no longer takes is not sent.
  void send(const std::string& text) {
    boost::system::error_code closed;
    boost::asio::write(socket_, boost::asio::buffer(text), closed);
  }

  /// Until `enough` of what was received since the last take(), or the end.
  const std::string& read_until(const std::function<bool(const std::string&)>& enough) {
    while (!ended_ && !enough(received_)) read_some();
    return received_;
  }
  const std::string& read_until(const std::string& text) {
    return read_until([&](const std::string& all) { return all.find(text) != std::string::npos; });
  }
  /// One whole response with a Content-Length; what follows it stays for the next call.
  std::string response() {
    read_until("\r\n\r\n");
    const auto head = received_.find("\r\n\r\n");
    if (head == std::string::npos) return take();
    const auto end = head + 4 + length_in(received_.substr(0, head));
    read_until([&](const std::string& all) { return all.size() >= end; });
    auto one = received_.substr(0, end);
    received_.erase(0, one.size());
    return one;
  }
  /// Everything until the server closes.
  std::string rest() {
    read_until([](const std::string&) { return false; });
    return take();
  }
  std::string take() { return std::exchange(received_, {}); }
  bool ended() const { return ended_; }
  /// Whether something came that was not read yet.
  bool hears() { return socket_.available() > 0; }
  void close() { socket_.close(); }

 private:
  static std::size_t length_in(const std::string& head) {
    const auto at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
  }

  void read_some() {
    bool done = false;
    socket_.async_read_some(boost::asio::buffer(chunk_),
                            [&](boost::system::error_code error, std::size_t count) {
                              done = true;
                              received_.append(chunk_.data(), count);
                              if (error) ended_ = true;
                            });
    io_.restart();
    io_.run_for(std::chrono::seconds(30));
    if (done) return;
    socket_.close();
    throw std::runtime_error("no answer from the server within 30 s; so far: " + received_);
  }

  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_;
  std::array<char, 65536> chunk_{};
  std::string received_;
  bool ended_ = false;
};

}  // namespace hansa::test
