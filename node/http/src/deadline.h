#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <memory>

namespace hansa::http {

/// A deadline for what a socket does while this lives: then it is cancelled, and still open. (Beast's own
/// timeout closes the socket, so that a client could not be told that it was too slow.) Network thread; the
/// socket outlives it.
class Deadline {
 public:
  Deadline(boost::asio::ip::tcp::socket& socket, std::chrono::milliseconds limit);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  /// What to make of an operation's `error`: beast::error::timeout if it was cancelled for being late.
  boost::system::error_code result(const boost::system::error_code& error) const;

 private:
  struct Watch;
  std::shared_ptr<Watch> watch_;
};

}  // namespace hansa::http
