#include "protocol/entry.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "header_layout.h"
#include "little_endian.h"

namespace hansa::protocol {
namespace {

bool is_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

bool present(ByteView id) {
  assert(id.size() == record_id_bytes);
  return !is_zero(id.first(id_bytes)) && !is_zero(id.last(id_bytes));
}

/// A record id, or both halves zero: one partner or one record alone is no name.
bool whole_or_none(ByteView id) { return present(id) || is_zero(id); }

bool valid_declaration(ByteView h) {
  if (h.size() < layout::declaration_end + layout::signature_bytes) return false;
  if (get_le<std::uint16_t>(h.data()) == header_version && h.size() != declaration_bytes) return false;
  if (!is_zero(h.subspan(layout::previous_hash, 32))) return false;
  const auto epoch = get_le<std::uint64_t>(&h[layout::epoch_number]);
  if (epoch == 0) return false;
  const bool none_before = is_zero(h.subspan(layout::before_log, 32));
  if (none_before != (get_le<std::uint64_t>(&h[layout::before_sequence]) == 0)) return false;
  if (none_before != is_zero(h.subspan(layout::before_hash, 32))) return false;
  if (epoch == 1 && !none_before) return false;
  const ByteView log = h.subspan(layout::log, 32);
  if (std::ranges::equal(log, h.subspan(layout::before_log, 32))) return false;
  return std::ranges::equal(
      log, hash(Tag::log, {h.subspan(layout::federation, 32), h.subspan(layout::node_key, 32),
                           h.subspan(layout::epoch_nonce, 32)}));
}

bool valid_parents(ByteView h) {
  const std::size_t count = h[layout::parent_count];
  if (count > parents_max) return false;
  ByteView before;  // none, which every parent must exceed as if it were zeros
  for (std::size_t i = 0; i < count; ++i) {
    const ByteView parent = h.subspan(layout::parents + 32 * i, 32);
    if (i == 0 ? is_zero(parent) : std::memcmp(parent.data(), before.data(), 32) <= 0) return false;
    before = parent;
  }
  return is_zero(h.subspan(layout::parents + 32 * count, 32 * (parents_max - count)));
}

bool valid_subject(ByteView h) {
  const ByteView id = h.subspan(layout::subject_id, 32);
  const auto sequence = get_le<std::uint64_t>(&h[layout::subject_sequence]);
  switch (h[layout::subject_type]) {
    case layout::subject_none:
      return is_zero(id) && sequence == 0;
    case layout::subject_record:
      return present(id) && sequence == 0;
    case layout::subject_entry:
      return !is_zero(id) && sequence != 0;
    default:
      return false;
  }
}

/// What each known kind must carry; an unknown kind keeps the general rules only.
bool valid_for_kind(ByteView h, bool has_record) {
  switch (static_cast<EntryKind>(get_le<std::uint16_t>(&h[layout::kind]))) {
    case EntryKind::none:
      return false;
    case EntryKind::content:
      return has_record && h[layout::visibility] != 0 &&
             get_le<std::uint16_t>(&h[layout::payload_blocks]) != 0;
    case EntryKind::withdraw:
      return has_record;
    case EntryKind::restrict_visibility:
      return has_record && h[layout::visibility] != 0;
    case EntryKind::erase:
      return h[layout::subject_type] != layout::subject_none;
    default:
      return true;
  }
}

bool valid_entry(ByteView h) {
  if (h.size() != header_bytes) return false;
  if ((h[layout::flags] & ~layout::flag_personal) != 0 || h[layout::zero] != 0) return false;
  const ByteView record = h.subspan(layout::record, record_id_bytes);
  const bool has_record = h[layout::record_kind] != 0;
  if (!whole_or_none(record) || has_record != present(record)) return false;
  const bool record_only =
      h[layout::visibility] != 0 || h[layout::flags] != 0 || h[layout::parent_count] != 0;
  if (record_only && !has_record) return false;
  const auto blocks = get_le<std::uint16_t>(&h[layout::payload_blocks]);
  if (blocks > payload_blocks_max) return false;
  if ((blocks == 0) != is_zero(h.subspan(layout::commitment, 32))) return false;
  if (blocks == 0 && get_le<std::uint16_t>(&h[layout::retention_month]) != 0) return false;
  return valid_parents(h) && valid_subject(h) && valid_for_kind(h, has_record);
}

bool valid(ByteView h) {
  const auto version = get_le<std::uint16_t>(h.data());
  const auto sequence = get_le<std::uint64_t>(&h[layout::sequence]);
  if (version == 0 || sequence == 0) return false;
  if (sequence == 1) return valid_declaration(h);
  return version != header_version || valid_entry(h);
}

}  // namespace

std::optional<EntryRef> parse_entry_ref(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto log = hash_from_hex(text.substr(0, colon));
  const auto sequence = parse_number(text.substr(colon + 1));
  if (!log || !sequence || *sequence == 0) return std::nullopt;
  return EntryRef{*log, *sequence};
}

std::string to_text(const EntryRef& entry) {
  return to_hex(entry.log) + ":" + std::to_string(entry.sequence);
}

Hash log_id(const Hash& federation, const PublicKey& node_key, const Hash& epoch_nonce) {
  return hash(Tag::log, {federation, node_key.bytes, epoch_nonce});
}

Hash entry_hash(ByteView header) { return hash(Tag::entry, header); }

Outcome<HeaderView> HeaderView::parse_front(ByteView headers) {
  if (headers.size() < layout::federation) return Refusal::malformed;
  const std::size_t length = get_le<std::uint16_t>(&headers[layout::length]);
  if (length > header_bytes_max) return Refusal::too_large;
  if (length < header_bytes_min || length > headers.size()) return Refusal::malformed;
  const ByteView header = headers.first(length);
  if (!valid(header)) return Refusal::malformed;
  return HeaderView(header);
}

Outcome<HeaderView> HeaderView::parse(ByteView header) {
  auto front = parse_front(header);
  if (front && front->length() != header.size()) return Refusal::malformed;
  return front;
}

std::uint64_t HeaderView::u64(std::size_t at) const { return get_le<std::uint64_t>(&bytes_[at]); }

Hash HeaderView::hash_at(std::size_t at) const {
  Hash hash;
  std::memcpy(hash.data(), &bytes_[at], hash.size());
  return hash;
}

Signature HeaderView::signature() const {
  Signature signature;
  std::memcpy(signature.bytes.data(), bytes_.data() + bytes_.size() - layout::signature_bytes,
              layout::signature_bytes);
  return signature;
}

PublicKey HeaderView::node_key() const {
  assert(is_declaration());
  return PublicKey{hash_at(layout::node_key)};
}

std::uint64_t HeaderView::epoch_number() const {
  assert(is_declaration());
  return u64(layout::epoch_number);
}

Hash HeaderView::epoch_nonce() const {
  assert(is_declaration());
  return hash_at(layout::epoch_nonce);
}

std::optional<PreviousEpoch> HeaderView::previous_epoch() const {
  assert(is_declaration());
  const auto sequence_before = u64(layout::before_sequence);
  if (sequence_before == 0) return std::nullopt;
  return PreviousEpoch{hash_at(layout::before_log), sequence_before, hash_at(layout::before_hash)};
}

std::uint64_t HeaderView::author_time_ms() const {
  assert(is_understood());
  return u64(is_declaration() ? layout::declaration_time : layout::author_time);
}

EntryKind HeaderView::kind() const {
  assert(is_understood());
  return is_plain() ? static_cast<EntryKind>(u16(layout::kind)) : EntryKind::none;
}

RecordKind HeaderView::record_kind() const {
  assert(is_understood());
  return is_plain() ? static_cast<RecordKind>(bytes_[layout::record_kind]) : RecordKind::none;
}

Visibility HeaderView::visibility() const {
  assert(is_understood());
  return is_plain() ? static_cast<Visibility>(bytes_[layout::visibility]) : Visibility::none;
}

bool HeaderView::personal() const {
  assert(is_understood());
  return is_plain() && (bytes_[layout::flags] & layout::flag_personal) != 0;
}

std::optional<RecordId> HeaderView::record() const {
  if (record_kind() == RecordKind::none) return std::nullopt;
  return *record_id_from_bytes(bytes_.subspan(layout::record, record_id_bytes));
}

Subject HeaderView::subject() const {
  assert(is_understood());
  if (!is_plain()) return {};
  switch (bytes_[layout::subject_type]) {
    case layout::subject_record:
      return *record_id_from_bytes(bytes_.subspan(layout::subject_id, record_id_bytes));
    case layout::subject_entry:
      return EntryRef{hash_at(layout::subject_id), u64(layout::subject_sequence)};
    default:
      return {};
  }
}

std::size_t HeaderView::parent_count() const {
  assert(is_understood());
  return is_plain() ? bytes_[layout::parent_count] : 0;
}

Hash HeaderView::parent(std::size_t index) const {
  assert(index < parent_count());
  return hash_at(layout::parents + 32 * index);
}

std::uint16_t HeaderView::payload_blocks() const {
  assert(is_understood());
  return is_plain() ? u16(layout::payload_blocks) : std::uint16_t{0};
}

Hash HeaderView::commitment() const {
  assert(is_understood());
  return is_plain() ? hash_at(layout::commitment) : Hash{};
}

std::uint16_t HeaderView::retention_month() const {
  assert(is_understood());
  return is_plain() ? u16(layout::retention_month) : std::uint16_t{0};
}

bool verify_signature(const HeaderView& header, const PublicKey& author) {
  const ByteView bytes = header.bytes();
  return verify(Purpose::entry, author, bytes.first(bytes.size() - layout::signature_bytes),
                header.signature());
}

}  // namespace hansa::protocol
