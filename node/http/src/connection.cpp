#include "connection.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cassert>
#include <optional>

#include "client_address.h"
#include "deadline.h"
#include "event_mailbox.h"
#include "problem_response.h"
#include "request_faults.h"
#include "response_text.h"
#include "text.h"

namespace hansa::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace {

using tcp = asio::ip::tcp;
using Parser = beast::http::request_parser<beast::http::string_body>;
using boost::system::error_code;
constexpr auto awaited = asio::as_tuple(asio::use_awaitable);

constexpr std::size_t buffer_bytes_max = 64 * 1024;
constexpr std::size_t drained_bytes_max = 4 * 1024 * 1024;
constexpr std::chrono::milliseconds drain_within{2'000};

/// A stream of events that the answerer allowed.
struct Opened {
  std::shared_ptr<EventMailbox> mailbox;
  std::shared_ptr<void> subscription;
  std::vector<std::string> missed;
  bool more_missed = false;
};

/// What a reader thread gives back for one request.
struct Answer {
  Response response;
  std::optional<Opened> stream;  ///< then instead of the response
};

class HttpConnection final : public Connection, public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(tcp::socket socket, std::string peer, std::shared_ptr<Serving> serving)
      : socket_(std::move(socket)),
        wake_(serving->io),
        buffer_(buffer_bytes_max),
        peer_(std::move(peer)),
        serving_(std::move(serving)) {}

  void finish() override {
    if (idle_) close();
    wake_.cancel();
  }
  void cut() override {
    cut_ = true;
    close();
    wake_.cancel();
  }

 private:
  class Delivery;

  asio::awaitable<void> serve() override;
  asio::awaitable<bool> serve_one();
  asio::awaitable<bool> wait_for_request();
  asio::awaitable<Received> read_header(Parser& parser);
  asio::awaitable<Received> read_body(Parser& parser);
  asio::awaitable<bool> write(std::string text);
  asio::awaitable<bool> refuse(Response response);
  asio::awaitable<std::optional<Answer>> ask(Request request);
  asio::awaitable<void> stream_events(Opened opened, std::string client);
  asio::awaitable<bool> write_events(Opened& opened);

  Request request_from(Parser& parser) const;
  std::function<void()> job_for(Request request);
  void answered(std::uint64_t number, Answer answer);
  void look();
  void close();

  tcp::socket socket_;
  asio::steady_timer wake_;  ///< cancelled when there is something to look at
  beast::flat_buffer buffer_;
  std::string peer_;
  std::shared_ptr<Serving> serving_;
  std::uint64_t asked_ =
      0;  ///< number of the request under way; a later answer to an earlier one is not heard
  std::optional<Answer> answer_;
  bool first_ = true;
  bool idle_ = false;
  bool cut_ = false;
  bool reader_gone_ = false;
  std::uint64_t last_event_ = 0;
};

/// Brings the answer of one request to its connection, from any thread; dropped without one, it says so.
class HttpConnection::Delivery {
 public:
  Delivery(std::shared_ptr<HttpConnection> connection, std::uint64_t number)
      : connection_(std::move(connection)), number_(number) {}
  ~Delivery() {
    if (!done_)
      give({problem_response(500, "internal_error", "The node failed to answer.",
                             "Its log says why; try again, and tell the operator."),
            {}});
  }
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;

  void give(Answer answer) {
    [[maybe_unused]] const bool again = done_.exchange(true);
    assert(!again);
    auto shared = std::make_shared<Answer>(std::move(answer));
    asio::post(connection_->serving_->io, [connection = connection_, number = number_, shared] {
      connection->answered(number, std::move(*shared));
    });
  }

 private:
  std::shared_ptr<HttpConnection> connection_;
  std::uint64_t number_;
  std::atomic<bool> done_ = false;
};

void HttpConnection::close() {
  // Whatever these say, the connection is over; there is nobody left to tell.
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
}

asio::awaitable<void> HttpConnection::serve() {
  while (co_await serve_one()) first_ = false;
  close();
}

asio::awaitable<bool> HttpConnection::serve_one() {
  if (!co_await wait_for_request()) co_return false;
  Parser parser;
  parser.header_limit(header_bytes_max);
  parser.body_limit(bundle_part_body_bytes_max);
  auto arrived = co_await read_header(parser);
  if (arrived.complete) arrived = co_await read_body(parser);
  if (arrived.fault) co_return co_await refuse(std::move(*arrived.fault));
  if (!arrived.complete) co_return false;

  const bool only_head = parser.get().method() == beast::http::verb::head;
  auto request = request_from(parser);
  auto client = request.remote;
  auto answer = co_await ask(std::move(request));
  if (!answer) co_return false;
  if (answer->stream && !only_head) {
    auto opened = std::move(*answer->stream);
    co_await stream_events(std::move(opened), std::move(client));
    co_return false;
  }
  // HTTP/1.0 would have to be told; it is closed instead.
  const bool keep_alive = parser.keep_alive() && parser.get().version() >= 11 && !serving_->stopping;
  const Framing framing{keep_alive, only_head, false};
  auto text = response_text(answer->response, framing, std::time(nullptr));
  co_return co_await write(std::move(text)) && framing.keep_alive;
}

/// Until the first byte of the next request is there, so that an idle client is told apart from a slow one.
asio::awaitable<bool> HttpConnection::wait_for_request() {
  if (serving_->stopping) co_return false;
  if (buffer_.size() > 0) co_return true;
  const Deadline deadline(socket_, first_ ? serving_->options.header_within : serving_->options.idle_within);
  idle_ = true;
  const auto space = buffer_.prepare(4096);
  const auto [error, count] = co_await socket_.async_read_some(space, awaited);
  idle_ = false;
  buffer_.commit(count);
  co_return !error;
}

asio::awaitable<Received> HttpConnection::read_header(Parser& parser) {
  const Deadline deadline(socket_, serving_->options.header_within);
  const auto [error, count] = co_await beast::http::async_read_header(socket_, buffer_, parser, awaited);
  if (error) co_return received(deadline.result(error));
  if (auto checked = check_header(parser.get()); !checked.complete) co_return checked;
  const std::string_view target(parser.get().target().data(), parser.get().target().size());
  const auto most = path_of(target) == bundle_parts_path ? bundle_part_body_bytes_max : api_body_bytes_max;
  parser.body_limit(most);
  if (parser.content_length().value_or(0) > most) co_return received(beast::http::error::body_limit);
  co_return Received{true, {}};
}

asio::awaitable<Received> HttpConnection::read_body(Parser& parser) {
  if (parser.is_done()) co_return Received{true, {}};
  if (!parser.get()[beast::http::field::expect].empty() && buffer_.size() == 0 &&
      parser.get().version() >= 11) {
    std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    if (!co_await write(std::move(go_on))) co_return Received{};
  }
  const Deadline deadline(socket_, serving_->options.body_within);
  const auto [error, count] = co_await beast::http::async_read(socket_, buffer_, parser, awaited);
  co_return received(deadline.result(error));
}

asio::awaitable<bool> HttpConnection::write(std::string text) {
  const Deadline deadline(socket_, serving_->options.write_within);
  const auto [error, count] = co_await asio::async_write(socket_, asio::buffer(text), awaited);
  co_return !error;
}

/// Answers and ends the connection. What the client still sends is read and dropped for a while: closing on
/// unread bytes resets the connection, and the answer would be lost with it.
asio::awaitable<bool> HttpConnection::refuse(Response response) {
  auto text = response_text(response, Framing{}, std::time(nullptr));
  if (!co_await write(std::move(text))) co_return false;
  error_code ended;
  socket_.shutdown(tcp::socket::shutdown_send, ended);
  const Deadline deadline(socket_, drain_within);
  for (std::size_t drained = 0; !ended && drained < drained_bytes_max && !serving_->stopping;) {
    buffer_.clear();
    const auto space = buffer_.prepare(buffer_bytes_max);
    const auto [error, count] = co_await socket_.async_read_some(space, awaited);
    drained += count;
    ended = error;
  }
  co_return false;
}

Request HttpConnection::request_from(Parser& parser) const {
  auto& message = parser.get();
  const auto text = [](auto view) { return std::string(view.data(), view.size()); };
  Request request;
  request.method = message.method() == beast::http::verb::head ? "GET" : text(message.method_string());
  request.target = text(message.target());
  for (const auto& field : message)
    request.headers.emplace_back(text(field.name_string()), text(field.value()));
  request.body = std::move(message.body());
  request.remote = client_address(peer_, request.headers, serving_->options.trusted_proxies);
  return request;
}

std::function<void()> HttpConnection::job_for(Request request) {
  auto delivery = std::make_shared<Delivery>(shared_from_this(), asked_);
  auto& answerer = serving_->answerer;
  if (request.method != "GET" || path_of(request.target) != event_stream_path)
    return [&answerer, request = std::move(request), delivery]() mutable {
      answerer.handle(std::move(request), [delivery = std::move(delivery)](Response response) {
        delivery->give({std::move(response), {}});
      });
    };
  const std::weak_ptr<HttpConnection> self = weak_from_this();
  auto wake = [self, &io = serving_->io] {
    asio::post(io, [self] {
      if (const auto connection = self.lock()) connection->look();
    });
  };
  return [&answerer, request = std::move(request), delivery, wake]() mutable {
    Opened opened;
    opened.mailbox = std::make_shared<EventMailbox>(stream_bytes_max, wake);
    // Listens before it looks at what was missed, so that nothing falls between.
    opened.subscription = answerer.events().subscribe(
        [mailbox = opened.mailbox](const std::string& text) { mailbox->put(text); });
    auto stream = answerer.open_stream(request);
    if (!stream)
      return answerer.handle(std::move(request), [delivery](Response response) {
        delivery->give({std::move(response), {}});
      });
    if (stream->refused) return delivery->give({std::move(*stream->refused), {}});
    opened.missed = std::move(stream->missed);
    opened.more_missed = stream->more;
    delivery->give({{}, std::move(opened)});
  };
}

void HttpConnection::answered(std::uint64_t number, Answer answer) {
  if (number != asked_) return;
  answer_ = std::move(answer);
  wake_.cancel();
}

/// Something came for the stream of events.
void HttpConnection::look() { wake_.cancel(); }

/// None when the connection was cut meanwhile.
asio::awaitable<std::optional<Answer>> HttpConnection::ask(Request request) {
  answer_.reset();
  ++asked_;
  auto job = job_for(std::move(request));
  if (!serving_->pool.offer(std::move(job))) {
    ++asked_;  // the job's own delivery goes unheard
    auto busy = problem_response(503, "busy", "Too many requests wait for an answer.", "Try again shortly.");
    busy.headers.emplace_back("Retry-After", "1");
    co_return Answer{std::move(busy), {}};
  }
  while (!answer_ && !cut_) {
    wake_.expires_at(asio::steady_timer::time_point::max());
    [[maybe_unused]] const auto [woken] = co_await wake_.async_wait(awaited);
  }
  auto answer = std::move(answer_);
  answer_.reset();
  ++asked_;
  co_return answer;
}

/// Counts the open streams of one client for as long as it lives.
struct CountedStream {
  CountedStream(std::shared_ptr<Serving> all, std::string address)
      : serving(std::move(all)), client(std::move(address)), count(++serving->streams[client]) {}
  ~CountedStream() {
    const auto found = serving->streams.find(client);
    if (--found->second == 0) serving->streams.erase(found);
  }
  CountedStream(const CountedStream&) = delete;
  CountedStream& operator=(const CountedStream&) = delete;
  std::shared_ptr<Serving> serving;
  std::string client;
  std::size_t count;
};

asio::awaitable<void> HttpConnection::stream_events(Opened opened, std::string client) {
  const CountedStream counted(serving_, std::move(client));
  if (counted.count > streams_per_address_max) {
    auto busy = problem_response(503, "busy", "Too many event streams are open.", "Close some first.");
    busy.headers.emplace_back("Retry-After", "10");
    co_await refuse(std::move(busy));
    co_return;
  }
  const Response head{
      200,
      {{"Content-Type", "text/event-stream"}, {"X-Accel-Buffering", "no"}},  // nginx would hold events back
      {}};
  auto text = response_text(head, Framing{false, false, true}, std::time(nullptr));
  text += "retry: 1000\n\n";  // milliseconds until a browser that was cut off comes back
  for (const auto& event : opened.missed) {
    text += event;
    last_event_ = std::max(last_event_, EventSource::id_of(event));
  }
  opened.missed.clear();
  if (!co_await write(std::move(text)) || opened.more_missed) co_return;
  // Nothing more is expected from the client: whatever comes, its end above all, ends the stream.
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](error_code) {
    self->reader_gone_ = true;
    self->wake_.cancel();
  });
  const auto until = std::chrono::steady_clock::now() + serving_->options.stream_within;
  while (!serving_->stopping && !cut_ && !reader_gone_ && std::chrono::steady_clock::now() < until)
    if (!co_await write_events(opened)) co_return;
}

/// What waits in the mailbox; or waits for it, and after a quiet while shows that the connection is alive.
asio::awaitable<bool> HttpConnection::write_events(Opened& opened) {
  const auto taken = opened.mailbox->take();
  std::string text = taken.gap ? EventSource::reset_text(last_event_) : std::string();
  for (const auto& event : taken.texts) {
    const auto id = EventSource::id_of(event);
    if (id != 0 && id <= last_event_) continue;  // was among the missed ones
    last_event_ = std::max(last_event_, id);
    text += event;
  }
  if (text.empty()) {
    wake_.expires_after(serving_->options.keep_alive_every);
    const auto [woken] = co_await wake_.async_wait(awaited);
    if (woken) co_return true;
    text = ": keep-alive\n\n";
  }
  co_return co_await write(std::move(text));
}

}  // namespace

std::shared_ptr<Connection> Connection::make(tcp::socket socket, std::string peer,
                                             std::shared_ptr<Serving> serving) {
  return std::make_shared<HttpConnection>(std::move(socket), std::move(peer), std::move(serving));
}

asio::awaitable<void> Connection::run(std::shared_ptr<Connection> self) { co_await self->serve(); }

}  // namespace hansa::http
