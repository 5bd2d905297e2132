#pragma once
// A WebSocket client of its own, byte by byte over a blocking socket: it can do what no honest client does.
// Every wait ends after `patience`, as if the connection had been closed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "federation.h"
#include "protocol/bytes.h"
#include "protocol/secure_link.h"

namespace hansa::test {

class RawPeer {
 public:
  explicit RawPeer(std::uint16_t port);
  ~RawPeer();
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  void write(std::string_view bytes);
  /// The answer's head, up to and with its empty line; what there was if the connection ended.
  std::string read_head();
  /// The request of an honest client, with `extra` header lines ("Name: value\r\n"). Returns the status.
  int upgrade(const std::string& extra = {}, const std::string& path = "/link",
              const std::string& subprotocol = "hansa.link.1");

  static constexpr std::uint8_t text = 1, binary = 2, close = 8;
  /// One masked frame; the mask is zero, which is allowed.
  void send_frame(protocol::ByteView data, std::uint8_t opcode = binary, bool final = true);
  /// The data of the first frames sent.
  const std::vector<protocol::Bytes>& sent_messages() const { return sent_; }
  /// False once the other end does not take what is written.
  bool is_open() const { return open_; }
  /// The next binary message, answering nothing; none once the peer closes.
  std::optional<protocol::Bytes> read_message();
  /// Reads to the end of the connection; false if it does not end.
  bool reads_end();

  /// The handshake as an honest initiator that speaks these protocol versions; asserts that it succeeds.
  protocol::SecureLink authenticate(const Federation& federation, const protocol::SecretKey& key,
                                    std::vector<std::uint16_t> versions = {2, 1});
  /// The first message of a handshake that offers these.
  void offer(const std::vector<std::uint16_t>& versions);

 private:
  std::optional<std::string> read_exactly(std::size_t bytes);
  int socket_;
  bool open_ = true;
  std::vector<protocol::Bytes> sent_;
};

}  // namespace hansa::test
