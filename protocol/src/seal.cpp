// Making entries: fields to signed bytes. The bytes pass the same parser and the same signature check as
// anyone else's before they are given out.

#include <algorithm>
#include <cassert>

#include "header_layout.h"
#include "little_endian.h"
#include "protocol/entry.h"

namespace hansa::protocol {
namespace {

void put(Bytes& out, std::size_t at, ByteView bytes) { std::copy(bytes.begin(), bytes.end(), &out[at]); }

Bytes begin_header(std::size_t length, const Hash& federation, const Hash& log, std::uint64_t sequence,
                   const Hash& previous) {
  Bytes header(length);
  put_le(&header[layout::version], header_version);
  put_le(&header[layout::length], static_cast<std::uint16_t>(length));
  put(header, layout::federation, federation);
  put(header, layout::log, log);
  put_le(&header[layout::sequence], sequence);
  put(header, layout::previous_hash, previous);
  return header;
}

Outcome<Bytes> finish_header(Bytes header, const SecretKey& key) {
  const std::size_t signed_bytes = header.size() - layout::signature_bytes;
  const Signature signature = key.sign(Purpose::entry, ByteView(header).first(signed_bytes));
  put(header, signed_bytes, signature.bytes);
  const auto parsed = HeaderView::parse(header);
  if (!parsed) return parsed.error();
  if (!verify_signature(*parsed, key.public_key())) return Refusal::bad_signature;
  return header;
}

void put_subject(Bytes& header, const Subject& subject) {
  if (const auto* record = std::get_if<RecordId>(&subject)) {
    header[layout::subject_type] = layout::subject_record;
    put(header, layout::subject_id, to_bytes(*record));
  } else if (const auto* entry = std::get_if<EntryRef>(&subject)) {
    header[layout::subject_type] = layout::subject_entry;
    put(header, layout::subject_id, entry->log);
    put_le(&header[layout::subject_sequence], entry->sequence);
  }
}

}  // namespace

Outcome<Bytes> seal_declaration(const DeclarationFields& fields, const SecretKey& key) {
  const Hash log = log_id(fields.federation, key.public_key(), fields.epoch_nonce);
  Bytes header = begin_header(declaration_bytes, fields.federation, log, 1, Hash{});
  put(header, layout::node_key, key.public_key().bytes);
  put_le(&header[layout::epoch_number], fields.epoch_number);
  put(header, layout::epoch_nonce, fields.epoch_nonce);
  if (fields.previous) {
    put(header, layout::before_log, fields.previous->log);
    put_le(&header[layout::before_sequence], fields.previous->sequence);
    put(header, layout::before_hash, fields.previous->hash);
  }
  put_le(&header[layout::declaration_time], fields.author_time_ms);
  return finish_header(std::move(header), key);
}

Outcome<Bytes> seal_entry(const EntryFields& fields, const LogTip& tip, const SecretKey& key) {
  if (key.public_key() != tip.author) return Refusal::not_permitted;
  if (fields.version != header_version) return Refusal::unsupported_version;
  if (tip.sequence == 0 || tip.sequence == UINT64_MAX) return Refusal::malformed;
  if (fields.parents.size() > parents_max) return Refusal::malformed;
  Bytes header = begin_header(header_bytes, tip.federation, tip.log, tip.sequence + 1, tip.hash);
  put_le(&header[layout::author_time], fields.author_time_ms);
  put_le(&header[layout::kind], static_cast<std::uint16_t>(fields.kind));
  header[layout::record_kind] = static_cast<std::uint8_t>(fields.record_kind);
  header[layout::visibility] = static_cast<std::uint8_t>(fields.visibility);
  header[layout::flags] = fields.personal ? layout::flag_personal : std::uint8_t{0};
  header[layout::parent_count] = static_cast<std::uint8_t>(fields.parents.size());
  put_le(&header[layout::payload_blocks], fields.payload_blocks);
  put_le(&header[layout::retention_month], fields.retention_month);
  if (fields.record) put(header, layout::record, to_bytes(*fields.record));
  put_subject(header, fields.subject);
  auto parents = fields.parents;
  std::ranges::sort(parents);
  for (std::size_t i = 0; i < parents.size(); ++i) put(header, layout::parents + 32 * i, parents[i]);
  put(header, layout::commitment, fields.commitment);
  return finish_header(std::move(header), key);
}

}  // namespace hansa::protocol
