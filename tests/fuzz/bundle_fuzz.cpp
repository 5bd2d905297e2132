// Bundles: whatever a file or a part holds ends with an answer; of a real one, changed as the input says and
// given a hash that fits, only what says the same is called valid.

#include <algorithm>
#include <string>

#include "fixed.h"
#include "protocol/bundle.h"
#include "protocol/bundle_check.h"
#include "protocol/charter.h"

using namespace hansa::protocol;
using hansa::fuzz::must;

namespace {

void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

/// One charter, one log of three entries with payloads.
struct Written {
  SecretKey key = SecretKey::from_seed(hansa::fuzz::fixed_hash(2));
  BundleOpening opening;
  Bytes bytes;  // up to the end mark
  Bytes part;   // the messages alone

  Written() {
    const auto charter = founded();
    const Hash nonce = hansa::fuzz::fixed_hash(3);
    const auto declaration = seal_declaration({charter.federation(), 1, nonce, std::nullopt, 5}, key);
    LogTip tip{charter.federation(), log_id(charter.federation(), key.public_key(), nonce), key.public_key(),
               1, entry_hash(*declaration)};
    wire::Batch batch{bundle_ticket, *declaration};
    wire::Payloads payloads{bundle_ticket, false, {}};
    for (std::uint8_t i = 0; i < 3; ++i) {
      const Bytes content(300, i);
      const Salt salt{hansa::fuzz::fixed_hash(i)};
      const auto header = entry(tip, *seal_payload(content, salt));
      append(batch.headers, header);
      ++tip.sequence;
      tip.hash = entry_hash(header);
      payloads.items.push_back({0, tip.sequence, salt, content});
    }
    append_bundle_frame(part,
                        wire::encode(wire::Charters{{{charter.bytes().begin(), charter.bytes().end()}}}));
    append_bundle_frame(part, wire::encode(std::move(batch)));
    append_bundle_frame(part, wire::encode(std::move(payloads)));
    opening.is_everything = true;
    opening.federation = charter.federation();
    opening.charter = charter.hash();
    opening.node = key.public_key();
    opening.logs.push_back({{tip.log, tip.sequence, tip.hash}, {{1, tip.sequence}}});
    append(bytes, bundle_mark());
    append_bundle_frame(bytes, *seal_bundle_opening(opening, key));
    append(bytes, part);
  }

 private:
  Charter founded() const {
    const auto signer = SecretKey::from_seed(hansa::fuzz::fixed_hash(4));
    CharterBody body;
    body.names = {{"en", "Towns"}};
    CharterPartner partner;
    partner.id.bytes.fill(5);
    partner.names = {{"en", "Town"}};
    partner.country = "LV";
    body.partners.push_back(partner);
    CharterNode node;
    node.key = key.public_key();
    node.partner = partner.id;
    body.nodes.push_back(node);
    body.signers.push_back({signer.public_key(), "A signer", partner.id});
    const SecretKey* const signers[] = {&signer};
    auto charter = found_charter(std::move(body), signers, hansa::fuzz::fixed_entropy(6));
    must(charter.has_value());
    return std::move(*charter);
  }
  Bytes entry(const LogTip& tip, const SealedPayload& sealed) const {
    EntryFields fields;
    fields.record = RecordId{PartnerId{{1}}, {2}};
    fields.record_kind = RecordKind::event;
    fields.visibility = Visibility::everyone;
    fields.payload_blocks = sealed.blocks;
    fields.commitment = sealed.commitment;
    auto header = seal_entry(fields, tip, key);
    must(header.has_value());
    return std::move(*header);
  }
};

/// None: no opening.
std::optional<BundleCheck> read_file(ByteView bytes) {
  std::size_t at = 0;
  BundleFrames frames([&](std::span<std::uint8_t> into) {
    const auto count = std::min(into.size(), bytes.size() - at);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), count, into.begin());
    at += count;
    return count;
  });
  const auto opening = frames.opening();
  if (!opening) return std::nullopt;
  auto check = BundleCheck::open(*opening);
  if (!check) return std::nullopt;
  for (;;) {
    const auto message = frames.next();
    must(frames.offset() <= bytes.size());
    if (!message) {
      check->stop(message.error(), frames.offset());
      must(!check->is_valid());
      break;
    }
    if (!*message) {
      check->end(frames.offset());
      must(at == bytes.size());
      break;
    }
    check->take(**message, frames.offset());
  }
  must(check->is_valid() == (check->fault_count() == 0));
  must(check->faults().size() <= bundle_faults_max);
  for (const auto& log : check->logs()) must(!check->is_valid() || log.is_whole());
  return std::move(*check);
}

void read_part(ByteView bytes) {
  const auto part = read_bundle_part(bytes);
  if (!part) return;
  must(part->charters.size() <= charters_per_message_max);
  for (const auto& entries : part->entries)
    must(!entries.headers.empty() && entries.headers.size() <= bundle_batch_entries_max * header_bytes_max);
}

Bytes changed(Bytes bytes, hansa::fuzz::Input& input) {
  bytes.resize(bytes.size() - std::min<std::size_t>(input.number(), bytes.size() - 1));
  while (!input.empty()) {
    const std::size_t at = input.number() % bytes.size();
    bytes[at] = input.byte();
  }
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Written written;
  hansa::fuzz::Input input(data, size);
  switch (input.byte() % 4) {
    case 0:
      read_file(input.rest());
      break;
    case 1:
      read_part(input.rest());
      break;
    case 2:
      read_part(changed(written.part, input));
      break;
    default: {
      auto bytes = changed(written.bytes, input);
      BundleSum sum;
      sum.add(bytes);
      append(bytes, sum.end());
      const auto check = read_file(bytes);
      if (!check || !check->is_valid()) break;
      must(check->opening() == written.opening);
      must(check->logs().front().payloads == 3 && check->logs().front().entries == 4);
    }
  }
  return 0;
}
