#include <algorithm>
#include <cassert>

#include "protocol/charter.h"
#include "protocol/entry.h"
#include "protocol/wire.h"
#include "wire/frame.h"
#include "wire/packed.h"

namespace hansa::protocol::wire {
namespace {

capnp::Data::Reader blob(ByteView bytes) { return {bytes.data(), bytes.size()}; }

Bytes pack(const Head& head) { return Packer().bytes(head.log).bytes(head.hash).take(); }

/// Short rows and long rows, each one after the other.
struct PackedRows {
  Packer rows;
  Packer long_rows;
};

PackedRows pack(const std::vector<HeadRow>& rows) {
  assert(rows.size() <= head_rows_max);
  PackedRows packed;
  for (const HeadRow& row : rows) {
    Packer& to = row.log.whole ? packed.long_rows : packed.rows;
    if (row.log.whole)
      to.bytes(row.log.id);
    else
      to.bytes(row.log.prefix());
    to.integer(row.sequence).bytes(row.hash);
  }
  return packed;
}

Bytes name_bytes(const LogName& log) {
  return log.whole ? Packer().bytes(log.id).take() : Packer().bytes(log.prefix()).take();
}

/// What a message carries compressed.
Bytes packed_items(const Payloads& payloads) {
  constexpr std::size_t fixed_bytes = 2 + 8 + 32 + 4;
  std::size_t size = 0;
  for (const PayloadItem& item : payloads.items) size += fixed_bytes + item.content.size();
  assert(size <= inflated_bytes_max);
  Packer items;
  items.reserve(size);
  for (const PayloadItem& item : payloads.items) {
    assert(item.content.size() <= payload_content_bytes_max);
    items.integer(item.range).integer(item.sequence).bytes(item.salt.bytes);
    items.integer(static_cast<std::uint32_t>(item.content.size())).bytes(item.content);
  }
  return items.take();
}

/// The block of a message that carries one.
struct Block {
  std::size_t inflated_bytes = 0;
  Bytes frame;  ///< empty: none

  static Block of(const Message& message) {
    if (const auto* batch = std::get_if<Batch>(&message)) return of(batch->headers);
    if (const auto* payloads = std::get_if<Payloads>(&message)) return of(packed_items(*payloads));
    return {};
  }
  static Block of(const Bytes& bytes) {
    if (bytes.empty()) return {};
    return {bytes.size(), deflate(bytes)};
  }
};

/// Fills the union of one message; each overload knows one arm.
struct Arm {
  schema::Message::Builder to;
  const Block& block;

  void operator()(const Hello& hello) {
    assert(hello.software.size() <= software_bytes_max);
    auto out = to.initHello();
    out.setVersionChosen(hello.version_chosen);
    out.setVersionOldest(hello.version_oldest);
    out.setVersionNewest(hello.version_newest);
    out.setAgrees(hello.agrees);
    out.setStatedIsYours(hello.stated_is_yours);
    out.setCharterVersion(hello.charter_version);
    out.setReceiveCreditBytes(hello.receive_credit_bytes);
    out.setMessageBytesMax(hello.message_bytes_max);
    out.setPayloadsMissing(hello.payloads_missing);
    out.setEpoch(hello.epoch);
    out.setEntriesTotal(hello.entries_total);
    out.setTimeMs(hello.time_ms);
    out.setSoftware(hello.software.c_str());
    if (hello.own) {
      out.setOwnSequence(hello.own->sequence);
      out.setOwn(blob(pack(*hello.own)));
    }
    if (hello.stated && !hello.stated_is_yours) {
      out.setStatedSequence(hello.stated->sequence);
      out.setStated(blob(pack(*hello.stated)));
    }
    out.setSignature(blob(hello.signature.bytes));
    if (hello.agrees) return;
    out.setCharterHash(blob(hello.charter_hash));
    out.setDigest(blob(hello.digest));
    out.setBuckets(blob(hello.buckets));
  }
  void operator()(const Statement& statement) {
    auto out = to.initStatement();
    out.setLog(blob(statement.head.log));
    out.setSequence(statement.head.sequence);
    out.setHash(blob(statement.head.hash));
    out.setSignature(blob(statement.signature.bytes));
  }
  void operator()(const Heads& heads) {
    const auto packed = pack(heads.rows);
    auto out = to.initHeads();
    out.setBucketMask(heads.bucket_mask);
    out.setRows(blob(packed.rows.view()));
    out.setLongRows(blob(packed.long_rows.view()));
  }
  void operator()(const Announce& announce) {
    const auto packed = pack(announce.rows);
    auto out = to.initAnnounce();
    out.setRows(blob(packed.rows.view()));
    out.setLongRows(blob(packed.long_rows.view()));
  }
  void operator()(const Pull& pull) {
    assert(pull.count >= 1 && pull.count <= pull_headers_max && pull.from >= 1);
    auto out = to.initPull();
    out.setTicket(pull.ticket);
    out.setCount(pull.count);
    out.setFrom(pull.from);
    out.setLog(blob(name_bytes(pull.log)));
    if (pull.previous) out.setPrevious(blob(*pull.previous));
  }
  void operator()(const Batch& batch) {
    assert(!batch.headers.empty() && batch.headers.size() <= inflated_bytes_max);
    auto out = to.initBatch();
    out.setTicket(batch.ticket);
    out.setInflatedBytes(static_cast<std::uint32_t>(block.inflated_bytes));
    out.setHeaders(blob(block.frame));
  }
  void operator()(const PullPayloads& pull) {
    assert(!pull.ranges.empty() && pull.ranges.size() <= pull_ranges_max);
    Packer rows;
    Packer long_rows;
    for (const PayloadRange& range : pull.ranges)
      (range.log.whole ? long_rows : rows).bytes(name_bytes(range.log)).integer(range.from).integer(range.to);
    auto out = to.initPullPayloads();
    out.setTicket(pull.ticket);
    out.setRanges(blob(rows.view()));
    out.setLongRanges(blob(long_rows.view()));
  }
  void operator()(const Payloads& payloads) {
    auto out = to.initPayloads();
    out.setTicket(payloads.ticket);
    out.setLast(payloads.last);
    out.setInflatedBytes(static_cast<std::uint32_t>(block.inflated_bytes));
    if (!block.frame.empty()) out.setItems(blob(block.frame));
  }
  void operator()(const Push& push) {
    assert(push.header.size() <= header_bytes_max && push.content.size() <= payload_content_bytes_max);
    auto out = to.initPush();
    out.setHeader(blob(push.header));
    if (!push.salt) return;
    out.setSalt(blob(push.salt->bytes));
    out.setContent(blob(push.content));
  }
  void operator()(const Held& held) {
    assert(held.rows.size() <= held_rows_max);
    Packer rows;
    for (const HeldRow& row : held.rows) rows.bytes(row.log).integer(row.through);
    to.initHeld().setRows(blob(rows.view()));
  }
  void operator()(const Deny& deny) {
    auto out = to.initDeny();
    out.setTicket(deny.ticket);
    out.setReason(static_cast<std::uint16_t>(deny.reason));
  }
  void operator()(const Credit& credit) { to.initCredit().setBytes(credit.bytes); }
  void operator()(const Ping& ping) {
    auto out = to.initPing();
    out.setNumber(ping.number);
    out.setTimeMs(ping.time_ms);
  }
  void operator()(const Pong& pong) {
    auto out = to.initPong();
    out.setNumber(pong.number);
    out.setTimeMs(pong.time_ms);
  }
  void operator()(const Close& close) {
    assert(close.reason.size() <= close_reason_bytes_max);
    to.initClose().setReason(close.reason.c_str());
  }
  void operator()(const Charters& charters) {
    assert(charters.list.size() <= charters_per_message_max);
    auto out = to.initCharters().initList(static_cast<unsigned>(charters.list.size()));
    for (unsigned i = 0; i < out.size(); ++i) {
      assert(charters.list[i].size() <= charter_bytes_max);
      out.set(i, blob(charters.list[i]));
    }
  }
  void operator()(const PullCharters& pull) { to.initPullCharters().setFrom(pull.from); }
  void operator()(const Proof& proof) {
    assert(!proof.bytes.empty() && proof.bytes.size() <= proof_bytes_max);
    to.initProof().setBytes(blob(proof.bytes));
  }
  void operator()(const Unknown&) { assert(false && "an unknown arm cannot be written"); }
};

/// Bytes of the lists a message carries beside its block: the size of the segment to reserve.
struct BodyBytes {
  std::size_t operator()(const Heads& m) const { return m.rows.size() * 48; }
  std::size_t operator()(const Announce& m) const { return m.rows.size() * 48; }
  std::size_t operator()(const PullPayloads& m) const { return m.ranges.size() * 48; }
  std::size_t operator()(const Push& m) const { return m.header.size() + m.content.size() + 64; }
  std::size_t operator()(const Held& m) const { return m.rows.size() * 16; }
  std::size_t operator()(const Charters& m) const {
    std::size_t bytes = 1024;
    for (const Bytes& charter : m.list) bytes += charter.size() + 16;
    return bytes;
  }
  std::size_t operator()(const Proof& m) const { return m.bytes.size() + 64; }
  std::size_t operator()(const auto&) const { return 1024; }
};

Bytes statement_of(std::uint8_t kind, const Hash& federation, const PublicKey& to,
                   std::initializer_list<Head> heads) {
  Packer packer;
  packer.integer(kind).bytes(federation).bytes(to.bytes);
  for (const Head& head : heads) packer.bytes(head.log).integer(head.sequence).bytes(head.hash);
  return packer.take();
}

}  // namespace

Prefix prefix_of(const Hash& hash) {
  Prefix prefix;
  std::copy_n(hash.begin(), prefix.size(), prefix.begin());
  return prefix;
}

LogName LogName::of(const Prefix& prefix) {
  LogName log;
  std::copy(prefix.begin(), prefix.end(), log.id.begin());
  return log;
}

Bytes encode(const Message& message) {
  const Block block = Block::of(message);
  return framed(std::visit(BodyBytes{}, message) + block.frame.size(), [&](schema::Message::Builder to) {
    std::visit(Arm{to, block}, message);
  });
}

std::uint16_t first_version(const Message& message) {
  const bool of_charters = std::holds_alternative<Charters>(message) ||
                           std::holds_alternative<PullCharters>(message) ||
                           std::holds_alternative<Proof>(message);
  return of_charters ? link_version_charters : link_version_oldest;
}

bool is_bulk(const Message& message) {
  return std::holds_alternative<Batch>(message) || std::holds_alternative<Payloads>(message) ||
         std::holds_alternative<Push>(message);
}

// A first byte tells the two statements apart; both are bound to federation and receiver.
Bytes hello_statement(const Hash& federation, const PublicKey& to, const std::optional<Head>& own,
                      const std::optional<Head>& stated) {
  return statement_of(1, federation, to, {own.value_or(Head{}), stated.value_or(Head{})});
}

Bytes head_statement(const Hash& federation, const PublicKey& to, const Head& head) {
  return statement_of(2, federation, to, {head});
}

}  // namespace hansa::protocol::wire
