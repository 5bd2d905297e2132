#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "http/answerer.h"
#include "http/server.h"
#include "reader_pool.h"

namespace hansa::http {

/// What the connections of one server share. Network thread; the pool is for any.
struct Serving {
  boost::asio::io_context& io;
  Answerer& answerer;
  ServerOptions options;
  ReaderPool pool;
  bool stopping = false;
  std::map<std::string, std::size_t> streams;  ///< open ones, by the client's address
};

/// One accepted connection: requests one after the other, or one stream of events. Network thread.
class Connection {
 public:
  static std::shared_ptr<Connection> make(boost::asio::ip::tcp::socket socket, std::string peer,
                                          std::shared_ptr<Serving> serving);
  virtual ~Connection() = default;

  /// Ends when the connection is closed. `self` lives as long as that.
  static boost::asio::awaitable<void> run(std::shared_ptr<Connection> self);
  /// The server stops: nothing further is read, what was asked is still answered.
  virtual void finish() = 0;
  /// Closes at once.
  virtual void cut() = 0;

 private:
  virtual boost::asio::awaitable<void> serve() = 0;
};

}  // namespace hansa::http
