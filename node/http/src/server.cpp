#include "http/server.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <condition_variable>
#include <ctime>
#include <map>
#include <mutex>

#include "client_address.h"
#include "connection.h"
#include "problem_response.h"
#include "response_text.h"

namespace hansa::http {
namespace asio = boost::asio;
namespace {

using tcp = asio::ip::tcp;
constexpr auto awaited = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t reader_threads = 2;
constexpr std::chrono::milliseconds accept_again_after{100};
constexpr std::chrono::milliseconds cut_within{1'000};

/// Told what it can be told without waiting; its request stays unread.
void turn_away(tcp::socket socket) {
  auto busy = problem_response(503, "busy", "Too many connections are open.", "Try again shortly.");
  busy.headers.emplace_back("Retry-After", "1");
  const auto text = response_text(busy, Framing{}, std::time(nullptr));
  // A new socket's send buffer holds this. If not, or if the client left, there is nobody to tell.
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(text), ignored);
  socket.shutdown(tcp::socket::shutdown_both, ignored);
}

}  // namespace

/// Lives until the last coroutine ended. Network thread, except what says otherwise.
struct Server::State : std::enable_shared_from_this<Server::State> {
  State(asio::io_context& io, Answerer& answerer, ServerOptions options)
      : serving(new Serving{io,
                            answerer,
                            options,
                            ReaderPool(reader_threads, waiting_requests_max, options.failed),
                            false,
                            {}}),
        acceptor(io) {}

  void listen();
  asio::awaitable<void> accept();
  void admit(tcp::socket socket);
  void began();
  void ended();
  void finish();
  void cut();
  bool wait_until_ended(std::chrono::milliseconds within);

  std::shared_ptr<Serving> serving;
  tcp::acceptor acceptor;
  std::uint16_t port = 0;
  bool started = false;
  bool stopped = false;
  std::uint64_t next_connection = 1;
  std::map<std::uint64_t, std::shared_ptr<Connection>> connections;
  std::map<std::string, std::size_t> by_address;

  std::mutex mutex;  ///< guards what follows, for the thread that stops
  std::condition_variable changed;
  std::size_t running = 0;  ///< coroutines
};

void Server::State::listen() {
  const auto& options = serving->options;
  const auto where = options.host + ":" + std::to_string(options.port);
  try {
    tcp::resolver resolver(serving->io);
    const auto endpoint = resolver.resolve(options.host, std::to_string(options.port))->endpoint();
    acceptor.open(endpoint.protocol());
    acceptor.set_option(asio::socket_base::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
    port = acceptor.local_endpoint().port();
  } catch (const boost::system::system_error& error) {
    throw ServerBroken("cannot listen on " + where + " for the pages (admin.listen): " +
                       error.code().message() + ". Is another node running there?");
  }
}

void Server::State::began() {
  const std::lock_guard lock(mutex);
  ++running;
}

void Server::State::ended() {
  {
    const std::lock_guard lock(mutex);
    --running;
  }
  changed.notify_all();
}

bool Server::State::wait_until_ended(std::chrono::milliseconds within) {
  std::unique_lock lock(mutex);
  return changed.wait_for(lock, within, [this] { return running == 0; });
}

asio::awaitable<void> Server::State::accept() {
  while (!serving->stopping) {
    tcp::socket socket(serving->io);
    const auto [error] = co_await acceptor.async_accept(socket, awaited);
    if (serving->stopping) co_return;
    if (!error) {
      admit(std::move(socket));
      continue;
    }
    // Out of file descriptors, or a client that left again: the next one may do better.
    asio::steady_timer pause(serving->io, accept_again_after);
    [[maybe_unused]] const auto [woken] = co_await pause.async_wait(awaited);
  }
}

void Server::State::admit(tcp::socket socket) {
  boost::system::error_code gone;
  const auto peer = socket.remote_endpoint(gone);
  if (gone) return;
  const auto address = address_text(peer.address());
  const auto& proxies = serving->options.trusted_proxies;
  // A proxy brings everybody's connections; only their sum is limited.
  const bool is_proxy = std::find(proxies.begin(), proxies.end(), address) != proxies.end();
  const auto found = by_address.find(address);
  const auto from_there = found == by_address.end() ? 0 : found->second;
  if (connections.size() >= connections_max || (!is_proxy && from_there >= connections_per_address_max))
    return turn_away(std::move(socket));
  socket.set_option(tcp::no_delay(true), gone);
  if (gone) return;
  const auto number = next_connection++;
  auto connection = Connection::make(std::move(socket), address, serving);
  connections.emplace(number, connection);
  ++by_address[address];
  began();
  asio::co_spawn(serving->io, Connection::run(connection),
                 [state = shared_from_this(), number, address](std::exception_ptr failure) {
                   state->connections.erase(number);
                   const auto count = state->by_address.find(address);
                   if (--count->second == 0) state->by_address.erase(count);
                   state->ended();
                   // Nothing in a connection throws but lack of memory and bugs.
                   if (failure) std::rethrow_exception(failure);
                 });
}

void Server::State::finish() {
  serving->stopping = true;
  boost::system::error_code ignored;  // closed either way
  acceptor.close(ignored);
  for (const auto& [number, connection] : connections) connection->finish();
}

void Server::State::cut() {
  for (const auto& [number, connection] : connections) connection->cut();
}

Server::Server(asio::io_context& io, Answerer& answerer, ServerOptions options)
    : state_(std::make_shared<State>(io, answerer, std::move(options))) {}

Server::~Server() { stop(); }

void Server::listen() { state_->listen(); }

void Server::start() {
  if (!state_->acceptor.is_open()) listen();
  state_->started = true;
  state_->began();
  asio::co_spawn(state_->serving->io, state_->accept(), [state = state_](std::exception_ptr failure) {
    state->ended();
    if (failure) std::rethrow_exception(failure);
  });
}

std::uint16_t Server::port() const { return state_->port; }

void Server::stop() {
  if (std::exchange(state_->stopped, true)) return;
  if (state_->started) {
    asio::post(state_->serving->io, [state = state_] { state->finish(); });
    if (!state_->wait_until_ended(state_->serving->options.finish_within)) {
      asio::post(state_->serving->io, [state = state_] { state->cut(); });
      state_->wait_until_ended(cut_within);
    }
  }
  state_->serving->pool.stop();
}

}  // namespace hansa::http
