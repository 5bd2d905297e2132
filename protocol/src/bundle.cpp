#include "protocol/bundle.h"

#include <sodium.h>

#include <algorithm>
#include <cassert>

#include "packed_fields.h"
#include "protocol/entry.h"
#include "sodium_ready.h"

namespace hansa::protocol {
namespace {

constexpr std::uint16_t layout_version = 1;
constexpr std::size_t mark_bytes = 16;
constexpr std::size_t length_bytes = 4;
constexpr std::size_t signature_bytes = 64;
constexpr std::uint8_t scope_everything = 1;
constexpr std::uint8_t scope_selection = 2;
/// Before the opening in what the signature covers: an opening is a statement of many heads (see wire.h for
/// the two of one).
constexpr std::uint8_t statement_kind = 3;

constexpr std::uint8_t mark[mark_bytes] = {'h', 'a', 'n', 's', 'a', ' ', 'b', 'u', 'n', 'd', 'l', 'e'};

Bytes statement(ByteView opening) {
  Bytes bytes{statement_kind};
  append(bytes, opening);
  return bytes;
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 127; });
}

std::optional<Refusal> fault_of(const BundleOpening& opening) {
  if (opening.logs.size() > bundle_logs_max || opening.asked.size() > bundle_asked_bytes_max)
    return Refusal::limit_exceeded;
  if (!is_printable(opening.asked) || opening.is_everything != opening.asked.empty())
    return Refusal::malformed;
  std::size_t ranges = 0;
  for (std::size_t i = 0; i < opening.logs.size(); ++i) {
    const auto& [head, payloads] = opening.logs[i];
    if (i > 0 && head.log <= opening.logs[i - 1].head.log) return Refusal::malformed;
    if (head.sequence == 0 || head.sequence > sequence_max) return Refusal::malformed;
    std::uint64_t behind = 0;
    for (const auto& range : payloads) {
      if (range.from <= behind || range.through < range.from || range.through > head.sequence)
        return Refusal::malformed;
      behind = range.through + 1;
    }
    ranges += payloads.size();
  }
  if (ranges > bundle_ranges_max) return Refusal::limit_exceeded;
  return std::nullopt;
}

void append_log(Bytes& out, const BundleLog& log) {
  append(out, log.head.log);
  append_le(out, log.head.sequence);
  append(out, log.head.hash);
  append_le(out, static_cast<std::uint32_t>(log.payloads.size()));
  for (const auto& range : log.payloads) {
    append_le(out, range.from);
    append_le(out, range.through);
  }
}

Outcome<BundleLog> take_log(PackedFields& fields) {
  BundleLog log;
  fields.take(log.head.log);
  log.head.sequence = fields.number<std::uint64_t>();
  fields.take(log.head.hash);
  const auto count = fields.number<std::uint32_t>();
  if (count > bundle_ranges_max) return Refusal::limit_exceeded;
  for (std::uint32_t i = 0; i < count; ++i) {
    BundleRange range;
    range.from = fields.number<std::uint64_t>();
    range.through = fields.number<std::uint64_t>();
    if (range.from == 0) return Refusal::malformed;  // or the bytes have ended
    log.payloads.push_back(range);
  }
  return log;
}

}  // namespace

Outcome<Bytes> seal_bundle_opening(BundleOpening opening, const SecretKey& key) {
  opening.node = key.public_key();
  if (const auto refusal = fault_of(opening)) return *refusal;
  Bytes bytes;
  append_le(bytes, layout_version);
  bytes.push_back(opening.is_everything ? scope_everything : scope_selection);
  append(bytes, opening.federation);
  append(bytes, opening.charter);
  append(bytes, opening.node.bytes);
  append_le(bytes, opening.made_ms);
  append(bytes, opening.digest);
  append_text(bytes, opening.asked);
  append_le(bytes, static_cast<std::uint32_t>(opening.logs.size()));
  for (const auto& log : opening.logs) append_log(bytes, log);
  append(bytes, key.sign(Purpose::head, statement(bytes)).bytes);
  assert(bytes.size() <= bundle_opening_bytes_max);
  return bytes;
}

Outcome<BundleOpening> read_bundle_opening(ByteView bytes) {
  if (bytes.size() > bundle_opening_bytes_max) return Refusal::too_large;
  if (bytes.size() < 2 + signature_bytes) return Refusal::malformed;
  PackedFields fields(bytes);
  if (fields.number<std::uint16_t>() != layout_version) return Refusal::unsupported_version;
  const auto scope = fields.number<std::uint8_t>();
  if (scope != scope_everything && scope != scope_selection) return Refusal::malformed;
  BundleOpening opening;
  opening.is_everything = scope == scope_everything;
  fields.take(opening.federation);
  fields.take(opening.charter);
  fields.take(opening.node.bytes);
  opening.made_ms = fields.number<std::uint64_t>();
  fields.take(opening.digest);
  opening.asked = fields.text();
  const auto count = fields.number<std::uint32_t>();
  if (count > bundle_logs_max) return Refusal::limit_exceeded;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto log = take_log(fields);
    if (!log) return log.error();
    opening.logs.push_back(std::move(*log));
  }
  Signature signature;
  fields.take(signature.bytes);
  if (!fields.ended()) return Refusal::malformed;
  if (const auto refusal = fault_of(opening)) return *refusal;
  if (!verify(Purpose::head, opening.node, statement(bytes.first(bytes.size() - signature_bytes)), signature))
    return Refusal::bad_signature;
  return opening;
}

ByteView bundle_mark() { return mark; }

void append_bundle_frame(Bytes& out, ByteView message) {
  append_le(out, static_cast<std::uint32_t>(message.size()));
  append(out, message);
}

static_assert(sizeof(crypto_generichash_state) <= 384);

BundleSum::BundleSum() {
  ready_sodium();
  // The file's own mark is the tag.
  crypto_generichash_init(reinterpret_cast<crypto_generichash_state*>(state_.data()), nullptr, 0,
                          sizeof(Hash));
}

void BundleSum::add(ByteView bytes) {
  crypto_generichash_update(reinterpret_cast<crypto_generichash_state*>(state_.data()), bytes.data(),
                            bytes.size());
}

Hash BundleSum::finish() {
  Hash hash;
  crypto_generichash_final(reinterpret_cast<crypto_generichash_state*>(state_.data()), hash.data(),
                           hash.size());
  return hash;
}

Bytes BundleSum::end() {
  Bytes end;
  append_bundle_frame(end, {});
  add(end);
  append(end, finish());
  return end;
}

bool BundleFrames::fill(std::span<std::uint8_t> into) {
  if (source_(into) != into.size()) return false;
  sum_.add(into);
  return true;
}

Outcome<std::optional<Bytes>> BundleFrames::frame(std::size_t bytes_max) {
  frame_at_ = at_;
  std::uint8_t length[length_bytes];
  if (!fill(length)) return Refusal::withheld;
  const auto bytes = get_le<std::uint32_t>(length);
  if (bytes > bytes_max) return Refusal::too_large;
  Bytes frame(bytes);
  if (!fill(frame)) return Refusal::withheld;
  at_ += length_bytes + bytes;
  return std::optional(std::move(frame));
}

Outcome<Bytes> BundleFrames::opening() {
  std::uint8_t front[mark_bytes];
  if (!fill(front) || !std::ranges::equal(front, mark)) return Refusal::malformed;
  at_ = mark_bytes;
  auto opening = frame(bundle_opening_bytes_max);
  if (!opening) return opening.error();
  return std::move(**opening);
}

Outcome<std::optional<Bytes>> BundleFrames::next() {
  auto next = frame(message_bytes_max);
  if (!next || !(*next)->empty()) return next;
  Hash told{};
  if (source_(told) != told.size()) return Refusal::withheld;
  if (told != sum_.finish()) return Refusal::bad_seal;
  std::uint8_t behind[1];
  if (source_(behind) != 0) return Refusal::malformed;
  return std::optional<Bytes>();
}

namespace {

/// Puts message after message where it belongs.
struct PartReading {
  BundlePart part;
  std::size_t inflated = 0;

  std::optional<Refusal> operator()(wire::Charters&& charters) {
    for (auto& charter : charters.list) part.charters.push_back(std::move(charter));
    if (part.charters.size() > charters_per_message_max) return Refusal::limit_exceeded;
    return std::nullopt;
  }
  std::optional<Refusal> operator()(wire::Proof&& proof) {
    part.proofs.push_back(std::move(proof.bytes));
    return std::nullopt;
  }
  std::optional<Refusal> operator()(wire::Heads&& heads) {
    part.claims.insert(part.claims.end(), heads.rows.begin(), heads.rows.end());
    return std::nullopt;
  }
  std::optional<Refusal> operator()(wire::Batch&& batch) {
    inflated += batch.headers.size();
    if (batch.headers.size() > bundle_batch_entries_max * header_bytes_max) return Refusal::too_large;
    const auto first = HeaderView::parse_front(batch.headers);
    if (!first) return first.error();
    part.entries.push_back({first->log(), first->sequence(), std::move(batch.headers), {}});
    return std::nullopt;
  }
  std::optional<Refusal> operator()(wire::Payloads&& payloads) {
    if (part.entries.empty()) return Refusal::out_of_order;
    for (auto& item : payloads.items) {
      if (item.range != 0) return Refusal::malformed;
      inflated += item.content.size();
      part.entries.back().payloads.push_back(std::move(item));
    }
    return std::nullopt;
  }
  template <class Other>
  std::optional<Refusal> operator()(Other&&) {
    return Refusal::out_of_order;
  }
};

}  // namespace

Outcome<BundlePart> read_bundle_part(ByteView frames) {
  PartReading reading;
  PackedFields fields(frames);
  for (std::size_t messages = 0; !fields.ended(); ++messages) {
    if (messages == bundle_part_messages_max) return Refusal::limit_exceeded;
    const auto frame = fields.take(fields.number<std::uint32_t>());
    if (frame.empty()) return Refusal::malformed;
    auto message = wire::decode(frame);
    if (!message) return message.error();
    if (const auto refusal = std::visit([&](auto& one) { return reading(std::move(one)); }, *message))
      return *refusal;
    if (reading.inflated > bundle_part_inflated_max) return Refusal::limit_exceeded;
  }
  return std::move(reading.part);
}

}  // namespace hansa::protocol
