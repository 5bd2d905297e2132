#pragma once
// Messages over an authenticated link: framed by a length, encrypted in transport messages of at most 65535
// bytes. Only LinkHandshake makes one. Bytes: docs/protocol.md, "Links".
// A value belongs to one link and one thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "protocol/bytes.h"
#include "protocol/noise.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

/// Framed messages, in bytes: the limit a new link starts with, and the most it may be raised to.
inline constexpr std::size_t link_message_bytes_first = 4096;
inline constexpr std::size_t link_message_bytes_max = 3 * 512 * 1024;

class SecureLink {
 public:
  struct Counters {
    std::uint64_t messages_sent = 0;
    std::uint64_t messages_received = 0;
    std::uint64_t bytes_sent = 0;  ///< On the wire: transport messages, without WebSocket framing.
    std::uint64_t bytes_received = 0;
  };

  /// The transport messages that carry one message, in the order to send them. Asserts that the message is
  /// not empty and at most link_message_bytes_max. The peer's limit is the caller's to respect.
  std::vector<Bytes> encrypt(ByteView message);
  /// Tells the peer why we close, in one transport message; nothing can be sent after it.
  Bytes part(Refusal why);

  /// The messages completed by one transport message: none, one or several. Refusals: too_large (transport
  /// message, or a frame over the limit), bad_seal (flipped, replayed, dropped or reordered), malformed
  /// (empty transport message or frame). After a refusal every call gives the same one: close the link. When
  /// the peer has parted, messages before that are still given and parted() is set.
  Outcome<std::vector<Bytes>> decrypt(ByteView transport_message);
  /// Why the peer closed, if it said so. Refusal::closed for a reason this program does not know.
  std::optional<Refusal> parted() const { return parted_; }

  /// For frames to come, those already decrypted but not complete included. A reader that decrypts ahead of
  /// the one that interprets raises it itself after the first message. Starts at link_message_bytes_first.
  /// Asserts bytes <= link_message_bytes_max.
  void set_message_bytes_max(std::size_t bytes);
  const Counters& counters() const { return counters_; }

 private:
  friend class LinkHandshake;
  explicit SecureLink(NoiseHandshake::Ciphers ciphers) : ciphers_(std::move(ciphers)) {}
  Outcome<std::vector<Bytes>> take_frames();

  NoiseHandshake::Ciphers ciphers_;
  std::size_t message_bytes_max_ = link_message_bytes_first;
  Bytes pending_;  // decrypted, not yet a whole frame
  std::optional<Refusal> broken_;
  std::optional<Refusal> parted_;
  Counters counters_;
};

}  // namespace hansa::protocol
