#include "hostile_peer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>

#include "sync_bench.h"

namespace hansa::test {

using namespace protocol;

namespace {

constexpr std::uint64_t seed = 666;

}  // namespace

HostilePeer::HostilePeer(SecretKey with, const Charter& charter)
    : key(std::move(with)),
      federation_(charter.federation()),
      charter_version_(charter.version()),
      charter_hash_(charter.hash()),
      entropy_(repeatable_entropy(seed)) {}

Bytes HostilePeer::declaration(const PublicKey& author, const SecretKey& signer) {
  DeclarationFields fields;
  fields.federation = federation_;
  entropy_(fields.epoch_nonce);
  auto header = seal_declaration(fields, signer);
  REQUIRE(header);
  if (author == signer.public_key()) return *header;
  // Another author's name, and the signature as it was.
  const auto named = std::search(header->begin(), header->end(), signer.public_key().bytes.begin(),
                                 signer.public_key().bytes.end());
  REQUIRE(named != header->end());
  std::copy(author.bytes.begin(), author.bytes.end(), named);
  const Hash id = log_id(federation_, author, fields.epoch_nonce);
  const Hash before = log_id(federation_, signer.public_key(), fields.epoch_nonce);
  const auto at = std::search(header->begin(), header->end(), before.begin(), before.end());
  REQUIRE(at != header->end());
  std::copy(id.begin(), id.end(), at);
  return *header;
}

void HostilePeer::declare() {
  Entry entry;
  entry.header = declaration(key.public_key(), key);
  const auto header = HeaderView::parse(entry.header);
  log = header->log();
  next = LogTip{federation_, log, key.public_key(), 1, header->hash()};
  entries.push_back(std::move(entry));
}

HostilePeer::Entry& HostilePeer::append(std::size_t content_bytes) {
  Entry entry;
  EntryFields fields;
  fields.record.emplace();
  entropy_(fields.record->owner.bytes);
  entropy_(fields.record->local);
  fields.record_kind = RecordKind::practice;
  fields.visibility = Visibility::network;
  if (content_bytes == 0) {
    fields.kind = EntryKind::withdraw;
    fields.parents = {next->hash};
  } else {
    entry.salt = Salt::generate(entropy_);
    entry.content.resize(content_bytes);
    entropy_(entry.content);
    const auto sealed = seal_payload(entry.content, entry.salt);
    REQUIRE(sealed);
    fields.payload_blocks = sealed->blocks;
    fields.commitment = sealed->commitment;
  }
  auto header = seal_entry(fields, *next, key);
  REQUIRE(header);
  entry.header = std::move(*header);
  ++next->sequence;
  next->hash = entry_hash(entry.header);
  entries.push_back(std::move(entry));
  return entries.back();
}

wire::Hello HostilePeer::hello(const PublicKey& to) const {
  wire::Hello hello;
  hello.version_chosen = version;
  hello.charter_version = charter_version_;
  hello.charter_hash = charter_hash_;
  hello.receive_credit_bytes = receive_credit_bytes_default;
  hello.message_bytes_max = message_bytes_max;
  hello.epoch = 1;
  hello.software = "hostile";
  hello.entries_total = entries.size();
  hello.own = Head{log, entries.size(), entry_hash(entries.back().header)};
  hello.signature = key.sign(Purpose::head, wire::hello_statement(federation_, to, hello.own, hello.stated));
  return hello;
}

wire::Batch HostilePeer::batch(const wire::Pull& pull) const {
  wire::Batch batch{pull.ticket, {}};
  for (auto at = pull.from; at < pull.from + pull.count && at <= entries.size(); ++at)
    batch.headers.insert(batch.headers.end(), entries[at - 1].header.begin(), entries[at - 1].header.end());
  return batch;
}

wire::Payloads HostilePeer::payloads(const wire::PullPayloads& pull) const {
  wire::Payloads answer{pull.ticket, true, {}};
  for (std::size_t range = 0; range < pull.ranges.size(); ++range) {
    if (pull.ranges[range].log.prefix() != wire::prefix_of(log)) continue;
    for (auto at = pull.ranges[range].from; at <= pull.ranges[range].to && at <= entries.size(); ++at)
      if (const auto& entry = entries[at - 1]; !entry.content.empty())
        answer.items.push_back({static_cast<std::uint16_t>(range), at, entry.salt, entry.content});
  }
  return answer;
}

wire::Push HostilePeer::push(const Entry& entry) const {
  wire::Push push{entry.header, std::nullopt, entry.content};
  if (!entry.content.empty()) push.salt = entry.salt;
  return push;
}

void HostilePeer::hear(ByteView bytes) {
  const auto message = wire::decode(bytes);
  REQUIRE(message);
  if (twist && twist(*message)) return;
  if (const auto* pull = std::get_if<wire::Pull>(&*message)) {
    const auto answer = batch(*pull);
    if (pull->log.prefix() == wire::prefix_of(log) && !answer.headers.empty())
      say(answer);
    else
      say(wire::Deny{pull->ticket, wire::DenyReason::nothing});
  } else if (const auto* wanted = std::get_if<wire::PullPayloads>(&*message)) {
    say(payloads(*wanted));
  } else if (const auto* ping = std::get_if<wire::Ping>(&*message)) {
    say(wire::Pong{ping->number, ping->time_ms});
  }
}

Bytes bomb(std::uint32_t ticket, std::uint32_t stated) {
  // A batch of bytes that do not compress has room for a block of our own making: its length stays.
  constexpr std::uint32_t room = 60'000;
  constexpr std::size_t frame_bytes = 4 + 1 + 2 + 3 + room;  // zstd: magic, descriptor, size, one raw block
  Bytes noise(room);
  repeatable_entropy(seed)(noise);
  Bytes message = wire::encode(wire::Batch{ticket, noise});
  const std::array<std::uint8_t, 4> magic = {0x28, 0xb5, 0x2f, 0xfd};
  const auto frame = std::search(message.begin(), message.end(), magic.begin(), magic.end());
  const auto left = static_cast<std::size_t>(message.end() - frame);
  REQUIRE(left >= frame_bytes);
  REQUIRE(left < frame_bytes + 8);

  Bytes bytes(magic.begin(), magic.end());
  const auto put = [&bytes](std::uint32_t value, int count) {
    for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  };
  put(0xa0, 1);  // one segment, its size in four bytes
  put(stated, 4);
  constexpr std::uint32_t run_bytes = 128 * 1024;  // the largest block: one byte, repeated
  constexpr std::uint32_t repeated = 1, raw = 0, last = 1;
  while (frame_bytes - bytes.size() >= 8) {
    put(repeated << 1 | run_bytes << 3, 3);
    put(0, 1);
  }
  const auto rest = static_cast<std::uint32_t>(frame_bytes - bytes.size() - 3);
  put(last | raw << 1 | rest << 3, 3);
  for (std::uint32_t i = 0; i < rest; ++i) put(0, 1);
  REQUIRE(bytes.size() == frame_bytes);
  std::copy(bytes.begin(), bytes.end(), frame);

  const std::uint64_t honest = std::uint64_t{room} << 32 | ticket;
  bool said = false;
  for (std::size_t at = 0; at + 8 <= message.size() && !said; at += 8)
    if (std::memcmp(message.data() + at, &honest, 8) == 0) {
      std::memcpy(message.data() + at + 4, &stated, 4);
      said = true;
    }
  REQUIRE(said);
  return message;
}

}  // namespace hansa::test
