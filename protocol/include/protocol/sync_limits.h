#pragma once
// Every limit of messages and sync, with its unit, once. docs/protocol.md, "Sync" states the same figures.

#include <cstddef>
#include <cstdint>

namespace hansa::protocol {

/// Protocol versions of a link that this program speaks, as it offers them.
inline constexpr std::uint16_t link_versions[] = {2, 1};
inline constexpr std::uint16_t link_version_newest = link_versions[0];
inline constexpr std::uint16_t link_version_oldest = 1;
/// From here on charters and proofs are exchanged.
inline constexpr std::uint16_t link_version_charters = 2;

// One message.
inline constexpr std::size_t message_bytes_max = 3 * 512 * 1024;

inline constexpr std::size_t hello_bytes_max = 4096;
inline constexpr std::size_t software_bytes_max = 64;
inline constexpr std::size_t close_reason_bytes_max = 64;
inline constexpr std::size_t head_rows_max = 32 * 1024;  ///< Rows of one heads or announce message.
inline constexpr std::size_t held_rows_max = 32 * 1024;
inline constexpr std::size_t inflated_bytes_max = 4 * 1024 * 1024;

// Pulls.
inline constexpr std::uint32_t pull_headers_max = 2048;          ///< Headers of one pull and its one batch.
inline constexpr std::uint32_t pull_payloads_max = 1024;         ///< Sequences of one question for payloads.
inline constexpr std::size_t pull_ranges_max = 64;               ///< Ranges of one question for payloads.
inline constexpr std::size_t payload_answer_bytes = 512 * 1024;  ///< Inflated; one item alone may be larger.
inline constexpr std::size_t header_pulls_per_link = 4;          ///< Asked and not answered.
inline constexpr std::size_t header_pulls_per_log = 4;
inline constexpr std::size_t payload_pulls_per_link = 4;
inline constexpr std::uint64_t early_payloads_max = 1024;  ///< Asked before their headers have come.
inline constexpr std::size_t served_pulls_per_link = 32;   ///< Unanswered, given up or not; more is refused.
inline constexpr std::uint64_t sequence_max = std::uint64_t{1} << 48;  ///< No message names a later entry.
/// Questions given up while a peer still owes their answers; beyond it the link ends as stalled.
inline constexpr std::size_t given_up_per_link = 24;
static_assert(given_up_per_link + header_pulls_per_link + payload_pulls_per_link <= served_pulls_per_link,
              "a slow peer whose link goes on can be asked again");
inline constexpr std::size_t claims_per_link = 64 * 1024;  ///< Logs a peer may name.

// Pushes.
/// An author pushes at most so far beyond what the peer is known to hold; the peer pulls the gap at once.
inline constexpr std::uint64_t push_ahead_max = 64;
/// Pushed entries that wait for the gap, messages of one link together; what is beyond is pulled.
inline constexpr std::size_t early_pushes_bytes_max = 1024 * 1024;

// Charters and proofs.
inline constexpr std::size_t charters_per_message_max = 64;
inline constexpr std::size_t charters_message_bytes = 1024 * 1024;  ///< No more is added beyond it.
inline constexpr std::size_t charter_questions_per_link = 64;
inline constexpr std::size_t proof_bytes_max = 2048;
inline constexpr std::size_t proofs_max = 512;  ///< Of one proof set.
/// So many a node sends one peer at once, and as many again in each minute, over whatever links. A peer that
/// is cut off for silence_ms_max and then hears all of it at once must not be found at fault: twice as many
/// are taken.
inline constexpr std::size_t proofs_sent_per_minute = proofs_max;
inline constexpr std::size_t proofs_taken_per_minute = 2 * proofs_sent_per_minute;
/// What is said anew of one subject (a key by one signer, a forked log) goes to a peer so seldom: the latest.
inline constexpr std::uint64_t proof_pace_ms = 60'000;

// Credit, bytes of bulk messages on one link.
inline constexpr std::uint32_t receive_credit_bytes_default = 4 * 1024 * 1024;
inline constexpr std::uint32_t receive_credit_bytes_min = 2 * 1024 * 1024;
inline constexpr std::uint32_t credit_bytes_max = 0x7fffffff;

// Times, milliseconds.
inline constexpr std::uint64_t hello_wait_ms = 10'000;   ///< Link up, no hello.
inline constexpr std::uint64_t answer_wait_ms = 10'000;  ///< A pull without any progress: stalled.
inline constexpr std::uint64_t ping_every_ms = 25'000;
inline constexpr std::uint64_t silence_ms_max = 60'000;  ///< Nothing at all from the peer: close.
inline constexpr std::uint64_t announced_wait_ms = 150;  ///< An announced entry whose author will push it.
inline constexpr std::uint64_t announce_every_ms = 20;   ///< Relayed heads are announced together.
inline constexpr std::uint64_t held_every_ms = 1'000;
inline constexpr std::uint64_t statements_wait_ms = 30'000;  ///< Before own entries are sent after a start.
inline constexpr std::uint64_t backoff_first_ms = 1'000;     ///< Doubles with each failure.
inline constexpr std::uint64_t backoff_ms_max = 600'000;

// Memory.
inline constexpr std::size_t missing_ranges_max =
    64 * 1024;  ///< Kept here; the store is asked for more later.

}  // namespace hansa::protocol
