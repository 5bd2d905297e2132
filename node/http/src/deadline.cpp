#include "deadline.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/error.hpp>

namespace hansa::http {
namespace {
constexpr std::chrono::milliseconds again_after{50};
}

struct Deadline::Watch : std::enable_shared_from_this<Watch> {
  explicit Watch(boost::asio::ip::tcp::socket& watched) : socket(watched), timer(watched.get_executor()) {}

  void cancel_after(std::chrono::milliseconds time) {
    timer.expires_after(time);
    timer.async_wait([self = shared_from_this()](boost::system::error_code stopped) {
      if (stopped || self->over) return;
      self->late = true;
      boost::system::error_code ignored;  // fails only on a closed socket, which waits for nothing
      self->socket.cancel(ignored);
      // Again, until it is heard: between two steps of one operation there is nothing to cancel.
      self->cancel_after(again_after);
    });
  }

  boost::asio::ip::tcp::socket& socket;  ///< not touched once it is over
  boost::asio::steady_timer timer;
  bool late = false;
  bool over = false;
};

Deadline::Deadline(boost::asio::ip::tcp::socket& socket, std::chrono::milliseconds limit)
    : watch_(std::make_shared<Watch>(socket)) {
  watch_->cancel_after(limit);
}

Deadline::~Deadline() {
  watch_->over = true;
  watch_->timer.cancel();
}

boost::system::error_code Deadline::result(const boost::system::error_code& error) const {
  if (error && watch_->late) return boost::beast::error::timeout;
  return error;
}

}  // namespace hansa::http
