#include "delay_line.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <list>
#include <system_error>
#include <vector>

#include "measure.h"

namespace hansa::bench {
namespace {

constexpr std::size_t read_bytes = 256 * 1024;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

sockaddr_in local(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void make_eager(int socket) {
  const int yes = 1;
  if (::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) != 0) fail("TCP_NODELAY");
  if (::fcntl(socket, F_SETFL, O_NONBLOCK) != 0) fail("O_NONBLOCK");
}

struct Chunk {
  double due = 0;
  std::vector<char> bytes;
  std::size_t sent = 0;
};

/// One way of one connection. A direction that ends is passed on as an end.
struct Direction {
  int from = -1;
  int to = -1;
  std::deque<Chunk> waiting;
  bool ended = false;

  void read(double one_way) {
    std::vector<char> bytes(read_bytes);
    const auto got = ::recv(from, bytes.data(), bytes.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    ended = got <= 0;
    bytes.resize(ended ? 0 : static_cast<std::size_t>(got));
    waiting.push_back({now_seconds() + one_way, std::move(bytes), 0});
  }

  bool is_due(double now) const { return !waiting.empty() && waiting.front().due <= now; }

  void write(double now) {
    while (is_due(now)) {
      auto& chunk = waiting.front();
      if (chunk.bytes.empty()) {
        ::shutdown(to, SHUT_WR);
      } else {
        const auto sent =
            ::send(to, chunk.bytes.data() + chunk.sent, chunk.bytes.size() - chunk.sent, MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
        // A receiver that is gone takes nothing more; the sender hears of it through its own direction.
        chunk.sent = sent < 0 ? chunk.bytes.size() : chunk.sent + static_cast<std::size_t>(sent);
        if (chunk.sent < chunk.bytes.size()) return;
      }
      waiting.pop_front();
    }
  }
};

int listen_somewhere(const Talk& talk) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = local(0);
  socklen_t size = sizeof address;
  if (listener < 0 || ::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener, 16) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    fail("listening for the delay line");
  talk.say(ntohs(address.sin_port));
  return listener;
}

void accept_one(int listener, std::uint16_t to, std::list<Direction>& directions) {
  const int accepted = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (accepted < 0) fail("accept");
  const int dialled = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = local(to);
  if (dialled < 0 || ::connect(dialled, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    fail("dialling through the delay line");
  make_eager(accepted);
  make_eager(dialled);
  directions.push_back({accepted, dialled, {}, false});
  directions.push_back({dialled, accepted, {}, false});
}

}  // namespace

void run_delay_line(const Talk& talk, std::uint16_t to, int one_way_ms) {
  const int listener = listen_somewhere(talk);
  std::list<Direction> directions;
  for (;;) {
    std::vector<pollfd> polled{{listener, POLLIN, 0}};
    double wake = now_seconds() + 1;
    for (const auto& direction : directions) {
      const bool due = direction.is_due(now_seconds());
      if (!direction.waiting.empty() && !due) wake = std::min(wake, direction.waiting.front().due);
      polled.push_back({direction.ended ? -1 : direction.from, POLLIN, 0});
      polled.push_back({due ? direction.to : -1, POLLOUT, 0});
    }
    const auto wait = std::max(0.0, wake - now_seconds());
    timespec timeout{static_cast<time_t>(wait),
                     static_cast<long>((wait - static_cast<double>(static_cast<long>(wait))) * 1e9)};
    if (::ppoll(polled.data(), polled.size(), &timeout, nullptr) < 0 && errno != EINTR) fail("poll");
    std::size_t index = 1;
    for (auto& direction : directions) {
      if (polled[index].revents != 0) direction.read(one_way_ms * 1e-3);
      direction.write(now_seconds());
      index += 2;
    }
    if (polled[0].revents != 0) accept_one(listener, to, directions);
  }
}

}  // namespace hansa::bench
