#pragma once
// An invitation: one line of text with everything that a new node needs to ask for a place in a federation.
// Signed by the node that invites; that the line is genuine, and who asks, two people settle by comparing
// words on the phone. Bytes: docs/protocol.md, "Invitations".
// Pure functions and values; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/bytes.h"
#include "protocol/card.h"
#include "protocol/charter.h"
#include "protocol/keys.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

inline constexpr std::size_t invitation_id_bytes = 16;
inline constexpr std::size_t invitation_chars_max = 2048;
inline constexpr std::size_t words_compared =
    6;  ///< 66 bits of a hash with a nonce that the joiner chooses last.

/// Names an invitation: in lists, logs and the words. Not secret.
using InvitationId = std::array<std::uint8_t, invitation_id_bytes>;
/// Proves that who asks has seen the line.
using InvitationSecret = std::array<std::uint8_t, invitation_id_bytes>;
/// Made by the joiner once it holds the line: whoever made that line could not look for words.
using JoinNonce = std::array<std::uint8_t, invitation_id_bytes>;

struct Invitation {
  Hash federation{};
  std::uint32_t charter_version = 1;  ///< The pin: the charter that the inviter held, 1 or more.
  Hash charter_hash{};
  PublicKey inviter;  ///< Its node key. Set by write_invitation().
  InvitationId id{};
  InvitationSecret secret{};
  std::uint64_t expires_ms = 0;  ///< Since the Unix epoch. Who reads it judges by a clock of its own.
  std::string address;  ///< Of the inviter's links: `ws://…` or `wss://…`, to card_address_bytes_max.
  std::string federation_name;  ///< One line, 1 to charter_name_bytes_max bytes.
  friend bool operator==(const Invitation&, const Invitation&) = default;
};

/// `hansa-join-1:` and base64url. Errors: malformed, too_large (a field).
Outcome<std::string> write_invitation(const Invitation& invitation, const SecretKey& inviter);
/// Errors: unsupported_version, malformed, too_large, bad_signature. White space around and line breaks
/// within are ignored. Says nothing about whether it has expired.
Outcome<Invitation> read_invitation(std::string_view text);

/// Words of protocol::word(), for reading out.
using ComparedWords = std::array<std::string_view, words_compared>;
/// What both people see when `joiner` asks with this invitation; any other key, federation, invitation or
/// nonce gives others.
ComparedWords joining_words(const PublicKey& joiner, const Invitation& invitation, const JoinNonce& nonce);
/// A key's own words, for one that is known by nothing else.
ComparedWords key_words(const PublicKey& key);

}  // namespace hansa::protocol
