#include "http/server.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <memory>

#include "http_client.h"
#include "in_text.h"
#include "stand_in.h"

using namespace hansa;
using test::has;
using namespace std::chrono_literals;
using test::HttpClient;
using test::RunningServer;

namespace {

std::string get(const std::string& path, const std::string& more = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
}

/// The whole conversation of a client that sends `text` and then only listens.
std::string talk(const RunningServer& running, const std::string& text) {
  HttpClient client(running.server.port());
  client.send(text);
  return client.rest();
}

}  // namespace

TEST_CASE("requests are answered one after the other on one connection") {
  RunningServer running;
  HttpClient client(running.server.port());
  for (int count = 0; count < 3; ++count) {
    client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n" +
                std::to_string(10 + count));
    const auto response = client.response();
    CHECK(has(response, "HTTP/1.1 200 OK\r\n"));
    CHECK(has(response, "POST /echo " + std::to_string(10 + count)));
    CHECK_FALSE(has(response, "Connection: close"));
  }
  client.send(get("/last", "Connection: close\r\n"));
  CHECK(has(client.rest(), "Connection: close\r\n"));
}

TEST_CASE("every response carries the security headers") {
  RunningServer running;
  for (const auto* path : {"/", "/drop", "*"}) {
    const auto response = talk(running, get(path, "Connection: close\r\n"));
    CHECK(has(response, "X-Content-Type-Options: nosniff\r\n"));
    CHECK(has(response, "Referrer-Policy: no-referrer\r\n"));
    CHECK(has(response, "X-Frame-Options: DENY\r\n"));
    CHECK(has(response, "Cross-Origin-Opener-Policy: same-origin\r\n"));
    CHECK(has(response, "Cross-Origin-Resource-Policy: same-origin\r\n"));
    CHECK(has(response, "Cache-Control: no-store\r\n"));
    CHECK(has(response, "Date: "));
  }
}

TEST_CASE("HEAD is GET without its body") {
  RunningServer running;
  const auto response = talk(running, "HEAD /page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  CHECK(has(response, "HTTP/1.1 200 OK\r\n"));
  CHECK(has(response, "Content-Length: 10\r\n"));  // "GET /page "
  CHECK(response.substr(response.size() - 4) == "\r\n\r\n");
}

TEST_CASE("pipelined requests are answered in order, the slow first one too") {
  RunningServer running;
  HttpClient client(running.server.port());
  client.send(get("/keep") + get("/second") + get("/third", "Connection: close\r\n"));
  running.answerer.wait_for_held(1);
  running.answerer.release();
  const auto all = client.rest();
  const auto first = all.find("kept");
  const auto second = all.find("GET /second");
  const auto third = all.find("GET /third");
  CHECK(first < second);
  CHECK(second < third);
  CHECK(third != std::string::npos);
}

TEST_CASE("a header that does not come in time is answered 408, an idle connection closed") {
  http::ServerOptions options;
  options.header_within = 200ms;
  options.idle_within = 200ms;
  RunningServer running(options);
  CHECK(has(talk(running, "GET / HTTP/1.1\r\nHos"), "HTTP/1.1 408 "));
  CHECK(talk(running, "").empty());
  HttpClient client(running.server.port());
  client.send(get("/"));
  CHECK(has(client.response(), "200 OK"));
  CHECK(client.rest().empty());
}

TEST_CASE("a body that does not come in time is answered 408") {
  http::ServerOptions options;
  options.body_within = 200ms;
  RunningServer running(options);
  const auto response =
      talk(running, "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nabc");
  CHECK(has(response, "HTTP/1.1 408 "));
  CHECK(has(response, "\"code\":\"request_timeout\""));
}

TEST_CASE("what is no request is refused, in words") {
  RunningServer running;
  for (const std::string& garbage :
       {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),
        std::string("GET / HTTP/9.9\r\n\r\n"), std::string("GET / HTTP/1.1\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        std::string("GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        std::string("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n"), std::string("\r\r\n\n: :\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        std::string("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")}) {
    const auto response = talk(running, garbage);
    CHECK_MESSAGE(has(response, "HTTP/1.1 400 "), (garbage + " → " + response));
    CHECK(has(response, "Content-Type: application/problem+json\r\n"));
    CHECK(has(response, "\"code\":\"bad_request\""));
  }
  CHECK(has(talk(running, get("/", "Expect: miracles\r\n")), "HTTP/1.1 417 "));
}

TEST_CASE("a header beyond the limits is refused") {
  RunningServer running;
  const std::string large(http::header_bytes_max + 1, 'x');
  CHECK(has(talk(running, get("/", "X-Large: " + large + "\r\n")), "HTTP/1.1 431 "));
  CHECK(has(talk(running, get("/" + large)), "HTTP/1.1 431 "));
  CHECK(has(talk(running, "GET / HTTP/1.1\r\nX-Endless: " + std::string(200'000, 'x')), "HTTP/1.1 431 "));
  std::string many;
  for (int count = 0; count < 64; ++count) many += "X-" + std::to_string(count) + ": y\r\n";
  CHECK(has(talk(running, get("/", many)), "HTTP/1.1 431 "));  // and Host: 65
}

TEST_CASE("a body beyond the limit is refused, and the refusal arrives") {
  RunningServer running;
  const std::string head = "POST /echo HTTP/1.1\r\nHost: localhost\r\n";
  const auto length = [](std::size_t bytes) {
    return "Content-Length: " + std::to_string(bytes) + "\r\n\r\n";
  };
  const std::string most(http::api_body_bytes_max, 'x');
  const auto taken = talk(running, head + "Connection: close\r\n" + length(most.size()) + most);
  CHECK(has(taken, "HTTP/1.1 200 "));
  const auto refused = talk(running, head + length(most.size() + 1) + most + "x");
  CHECK(has(refused, "HTTP/1.1 413 "));
  CHECK(has(refused, "\"code\":\"body_too_large\""));
  std::string chunks;
  for (std::size_t sent = 0; sent <= most.size(); sent += 65536)
    chunks += "10000\r\n" + most.substr(0, 65536) + "\r\n";
  CHECK(has(talk(running, head + "Transfer-Encoding: chunked\r\n\r\n" + chunks), "HTTP/1.1 413 "));
  // Asked first, a client need not send it at all.
  const auto asked = talk(running, head + "Expect: 100-continue\r\n" + length(most.size() + 1));
  CHECK(asked.find("HTTP/1.1 413 ") == 0);
}

TEST_CASE("a part of a bundle may be larger: one content that does not compress fits in") {
  RunningServer running;
  const auto head = [](std::string_view path) {
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
  };
  const auto body = [](std::size_t bytes) {
    return "Content-Length: " + std::to_string(bytes) + "\r\n\r\n" + std::string(bytes, 'x');
  };
  const auto parts = head(http::bundle_parts_path);
  CHECK_FALSE(has(talk(running, parts + body(http::bundle_part_body_bytes_max)), "HTTP/1.1 413 "));
  CHECK(has(talk(running, parts + body(http::bundle_part_body_bytes_max + 1)), "HTTP/1.1 413 "));
  CHECK(has(talk(running, head("/echo") + body(http::api_body_bytes_max + 1)), "HTTP/1.1 413 "));
}

TEST_CASE("a client that asks first is told to go on") {
  RunningServer running;
  HttpClient client(running.server.port());
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  CHECK(client.response() == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  CHECK(has(client.response(), "POST /echo abc"));
}

TEST_CASE("an answer that never comes or fails is a 500, and the program hears of it") {
  RunningServer running;
  HttpClient client(running.server.port());
  client.send(get("/drop") + get("/throw"));
  CHECK(has(client.response(), "\"code\":\"internal_error\""));
  CHECK(has(client.response(), "HTTP/1.1 500 "));
  client.send(get("/after"));
  CHECK(has(client.response(), "GET /after"));
  // It hears after the client does.
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (running.failures == 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  CHECK(running.failures == 1);
}

TEST_CASE("an address has only so many connections") {
  RunningServer running;
  std::vector<std::unique_ptr<HttpClient>> clients;
  const auto ask = [&] {
    clients.push_back(std::make_unique<HttpClient>(running.server.port()));
    clients.back()->send(get("/wait"));
  };
  for (std::size_t count = 0; count < http::connections_per_address_max; ++count) ask();
  running.answerer.wait_for_held(2);
  // One more connection is one too many.
  HttpClient turned_away(running.server.port());
  turned_away.send(get("/"));
  CHECK(has(turned_away.rest(), "HTTP/1.1 503 "));
  running.answerer.release();
  for (const auto& client : clients) CHECK(has(client->response(), "GET /wait"));
  // Room again as soon as the server has seen one leave.
  clients.clear();
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  std::string last;
  while (!has(last, "200 OK") && std::chrono::steady_clock::now() < deadline)
    last = talk(running, get("/", "Connection: close\r\n"));
  CHECK(has(last, "200 OK"));
}

TEST_CASE("more requests than may wait are told to come back, and none is lost") {
  http::ServerOptions options;
  options.trusted_proxies = {"127.0.0.1"};  // whose connections are not counted by address
  RunningServer running(options);
  std::vector<std::unique_ptr<HttpClient>> clients;
  const auto ask = [&](std::size_t times) {
    for (std::size_t count = 0; count < times; ++count) {
      clients.push_back(std::make_unique<HttpClient>(running.server.port()));
      clients.back()->send(get("/wait"));
    }
  };
  ask(2);
  running.answerer.wait_for_held(2);
  // Both readers are busy; now so many wait, and then there is one too many.
  ask(http::waiting_requests_max + 1);
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  const auto hears = [](const auto& client) { return client->hears(); };
  while (std::none_of(clients.begin(), clients.end(), hears) && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  running.answerer.release();
  std::size_t busy = 0;
  for (const auto& client : clients) {
    const auto response = client->response();
    if (has(response, "\"code\":\"busy\"")) {
      ++busy;
      CHECK(has(response, "Retry-After: 1\r\n"));
      client->send(get("/again"));
      CHECK(has(client->response(), "GET /again"));
    } else {
      CHECK(has(response, "GET /wait"));
    }
  }
  CHECK(busy == 1);
}

TEST_CASE("the client's address comes from trusted proxies only") {
  const auto who = [](std::vector<std::string> trusted, const std::string& forwarded) {
    http::ServerOptions options;
    options.trusted_proxies = std::move(trusted);
    RunningServer running(options);
    const auto text = talk(running, get("/who", forwarded + "Connection: close\r\n"));
    return text.substr(text.find("\r\n\r\n") + 4);
  };
  const std::string forged = "X-Forwarded-For: 198.51.100.9\r\n";
  CHECK(who({}, forged) == "127.0.0.1");
  CHECK(who({"192.0.2.1"}, forged) == "127.0.0.1");
  CHECK(who({"127.0.0.1"}, "") == "127.0.0.1");
  CHECK(who({"127.0.0.1"}, forged) == "198.51.100.9");
  CHECK(who({"127.0.0.1"}, "X-Forwarded-For: 10.0.0.1, 198.51.100.9\r\n") == "198.51.100.9");
  CHECK(who({"127.0.0.1"}, "X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-For: 198.51.100.9\r\n") ==
        "198.51.100.9");
  CHECK(who({"127.0.0.1", "10.1.1.1"}, "X-Forwarded-For: 198.51.100.9, 10.1.1.1\r\n") == "198.51.100.9");
  CHECK(who({"127.0.0.1"}, "X-Forwarded-For: 10.0.0.1, nonsense\r\n") == "127.0.0.1");
  CHECK(who({"127.0.0.1"}, "X-Forwarded-For: ::ffff:198.51.100.9\r\n") == "198.51.100.9");
}

TEST_CASE("a stopping server answers what is under way and closes the rest") {
  RunningServer running;
  HttpClient asking(running.server.port());
  HttpClient idle(running.server.port());
  asking.send(get("/keep"));
  running.answerer.wait_for_held(1);
  std::thread stopping([&] { running.server.stop(); });
  CHECK(idle.rest().empty());  // it is stopping
  running.answerer.release();
  const auto response = asking.rest();
  CHECK(has(response, "kept"));
  CHECK(has(response, "Connection: close\r\n"));
  stopping.join();
  CHECK_THROWS_AS(HttpClient(running.server.port()), boost::system::system_error);
  running.server.stop();  // does nothing
}

TEST_CASE("a stopping server does not wait for ever") {
  http::ServerOptions options;
  options.finish_within = 200ms;
  RunningServer running(options);
  HttpClient kept(running.server.port());
  HttpClient half(running.server.port());
  kept.send(get("/keep"));
  half.send("GET / HT");
  running.answerer.wait_for_held(1);
  const auto begun = std::chrono::steady_clock::now();
  running.server.stop();
  CHECK(std::chrono::steady_clock::now() - begun < 10s);
  CHECK(kept.rest().empty());
  CHECK(half.rest().empty());
}

TEST_CASE("a server stops under load") {
  RunningServer running;
  std::atomic<int> answered = 0;
  std::deque<HttpClient> clients;  // all connected before the first one could end the load
  for (int count = 0; count < 8; ++count) clients.emplace_back(running.server.port());
  std::vector<std::thread> threads;
  for (auto& client : clients)
    threads.emplace_back([&] {
      for (;;) {
        client.send(get("/load"));
        const auto response = client.response();
        // Each answer is whole, or there is none.
        if (response.empty()) return;
        CHECK(response.ends_with("GET /load "));
        ++answered;
      }
    });
  while (answered < 100) std::this_thread::yield();
  running.server.stop();
  for (auto& thread : threads) thread.join();
  CHECK(answered >= 100);
}

TEST_CASE("who comes between listening and accepting is answered") {
  RunningServer running;
  http::Server second(running.io, running.answerer, {});
  second.listen();
  HttpClient early(second.port());
  early.send("GET /early HTTP/1.1\r\nHost: localhost\r\n\r\n");
  second.start();
  CHECK(has(early.response(), "HTTP/1.1 200 OK\r\n"));
  second.stop();
}

TEST_CASE("a port that is taken is said") {
  RunningServer running;
  http::ServerOptions options;
  options.port = running.server.port();
  http::Server second(running.io, running.answerer, options);
  CHECK_THROWS_AS(second.start(), http::ServerBroken);
}
