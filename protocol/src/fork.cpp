#include "protocol/fork.h"

#include <cassert>

#include "packed_fields.h"

namespace hansa::protocol {
namespace {

constexpr std::uint16_t layout_version = 1;
constexpr std::size_t headers_at = 2 + 1 + 32 + 32;

}  // namespace

Hash federation_of_fork(ByteView bytes) {
  if (bytes.size() <= headers_at) return {};
  const auto first = HeaderView::parse_front(bytes.subspan(headers_at));
  return first ? first->federation() : Hash{};
}

Outcome<ForkEvidence> read_fork(const Hash& federation, ByteView bytes) {
  if (bytes.size() < 3) return Refusal::malformed;
  PackedFields fields(bytes);
  const auto version = fields.number<std::uint16_t>();
  const auto kind = fields.number<std::uint8_t>();
  if (version != layout_version || kind != fork_proof_kind) return Refusal::unsupported_version;
  if (bytes.size() > fork_bytes_max || bytes.size() <= headers_at) return Refusal::malformed;
  ForkEvidence fork;
  Hash nonce{};
  fields.take(fork.author_.bytes);
  fields.take(nonce);

  const auto first = HeaderView::parse_front(bytes.subspan(headers_at));
  if (!first) return Refusal::malformed;
  const auto rest = bytes.subspan(headers_at + first->length());
  const auto second = rest.empty() ? Outcome<HeaderView>(Refusal::malformed) : HeaderView::parse(rest);
  if (!second) return Refusal::malformed;

  if (first->federation() != federation || second->federation() != federation)
    return Refusal::wrong_federation;
  fork.log_ = first->log();
  fork.sequence_ = first->sequence();
  const bool same_place = second->log() == fork.log_ && second->sequence() == fork.sequence_;
  if (!same_place || log_id(federation, fork.author_, nonce) != fork.log_) return Refusal::bad_chain;
  const auto first_hash = first->hash();
  const auto second_hash = second->hash();
  if (first_hash == second_hash) return Refusal::duplicate;
  if (second_hash < first_hash) return Refusal::malformed;  // the other order is the one encoding
  if (!verify_signature(*first, fork.author_) || !verify_signature(*second, fork.author_))
    return Refusal::bad_signature;
  fork.bytes_.assign(bytes.begin(), bytes.end());
  return fork;
}

Outcome<ForkEvidence> make_fork(const Hash& federation, ByteView declaration, ByteView a, ByteView b) {
  const auto declared = HeaderView::parse(declaration);
  if (!declared || !declared->is_declaration()) return Refusal::malformed;
  Bytes bytes;
  append_le(bytes, layout_version);
  append_le(bytes, fork_proof_kind);
  append(bytes, declared->node_key().bytes);
  append(bytes, declared->epoch_nonce());
  const bool in_order = entry_hash(a) < entry_hash(b);
  append(bytes, in_order ? a : b);
  append(bytes, in_order ? b : a);
  return read_fork(federation, bytes);
}

bool outranks(const ForkEvidence& a, const ForkEvidence& b) {
  assert(a.log() == b.log());
  return a.sequence() != b.sequence() ? a.sequence() < b.sequence() : a.bytes() < b.bytes();
}

}  // namespace hansa::protocol
