#include "charter_rows.h"

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstdio>

namespace hansa::core::charter_rows {
namespace {

using protocol::Bytes;
using protocol::ByteView;

constexpr std::uint16_t proposal_layout = 1;
constexpr std::size_t approval_bytes = 32 + 64 + 8;

template <std::unsigned_integral Integer>
void append(Bytes& out, Integer value) {
  for (std::size_t i = 0; i < sizeof value; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}
void append(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

/// From the front; after a field that is not there, everything is missing.
class Row {
 public:
  explicit Row(ByteView bytes) : rest_(bytes) {}
  template <class Integer>
  Integer number() {
    std::array<std::uint8_t, sizeof(Integer)> bytes{};
    take(bytes);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) value |= std::uint64_t{bytes[i]} << (8 * i);
    return static_cast<Integer>(value);
  }
  template <std::size_t n>
  void take(std::array<std::uint8_t, n>& into) {
    whole_ = whole_ && rest_.size() >= n;
    if (!whole_) return;
    std::copy_n(rest_.begin(), n, into.begin());
    rest_ = rest_.subspan(n);
  }
  bool whole() const { return whole_; }
  ByteView rest() const { return rest_; }

 private:
  ByteView rest_;
  bool whole_ = true;
};

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
  Bytes row;
  append(row, since_ms);
  append(row, charter);
  return row;
}

std::optional<std::pair<std::uint64_t, Bytes>> decode_sibling(ByteView bytes) {
  Row row(bytes);
  const auto since = row.number<std::uint64_t>();
  if (!row.whole()) return std::nullopt;
  return std::pair(since, Bytes(row.rest().begin(), row.rest().end()));
}

Bytes encode_pin(const protocol::CharterPin& pin) {
  Bytes row;
  append(row, pin.version);
  append(row, ByteView(pin.hash));
  return row;
}

std::optional<protocol::CharterPin> decode_pin(ByteView bytes) {
  Row row(bytes);
  protocol::CharterPin pin;
  pin.version = row.number<std::uint32_t>();
  row.take(pin.hash);
  if (!row.whole() || !row.rest().empty()) return std::nullopt;
  return pin;
}

Bytes encode_time(const Time& time) {
  Bytes row;
  append(row, ByteView(time.hash));
  append(row, time.taken_ms);
  append(row, time.approved_ms);
  for (const auto& signer : time.signers) append(row, ByteView(signer.bytes));
  return row;
}

std::optional<Time> decode_time(ByteView bytes) {
  Row row(bytes);
  Time time;
  row.take(time.hash);
  time.taken_ms = row.number<std::uint64_t>();
  time.approved_ms = row.number<std::uint64_t>();
  while (row.whole() && !row.rest().empty()) row.take(time.signers.emplace_back().bytes);
  if (!row.whole()) return std::nullopt;
  return time;
}

Bytes encode_proposal(const CharterProposal& proposal) {
  Bytes row;
  append(row, proposal_layout);
  append(row, static_cast<std::uint8_t>(proposal.state));
  append(row, ByteView(proposal.proposed_by.bytes));
  append(row, proposal.at_ms);
  append(row, proposal.closed_ms);
  append(row, static_cast<std::uint8_t>(proposal.approvals.size()));
  for (const auto& approval : proposal.approvals) {
    append(row, ByteView(approval.signer.bytes));
    append(row, ByteView(approval.signature.bytes));
    append(row, approval.at_ms);
  }
  append(row, proposal.body_bytes);
  return row;
}

std::optional<CharterProposal> decode_proposal(ByteView bytes) {
  Row row(bytes);
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
  Bytes row;
  append(row, watch.arrivals_through);
  for (const auto& entry : watch.waiting) {
    append(row, ByteView(entry.log));
    append(row, entry.sequence);
  }
  return row;
}

std::optional<Watch> decode_watch(ByteView bytes) {
  Row row(bytes);
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
