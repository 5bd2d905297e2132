// Server-sent events over real sockets.
#include <doctest/doctest.h>

#include "http_client.h"
#include "stand_in.h"

using namespace hansa;
using namespace std::chrono_literals;
using http::EventSource;
using test::HttpClient;
using test::RunningServer;

namespace {

const std::string ask = "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n";

store::Arrival arrival(std::uint64_t number) {
  store::Arrival made;
  made.number = number;
  made.kind = protocol::EntryKind::content;
  made.record_kind = protocol::RecordKind::practice;
  return made;
}

std::string id_line(std::uint64_t number) { return "\nid: " + std::to_string(number) + "\n"; }

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

}  // namespace

TEST_CASE("a reader hears what happens, what it missed first, and each event once") {
  RunningServer running;
  for (std::uint64_t number = 3; number <= 5; ++number)
    running.answerer.missed.push_back(EventSource::text_of(arrival(number)));
  HttpClient client(running.server.port());
  client.send(ask + "Last-Event-ID: 2\r\n\r\n");
  const auto head = client.read_until(id_line(5));
  CHECK(head.find("Content-Type: text/event-stream\r\n") != std::string::npos);
  CHECK(head.find("Content-Length") == std::string::npos);
  CHECK(head.find(id_line(3)) < head.find(id_line(4)));
  // 4 and 5 come again, as when they happen while the stream opens.
  running.answerer.events().arrivals({arrival(4), arrival(5), arrival(6)});
  running.answerer.events().peers_changed();
  const auto all = client.read_until("event: peers");
  for (std::uint64_t number = 3; number <= 6; ++number) CHECK(count_of(all, id_line(number)) == 1);
}

TEST_CASE("a reader that missed more than one answer holds is to ask again behind it") {
  RunningServer running;
  running.answerer.missed = {EventSource::text_of(arrival(3)), EventSource::text_of(arrival(4))};
  running.answerer.more_missed = true;
  HttpClient client(running.server.port());
  client.send(ask + "Last-Event-ID: 2\r\n\r\n");
  const auto all = client.rest();
  CHECK(all.find(id_line(4)) != std::string::npos);
  CHECK(client.ended());
}

TEST_CASE("a refused stream is an ordinary response") {
  RunningServer running;
  HttpClient client(running.server.port());
  client.send(ask + "Last-Event-ID: refuse\r\n\r\n");
  const auto response = client.response();
  CHECK(response.find("HTTP/1.1 401 ") == 0);
  CHECK(response.find("refused") != std::string::npos);
}

TEST_CASE("a quiet stream shows that it is alive") {
  http::ServerOptions options;
  options.keep_alive_every = 20ms;
  RunningServer running(options);
  HttpClient client(running.server.port());
  client.send(ask + "\r\n");
  const auto all =
      client.read_until([](const std::string& text) { return count_of(text, ": keep-alive\n\n") >= 3; });
  CHECK(count_of(all, ": keep-alive\n\n") >= 3);
}

TEST_CASE("a stream ends after a while, so that its reader is checked again") {
  http::ServerOptions options;
  options.stream_within = 50ms;
  options.keep_alive_every = 20ms;
  RunningServer running(options);
  HttpClient client(running.server.port());
  client.send(ask + "\r\n");
  CHECK(client.rest().find("text/event-stream") != std::string::npos);
}

TEST_CASE("a reader that is too slow is told where events were dropped, and hears the rest") {
  RunningServer running;
  HttpClient client(running.server.port());
  client.send(ask + "\r\n");
  client.read_until("\r\n\r\n");
  for (std::uint64_t number = 1; number <= 10; ++number)
    running.answerer.events().arrivals({arrival(number)});
  client.read_until(id_line(10));
  // More than the sockets of both ends and the queue hold together, while nobody reads.
  std::vector<store::Arrival> many;
  for (std::uint64_t number = 11; number <= 100'000; ++number) many.push_back(arrival(number));
  running.answerer.events().arrivals(many);
  const auto all = client.read_until(id_line(100'000));
  CHECK_FALSE(client.ended());
  // The drop stands where it happened: the changes behind `since`, up to the next one, are for the reader to
  // ask.
  const auto reset = all.find("event: reset\ndata: {\"since\":");
  REQUIRE(reset != std::string::npos);
  const auto since = std::stoull(all.substr(all.find(':', all.find("since", reset)) + 1));
  CHECK(since >= 10);
  CHECK(all.rfind(id_line(since), reset) != std::string::npos);
  CHECK(all.find(id_line(since + 1)) == std::string::npos);
  CHECK(count_of(all, "\nid: ") < 100'000);
}

TEST_CASE("an address has only so many streams, and one that leaves makes room") {
  RunningServer running;
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (std::size_t count = 0; count < http::streams_per_address_max; ++count) {
    clients.push_back(std::make_unique<HttpClient>(running.server.port()));
    clients.back()->send(ask + "\r\n");
    clients.back()->read_until("\r\n\r\n");
  }
  const auto one_more = [&] {
    HttpClient client(running.server.port());
    client.send(ask + "\r\n");
    return client.read_until("\r\n\r\n");
  };
  CHECK(one_more().find("HTTP/1.1 503 ") == 0);
  clients.front()->close();
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  std::string head;
  while (head.find("HTTP/1.1 200 ") != 0 && std::chrono::steady_clock::now() < deadline) head = one_more();
  CHECK(head.find("HTTP/1.1 200 ") == 0);
}

TEST_CASE("a stopping server ends its streams") {
  RunningServer running;
  HttpClient client(running.server.port());
  client.send(ask + "\r\n");
  client.read_until("\r\n\r\n");
  const auto begun = std::chrono::steady_clock::now();
  running.server.stop();
  CHECK(std::chrono::steady_clock::now() - begun < 10s);
  client.rest();
  CHECK(client.ended());
}
