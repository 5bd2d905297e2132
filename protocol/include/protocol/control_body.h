#pragma once
// What the payloads of control entries mean: entries by which a federation runs itself, beside its records.
// A charter proposal's content is the proposed body as it stands (see charter.h). Layouts: docs/protocol.md,
// "Control entries".
//
// These say nothing by themselves: an approval is as good as the signatures in it, whoever carried them.
// Pure functions and values; any thread. Refusals of all readers: unsupported_version, malformed,
// limit_exceeded, too_large, duplicate.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/bytes.h"
#include "protocol/charter.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

inline constexpr std::size_t announced_addresses_max = 8;
inline constexpr std::size_t announced_address_bytes_max = 400;
inline constexpr std::size_t approval_signatures_max = charter_signers_max;

/// Kind charter_approval: signers' signatures over the hash of a proposed body.
struct CharterApproval {
  Hash charter{};                    ///< charter_hash() of the proposed body.
  std::vector<SignedBy> signatures;  ///< One or more; no key twice. Not verified by the reader.
  friend bool operator==(const CharterApproval&, const CharterApproval&) = default;
};
/// Asserts the counts.
Bytes write_approval(const CharterApproval& approval);
Outcome<CharterApproval> read_approval(ByteView content);

/// Kind announcement: where the node that wrote the entry is reached. The newest of a node's entries holds.
struct Announcement {
  std::vector<std::string> addresses;  ///< `ws://…` or `wss://…`, best first; none: the node only dials.
  friend bool operator==(const Announcement&, const Announcement&) = default;
};
/// Errors: as the reader.
Outcome<Bytes> write_announcement(const Announcement& announcement);
Outcome<Announcement> read_announcement(ByteView content);

/// One line each, for signers whose key is on paper or on a machine without a network: `hansa-proposal-1:`
/// and a body, `hansa-approval-1:` and an approval, in base64url. Errors of the readers besides: those of
/// read_armour (malformed, unsupported_version, too_large).
std::string armour_proposal(ByteView body);
Outcome<Bytes> read_proposal_text(std::string_view text);
std::string armour_approval(const CharterApproval& approval);
Outcome<CharterApproval> read_approval_text(std::string_view text);

}  // namespace hansa::protocol
