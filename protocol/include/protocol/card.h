#pragma once
// A node's card: one line by which it introduces itself to those who write charters. Signed by the node's own
// key, which proves that who made the card holds the key, and nothing else. Bytes: docs/protocol.md, "Cards".
// Pure functions and values; any thread.

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/bytes.h"
#include "protocol/ids.h"
#include "protocol/keys.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

inline constexpr std::size_t card_name_bytes_max = 400;
inline constexpr std::size_t card_address_bytes_max = 400;
inline constexpr std::size_t card_org_type_bytes_max = 64;
inline constexpr std::size_t card_chars_max = 2048;

struct Card {
  PublicKey node_key;    ///< Set by write_card().
  PartnerId partner;     ///< The id this node proposes for its partner; the charter decides.
  std::string name;      ///< Of the organisation, 1 to card_name_bytes_max bytes, no control characters.
  std::string language;  ///< Of the name: BCP 47, e.g. "lv".
  std::string country;   ///< Two uppercase letters.
  std::string org_type;  ///< A code of the domain, may be empty.
  std::string address;   ///< `ws://…` or `wss://…`, empty if the node only dials.
  friend bool operator==(const Card&, const Card&) = default;
};

/// `hansa-card-1:` and base64url. Errors: malformed, too_large (a field).
Outcome<std::string> write_card(const Card& card, const SecretKey& node_key);
/// Errors: unsupported_version (another `hansa-card-`), malformed, too_large, bad_signature. White space
/// around and line breaks within, as mail programs add them, are ignored.
Outcome<Card> read_card(std::string_view text);

}  // namespace hansa::protocol
