#pragma once
// Why input from outside was not taken. One flat list for the whole program, so that a counter, a log line
// and an API answer name the same thing the same way. The names are stable: they appear in metrics and in the
// HTTP API.

#include <cstdint>
#include <string_view>

namespace hansa::protocol {

enum class Refusal : std::uint8_t {
  malformed,            ///< The bytes are not what they claim to be.
  too_large,            ///< Larger than a stated limit.
  limit_exceeded,       ///< More of something than was granted (credit, count, rate).
  bad_signature,        ///< A signature does not verify.
  bad_chain,            ///< Sequence number or previous hash does not continue the chain.
  bad_commitment,       ///< A payload does not match the commitment in its header.
  wrong_federation,     ///< Made for another federation.
  unknown_key,          ///< The key is in no charter we hold, or no longer counts.
  unknown_log,          ///< Nothing is known of the log that was named.
  unsupported_version,  ///< A format or protocol version this program does not speak.
  not_permitted,        ///< Well-formed, but this author may not do it.
  not_found,            ///< What was asked for is not here.
  timeout,              ///< The other side did not answer within the stated time.
  bad_seal,             ///< Sealed bytes do not open: damaged, replayed, or sealed under another key.
  own_key,              ///< The other side is this node itself.
  not_signed,           ///< Fewer signatures than the charter asks for.
  duplicate,            ///< Something stands twice that may stand once.
  closed,               ///< The other side closed for a reason this program does not know.
  inflated_too_large,   ///< A compressed block that would inflate beyond its limit.
  different_charter,    ///< The peer holds another version of the charter.
  beyond_credit,        ///< More bytes than were granted on a link.
  unsolicited,          ///< An answer to a question that was not asked, or was answered already.
  out_of_order,         ///< A message that has no place here, e.g. before the hello.
  stalled,              ///< A question on a link was not answered in time.
  withheld,             ///< A peer claimed a head or payload and did not deliver it.
  log_conflict,         ///< A peer holds another entry than we at the same place of a log.
  refused_branch,       ///< An entry that was refused before for a bad signature.
  own_log_differs,      ///< A peer states another branch of our own log.
  own_epoch_changed,    ///< This node continues in a new log; links start anew.
  store_full,           ///< The disk is too full for payloads.
};

/// The stable snake_case name, e.g. "bad_signature".
std::string_view name(Refusal refusal);

}  // namespace hansa::protocol
