#include "charter_rows.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "row.h"

namespace hansa::core::charter_rows {
namespace {

using protocol::Bytes;
using protocol::ByteView;

constexpr std::uint16_t proposal_layout = 1;
constexpr std::size_t approval_bytes = 32 + 64 + 8;

std::string digits_of(std::uint32_t version) {
  char digits[9];
  std::snprintf(digits, sizeof digits, "%08x", version);
  return digits;
}

}  // namespace

std::string charter_key(std::uint32_t version) { return std::string(charter_prefix) + digits_of(version); }
std::string time_key(std::uint32_t version) { return std::string(time_prefix) + digits_of(version); }
std::optional<std::uint32_t> version_of_time_key(std::string_view key) {
  constexpr int hexadecimal = 16;
  key.remove_prefix(std::min(key.size(), time_prefix.size()));
  std::uint32_t version = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), version, hexadecimal);
  const bool whole = error == std::errc() && end == key.data() + key.size();
  return whole ? std::optional(version) : std::nullopt;
}
std::string sibling_key(const protocol::Hash& hash) {
  return std::string(sibling_prefix) + protocol::to_hex(hash);
}
std::string proposal_key(const protocol::Hash& hash) {
  return std::string(proposal_prefix) + protocol::to_hex(hash);
}

Bytes encode_sibling(std::uint64_t since_ms, ByteView charter) {
  RowWriter row;
  row.number(since_ms);
  row.bytes(charter);
  return row.take();
}

std::optional<std::pair<std::uint64_t, Bytes>> decode_sibling(ByteView bytes) {
  RowReader row(bytes);
  const auto since = row.number<std::uint64_t>();
  if (!row.whole()) return std::nullopt;
  return std::pair(since, Bytes(row.rest().begin(), row.rest().end()));
}

Bytes encode_pin(const protocol::CharterPin& pin) {
  RowWriter row;
  row.number(pin.version);
  row.bytes(pin.hash);
  return row.take();
}

std::optional<protocol::CharterPin> decode_pin(ByteView bytes) {
  RowReader row(bytes);
  protocol::CharterPin pin;
  pin.version = row.number<std::uint32_t>();
  row.take(pin.hash);
  if (!row.ended()) return std::nullopt;
  return pin;
}

Bytes encode_time(const Time& time) {
  RowWriter row;
  row.bytes(time.hash);
  row.number(time.taken_ms);
  row.number(time.approved_ms);
  for (const auto& signer : time.signers) row.bytes(signer.bytes);
  return row.take();
}

std::optional<Time> decode_time(ByteView bytes) {
  RowReader row(bytes);
  Time time;
  row.take(time.hash);
  time.taken_ms = row.number<std::uint64_t>();
  time.approved_ms = row.number<std::uint64_t>();
  while (row.whole() && !row.rest().empty()) row.take(time.signers.emplace_back().bytes);
  if (!row.whole()) return std::nullopt;
  return time;
}

Bytes encode_proposal(const CharterProposal& proposal) {
  RowWriter row;
  row.number(proposal_layout);
  row.number(static_cast<std::uint8_t>(proposal.state));
  row.bytes(proposal.proposed_by.bytes);
  row.number(proposal.at_ms);
  row.number(proposal.closed_ms);
  row.number(static_cast<std::uint8_t>(proposal.approvals.size()));
  for (const auto& approval : proposal.approvals) {
    row.bytes(approval.signer.bytes);
    row.bytes(approval.signature.bytes);
    row.number(approval.at_ms);
  }
  row.bytes(proposal.body_bytes);
  return row.take();
}

std::optional<CharterProposal> decode_proposal(ByteView bytes) {
  RowReader row(bytes);
  CharterProposal proposal;
  if (row.number<std::uint16_t>() != proposal_layout) return std::nullopt;
  proposal.state = static_cast<CharterProposal::State>(row.number<std::uint8_t>());
  row.take(proposal.proposed_by.bytes);
  proposal.at_ms = row.number<std::uint64_t>();
  proposal.closed_ms = row.number<std::uint64_t>();
  const std::size_t count = row.number<std::uint8_t>();
  if (row.rest().size() < count * approval_bytes) return std::nullopt;
  for (std::size_t i = 0; i < count; ++i) {
    ProposalApproval approval;
    row.take(approval.signer.bytes);
    row.take(approval.signature.bytes);
    approval.at_ms = row.number<std::uint64_t>();
    proposal.approvals.push_back(approval);
  }
  proposal.body_bytes.assign(row.rest().begin(), row.rest().end());
  auto body = protocol::read_charter_body(proposal.body_bytes);
  if (!row.whole() || !body || proposal.state > CharterProposal::State::superseded) return std::nullopt;
  proposal.hash = protocol::charter_hash(body->version, proposal.body_bytes);
  proposal.body = std::move(*body);
  return proposal;
}

Bytes encode_watch(const Watch& watch) {
  RowWriter row;
  row.number(watch.arrivals_through);
  for (const auto& entry : watch.waiting) {
    row.bytes(entry.log);
    row.number(entry.sequence);
  }
  return row.take();
}

std::optional<Watch> decode_watch(ByteView bytes) {
  RowReader row(bytes);
  Watch watch;
  watch.arrivals_through = row.number<std::uint64_t>();
  while (row.whole() && !row.rest().empty()) {
    protocol::EntryRef entry;
    row.take(entry.log);
    entry.sequence = row.number<std::uint64_t>();
    watch.waiting.push_back(entry);
  }
  if (!row.whole()) return std::nullopt;
  return watch;
}

}  // namespace hansa::core::charter_rows
