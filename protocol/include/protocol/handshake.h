#pragma once
// How two nodes come to an authenticated link: version offer, Noise XX, and the proof that each side holds
// the node key it names. Sans-I/O: messages in, messages out; each message is one binary WebSocket message.
// Bytes: docs/protocol.md, "Links".
//
//   initiator                                responder
//   preamble, e                        ->
//                                      <-    chosen version, e, ee, s, es, identity
//   s, se, identity                    ->
//   transport messages                <->    transport messages
//
// A stranger makes us keep less than 1 KiB and compute at most one handshake. Names of partners are never
// sent before both sides are authenticated. A value belongs to one link and one thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "protocol/bytes.h"
#include "protocol/keys.h"
#include "protocol/noise.h"
#include "protocol/outcome.h"
#include "protocol/secure_link.h"

namespace hansa::protocol {

inline constexpr std::size_t link_versions_max = 16;
/// No handshake message is larger; a transport may refuse more before reading it.
inline constexpr std::size_t handshake_message_bytes_max = 4096;

/// What one side brings. Copied into the handshake, but for the key.
struct LinkTerms {
  Hash federation{};
  const SecretKey* node_key = nullptr;  ///< Outlives the handshake.
  NoiseKeyPair static_key;              ///< Made at each start of the process, never written.
  std::vector<std::uint16_t> versions;  ///< Strictly descending, 1 to link_versions_max of them, none 0.
  /// Judges the peer's proven node key, normally by the charter. Any refusal ends the handshake. A responder
  /// tells the refused initiator why (SecureLink::parted() there); an initiator just closes.
  std::function<Outcome<Done>(const PublicKey& peer)> admits;
};

/// One attempt.
class LinkHandshake {
 public:
  /// What to do after a message. Send `send` first, if it is not empty, also when refused.
  struct Step {
    Bytes send;
    bool complete = false;           ///< take_link() now.
    std::optional<Refusal> refused;  ///< Close; the handshake is over.
  };

  /// Both assert the terms are within their limits.
  static LinkHandshake initiate(LinkTerms terms, const Entropy& entropy);
  static LinkHandshake respond(LinkTerms terms, const Entropy& entropy);

  /// The initiator's first message; call once, before receive().
  Bytes start();
  /// Refusals: malformed (also a message out of turn), too_large, unsupported_version (no common version, or
  /// one was chosen that was not offered), bad_seal (not the Noise message it should be), wrong_federation,
  /// bad_signature, own_key (we have reached ourselves), or what `admits` said.
  Step receive(ByteView message);

  // Once complete:
  const PublicKey& peer() const;
  std::uint16_t version() const;
  /// The Noise handshake hash: equal on both sides, unique to this link.
  const NoiseHash& binding() const;
  /// Once only.
  SecureLink take_link();

 private:
  enum class Stage : std::uint8_t { start, await_first, await_second, await_third, complete, over };

  LinkHandshake(NoiseRole role, LinkTerms terms, const Entropy& entropy);
  Step receive_first(ByteView message);
  Step receive_second(ByteView message);
  Step receive_third(ByteView message);
  Step refuse(Refusal refusal, Bytes farewell = {});
  Bytes identity() const;
  Outcome<Done> check_signed(ByteView identity, const NoiseHash& signed_hash);
  Outcome<Done> check_peer(ByteView identity) const;
  void finish();

  NoiseRole role_;
  Stage stage_;
  LinkTerms terms_;
  NoiseKeyPair ephemeral_;
  Bytes preamble_;
  std::optional<NoiseHandshake> noise_;
  std::uint16_t version_ = 0;
  PublicKey peer_;
  NoiseHash binding_{};
  std::optional<SecureLink> link_;
};

}  // namespace hansa::protocol
