#pragma once
// What the keeper of charters writes into the store's settings: keys and rows, byte for byte as
// docs/storage.md names them. Pure functions. A row that does not read is a damaged store.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/charter_keeper.h"

namespace hansa::core::charter_rows {

inline constexpr std::string_view old_charter_key = "charter";  ///< of format 1: the founding version
inline constexpr std::string_view charter_prefix = "charter/";
inline constexpr std::string_view sibling_prefix = "charter_sibling/";
inline constexpr std::string_view proposal_prefix = "charter_proposal/";
inline constexpr std::string_view watch_key = "charter_watch";
inline constexpr std::string_view time_prefix = "charter_time/";
inline constexpr std::string_view pin_key = "charter_pin";

std::string charter_key(std::uint32_t version);
std::string sibling_key(const protocol::Hash& hash);
std::string proposal_key(const protocol::Hash& hash);

/// Since (8), then the charter.
protocol::Bytes encode_sibling(std::uint64_t since_ms, protocol::ByteView charter);
std::optional<std::pair<std::uint64_t, protocol::Bytes>> decode_sibling(protocol::ByteView row);

/// A version, when this node took it, when it was last approved (0: no entry says), and whose approvals that
/// takes in.
struct Time {
  protocol::Hash hash{};
  std::uint64_t taken_ms = 0;
  std::uint64_t approved_ms = 0;
  std::vector<protocol::PublicKey> signers{};
};
std::string time_key(std::uint32_t version);
std::optional<std::uint32_t> version_of_time_key(std::string_view key);
/// Hash (32), taken (8), approved (8), then the signers' keys (32 each).
protocol::Bytes encode_time(const Time& time);
std::optional<Time> decode_time(protocol::ByteView row);

/// Version (4), hash (32).
protocol::Bytes encode_pin(const protocol::CharterPin& pin);
std::optional<protocol::CharterPin> decode_pin(protocol::ByteView row);

protocol::Bytes encode_proposal(const CharterProposal& proposal);
std::optional<CharterProposal> decode_proposal(protocol::ByteView row);

/// How far arrivals were looked at, and the control entries among them that still wait.
struct Watch {
  std::uint64_t arrivals_through = 0;
  std::vector<protocol::EntryRef> waiting;
};
protocol::Bytes encode_watch(const Watch& watch);
std::optional<Watch> decode_watch(protocol::ByteView row);

}  // namespace hansa::core::charter_rows
