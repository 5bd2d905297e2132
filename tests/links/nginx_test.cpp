// A link through a real reverse proxy: nginx ends TLS and passes a sub-path on, as agencies do it.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "certificates.h"
#include "test_node.h"

using namespace hansa;
using core::LinkEnd;
using test::Authority;
using test::Federation;
using test::TestNode;

namespace {

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(socket);
  return ntohs(address.sin_port);
}

/// nginx in front of one listener, as docs/operating.md sets it up; ends with the value.
class Proxy {
 public:
  Proxy(const Authority::Files& files, std::uint16_t behind) : port(free_port()) {
    const std::string file = folder_.path("nginx.conf");
    std::ofstream(file) << "daemon off; master_process off; pid nginx.pid; error_log error.log;\n"
                           "events {}\n"
                           "http { access_log off; client_body_temp_path body; proxy_temp_path proxy;\n"
                           "fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n"
                           "server { listen 127.0.0.1:"
                        << port << " ssl; ssl_certificate " << files.certificate << "; ssl_certificate_key "
                        << files.private_key
                        << ";\nlocation = /integration/hansa/link { proxy_pass http://127.0.0.1:" << behind
                        << "/link; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;\n"
                           "proxy_set_header Connection upgrade; proxy_set_header Host $host;\n"
                           "proxy_bind 127.0.0.3;\n"
                           "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; } } }\n";
    const std::string prefix = folder_.path() + "/";
    const std::string log = folder_.path("error.log");
    std::array<std::string, 7> words = {"nginx", "-p", prefix, "-c", file, "-e", log};
    std::array<char*, 8> arguments{};
    for (std::size_t i = 0; i < words.size(); ++i) arguments[i] = words[i].data();
    std::string path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    std::array<char*, 2> environment = {path.data(), nullptr};
    REQUIRE_MESSAGE(::posix_spawn(&process_, "/usr/sbin/nginx", nullptr, nullptr, arguments.data(),
                                  environment.data()) == 0,
                    "this test needs Debian's nginx");
  }

  ~Proxy() {
    ::kill(process_, SIGTERM);
    int status = 0;
    CHECK(::waitpid(process_, &status, 0) == process_);
  }

  const std::uint16_t port;

 private:
  test::TemporaryDirectory folder_;
  pid_t process_ = -1;
};

}  // namespace

TEST_CASE("a link through nginx, which ends TLS on a sub-path, carries messages and shows the client") {
  const Federation federation(2);
  Authority authority;
  TestNode server(federation.keys[0], &federation);
  server.settings.listen->trusted_proxies = {
      "127.0.0.3"};  // Where the proxy comes from; the client does not.
  server.start();
  const Proxy proxy(authority.issue("proxy", "DNS:localhost"), server.address().port);

  TestNode client(federation.keys[1], &federation);
  client.settings.listen.reset();
  client.settings.extra_ca_file = authority.ca_file();
  client.settings.peers = {*links::parse_peer_address("wss://localhost:" + std::to_string(proxy.port) +
                                                      "/integration/hansa/link")};
  client.start();  // Dials again until nginx is there.
  REQUIRE(client.await_up(1));
  REQUIRE(server.await_up(1));
  const auto at_client = client.only_link();
  const auto at_server = server.only_link();
  CHECK(server.heard()[at_server].address == "127.0.0.1");
  const std::vector<protocol::Bytes> sent = {protocol::Bytes(100, 1), protocol::Bytes(1u << 20, 2)};
  for (const auto& message : sent) {
    client.links().send(at_client, message);
    server.links().send(at_server, message);
  }
  CHECK(server.await([&](const auto& links) { return links.at(at_server).messages == sent; }));
  CHECK(client.await([&](const auto& links) { return links.at(at_client).messages == sent; }));
  client.stop();
  REQUIRE(server.await([&](const auto& links) { return links.at(at_server).down.has_value(); }));
  CHECK(server.heard()[at_server].down == LinkEnd::peer_closed);
}

TEST_CASE("a path that the proxy does not pass on is a refusal with a name") {
  const Federation federation(2);
  Authority authority;
  TestNode server(federation.keys[0], &federation);
  server.start();
  const Proxy proxy(authority.issue("proxy", "DNS:localhost"), server.address().port);
  TestNode client(federation.keys[1], &federation);
  client.settings.listen.reset();
  client.settings.extra_ca_file = authority.ca_file();
  client.settings.peers = {
      *links::parse_peer_address("wss://localhost:" + std::to_string(proxy.port) + "/link")};
  client.start();
  CHECK(client.await_end(LinkEnd::upgrade_refused));
  CHECK(client.heard().empty());
}
