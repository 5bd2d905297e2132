#include "raw_peer.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/handshake.h"
#include "test_node.h"

namespace hansa::test {

RawPeer::RawPeer(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  REQUIRE(socket_ >= 0);
  const timeval wait{patience.count(), 0};
  REQUIRE(::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) == 0);
  REQUIRE(::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) == 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

RawPeer::~RawPeer() { ::close(socket_); }

void RawPeer::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {  // Cut off meanwhile: what the node counted tells whether that was right.
      open_ = false;
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::optional<std::string> RawPeer::read_exactly(std::size_t bytes) {
  std::string data(bytes, '\0');
  std::size_t have = 0;
  while (have < bytes) {
    const auto got = ::recv(socket_, data.data() + have, bytes - have, 0);
    if (got <= 0) return std::nullopt;
    have += static_cast<std::size_t>(got);
  }
  return data;
}

std::string RawPeer::read_head() {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    const auto next = read_exactly(1);
    if (!next) break;
    head += *next;
  }
  return head;
}

int RawPeer::upgrade(const std::string& extra, const std::string& path, const std::string& subprotocol) {
  std::string request = "GET " + path +
                        " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                        extra;
  if (!subprotocol.empty()) request += "Sec-WebSocket-Protocol: " + subprotocol + "\r\n";
  write(request + "\r\n");
  const auto head = read_head();
  return head.starts_with("HTTP/1.1 ") ? std::stoi(head.substr(9, 3)) : 0;
}

void RawPeer::send_frame(protocol::ByteView data, std::uint8_t opcode, bool final) {
  std::string frame;
  const auto put = [&frame](std::uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i) frame += static_cast<char>((value >> (8 * i)) & 0xff);
  };
  put((final ? 0x80u : 0u) | opcode, 1);
  if (data.size() < 126) {
    put(0x80u | data.size(), 1);
  } else if (data.size() <= 0xffff) {
    put(0x80u | 126u, 1);
    put(data.size(), 2);
  } else {
    put(0x80u | 127u, 1);
    put(data.size(), 8);
  }
  put(0, 4);
  frame += protocol::text_of(data);
  write(frame);
  constexpr std::size_t remembered = 16;
  if (sent_.size() < remembered) sent_.emplace_back(data.begin(), data.end());
}

std::optional<protocol::Bytes> RawPeer::read_message() {
  for (;;) {
    const auto head = read_exactly(2);
    if (!head) return std::nullopt;
    const auto opcode = static_cast<std::uint8_t>((*head)[0]) & 0x0fu;
    std::uint64_t length = static_cast<std::uint8_t>((*head)[1]) & 0x7fu;
    if (length >= 126) {
      const auto extended = read_exactly(length == 126 ? 2 : 8);
      if (!extended) return std::nullopt;
      length = 0;
      for (const char c : *extended) length = (length << 8) | static_cast<std::uint8_t>(c);
    }
    const auto data = read_exactly(length);
    if (!data || opcode == close) return std::nullopt;
    if (opcode == binary) return protocol::Bytes(data->begin(), data->end());
  }
}

bool RawPeer::reads_end() {
  char sink[4096];
  for (;;) {
    const auto got = ::recv(socket_, sink, sizeof sink, 0);
    if (got == 0) return true;
    if (got < 0) return errno == ECONNRESET;
  }
}

void RawPeer::offer(const std::vector<std::uint16_t>& versions) {
  protocol::Bytes message = {'H', 'A', 'N', 'S', 'A', 0, static_cast<std::uint8_t>(versions.size())};
  for (const auto version : versions) {
    message.push_back(static_cast<std::uint8_t>(version));
    message.push_back(static_cast<std::uint8_t>(version >> 8));
  }
  const auto ephemeral = protocol::NoiseKeyPair::generate(protocol::system_entropy());
  message.insert(message.end(), ephemeral.public_key.begin(), ephemeral.public_key.end());
  send_frame(message);
}

protocol::SecureLink RawPeer::authenticate(const Federation& federation, const protocol::SecretKey& key,
                                           std::vector<std::uint16_t> versions) {
  const auto entropy = protocol::system_entropy();
  protocol::LinkTerms terms;
  terms.federation = federation.charter.front().federation();
  terms.node_key = &key;
  terms.static_key = protocol::NoiseKeyPair::generate(entropy);
  terms.versions = std::move(versions);
  terms.admits = [](const protocol::PublicKey&) -> protocol::Outcome<protocol::Done> {
    return protocol::Done{};
  };
  auto handshake = protocol::LinkHandshake::initiate(std::move(terms), entropy);
  send_frame(handshake.start());
  const auto answer = read_message();
  REQUIRE(answer.has_value());
  const auto step = handshake.receive(*answer);
  REQUIRE(step.complete);
  send_frame(step.send);
  return handshake.take_link();
}

}  // namespace hansa::test
