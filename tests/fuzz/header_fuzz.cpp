// Any bytes as a header: whatever is accepted can be read in full, and is the one encoding of what it says.

#include "fixed.h"
#include "protocol/entry.h"

using namespace hansa::protocol;
using hansa::fuzz::must;

namespace {

EntryFields fields_of(const HeaderView& header) {
  EntryFields fields;
  fields.kind = header.kind();
  fields.author_time_ms = header.author_time_ms();
  fields.record = header.record();
  fields.record_kind = header.record_kind();
  fields.visibility = header.visibility();
  fields.personal = header.personal();
  fields.subject = header.subject();
  for (std::size_t i = 0; i < header.parent_count(); ++i) fields.parents.push_back(header.parent(i));
  fields.payload_blocks = header.payload_blocks();
  fields.commitment = header.commitment();
  fields.retention_month = header.retention_month();
  return fields;
}

/// Sealed again from what was read, it must come out byte for byte, signature aside.
void must_be_the_one_encoding(const HeaderView& header) {
  static const SecretKey key = SecretKey::from_seed(hansa::fuzz::fixed_hash(1));
  const ByteView bytes = header.bytes();
  if (header.is_declaration()) {
    const DeclarationFields fields{header.federation(), header.epoch_number(), header.epoch_nonce(),
                                   header.previous_epoch(), header.author_time_ms()};
    // The fuzzer finds out our key's log id and names it as the epoch before: no log follows itself.
    const Hash ours = log_id(fields.federation, key.public_key(), fields.epoch_nonce);
    if (fields.previous && fields.previous->log == ours) return;
    const auto again = seal_declaration(fields, key);
    must(again.has_value());
    // Node key and log id differ with the key.
    must(std::equal(bytes.begin() + 140, bytes.begin() + 260, again->begin() + 140));
    return;
  }
  const LogTip tip{header.federation(), header.log(), key.public_key(), header.sequence() - 1,
                   header.previous_hash()};
  const auto again = seal_entry(fields_of(header), tip, key);
  must(again.has_value());
  must(std::equal(bytes.begin(), bytes.end() - 64, again->begin()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const auto header = HeaderView::parse_front(bytes);
  must(HeaderView::parse(bytes).has_value() == (header && header->length() == size));
  if (!header) return 0;
  must(header->length() <= size && header->length() >= header_bytes_min &&
       header->length() <= header_bytes_max);
  must(header->sequence() != 0);
  if (header->version() == header_version) must_be_the_one_encoding(*header);
  return 0;
}
