#include "protocol/charter.h"
#include "protocol/entry.h"
#include "protocol/unicode.h"
#include "protocol/wire.h"
#include "wire/frame.h"
#include "wire/packed.h"

namespace hansa::protocol::wire {
namespace {

ByteView view(capnp::Data::Reader data) { return {data.begin(), data.size()}; }

template <std::size_t N>
Outcome<std::array<std::uint8_t, N>> exactly(capnp::Data::Reader data) {
  if (data.size() != N) return Refusal::malformed;
  return Unpacker(view(data)).array<N>();
}

Outcome<std::string> text(capnp::Text::Reader reader, std::size_t bytes_max) {
  if (reader.size() > bytes_max) return Refusal::too_large;
  std::string out(reader.begin(), reader.size());
  if (!is_utf8(out) || has_control_character(out)) return Refusal::malformed;
  return out;
}

bool is_zero(ByteView bytes) {
  for (const auto byte : bytes)
    if (byte != 0) return false;
  return true;
}

/// Log id and hash in 64 bytes; empty: none. A hash of zeros stands for sequence 0, which only `none_held`
/// allows.
Outcome<std::optional<Head>> head(capnp::Data::Reader data, std::uint64_t sequence, bool none_held) {
  if (data.size() == 0) {
    if (sequence != 0) return Refusal::malformed;
    return std::optional<Head>();
  }
  if (data.size() != 64) return Refusal::malformed;
  Unpacker in(view(data));
  Head head;
  head.log = in.array<32>();
  head.sequence = sequence;
  head.hash = in.array<32>();
  if (sequence > sequence_max || (sequence == 0 && (!none_held || !is_zero(head.hash))))
    return Refusal::malformed;
  return std::optional<Head>(head);
}

Outcome<std::vector<HeadRow>> head_rows(capnp::Data::Reader rows, capnp::Data::Reader long_rows) {
  constexpr std::size_t short_bytes = 24;
  constexpr std::size_t long_bytes = 48;
  if (rows.size() % short_bytes != 0 || long_rows.size() % long_bytes != 0) return Refusal::malformed;
  const std::size_t count = rows.size() / short_bytes + long_rows.size() / long_bytes;
  if (count > head_rows_max) return Refusal::too_large;
  std::vector<HeadRow> out;
  out.reserve(count);
  for (Unpacker in(view(rows)); in.left() > 0;) {
    HeadRow row;
    row.log = LogName::of(in.array<8>());
    row.sequence = in.integer<std::uint64_t>();
    row.hash = in.array<8>();
    if (row.sequence > sequence_max) return Refusal::malformed;
    out.push_back(row);
  }
  for (Unpacker in(view(long_rows)); in.left() > 0;) {
    HeadRow row;
    row.log = LogName::of(in.array<32>());
    row.sequence = in.integer<std::uint64_t>();
    row.hash = in.array<8>();
    if (row.sequence > sequence_max) return Refusal::malformed;
    out.push_back(row);
  }
  return out;
}

/// The fields that need no more than a look at their size.
Hello plain_fields(schema::Hello::Reader in) {
  Hello hello;
  hello.version_chosen = in.getVersionChosen();
  hello.version_oldest = in.getVersionOldest();
  hello.version_newest = in.getVersionNewest();
  hello.agrees = in.getAgrees();
  hello.stated_is_yours = in.getStatedIsYours();
  hello.charter_version = in.getCharterVersion();
  hello.receive_credit_bytes = in.getReceiveCreditBytes();
  hello.message_bytes_max = in.getMessageBytesMax();
  hello.payloads_missing = in.getPayloadsMissing();
  hello.epoch = in.getEpoch();
  hello.entries_total = in.getEntriesTotal();
  hello.time_ms = in.getTimeMs();
  return hello;
}

Outcome<Message> hello(schema::Hello::Reader in) {
  Hello hello = plain_fields(in);
  if (hello.receive_credit_bytes < receive_credit_bytes_min ||
      hello.receive_credit_bytes > credit_bytes_max || hello.message_bytes_max < message_bytes_max)
    return Refusal::malformed;
  auto software = text(in.getSoftware(), software_bytes_max);
  if (!software) return software.error();
  hello.software = std::move(*software);
  const auto own = head(in.getOwn(), in.getOwnSequence(), false);
  if (!own) return own.error();
  hello.own = *own;
  const auto stated = head(in.getStated(), in.getStatedSequence(), true);
  if (!stated) return stated.error();
  if (hello.stated_is_yours && stated->has_value()) return Refusal::malformed;
  hello.stated = *stated;
  const auto signature = exactly<64>(in.getSignature());
  if (!signature) return signature.error();
  hello.signature.bytes = *signature;
  if (hello.agrees) {
    if (in.getCharterHash().size() + in.getDigest().size() + in.getBuckets().size() != 0)
      return Refusal::malformed;
    return Message(std::move(hello));
  }
  const auto charter = exactly<32>(in.getCharterHash());
  const auto digest = exactly<32>(in.getDigest());
  const auto buckets = exactly<256>(in.getBuckets());
  if (!charter || !digest || !buckets) return Refusal::malformed;
  hello.charter_hash = *charter;
  hello.digest = *digest;
  hello.buckets = *buckets;
  return Message(std::move(hello));
}

Outcome<Message> statement(schema::Statement::Reader in) {
  const auto log = exactly<32>(in.getLog());
  const auto hash = exactly<32>(in.getHash());
  const auto signature = exactly<64>(in.getSignature());
  if (!log || !hash || !signature) return Refusal::malformed;
  if (in.getSequence() > sequence_max || (in.getSequence() == 0) != is_zero(*hash)) return Refusal::malformed;
  return Message(Statement{{*log, in.getSequence(), *hash}, {*signature}});
}

Outcome<Message> pull(schema::Pull::Reader in) {
  Pull pull;
  pull.ticket = in.getTicket();
  pull.count = in.getCount();
  pull.from = in.getFrom();
  if (pull.ticket == 0 || pull.from == 0 || pull.from > sequence_max || pull.count == 0)
    return Refusal::malformed;
  if (pull.count > pull_headers_max) return Refusal::too_large;
  const auto log = in.getLog();
  if (log.size() == 8)
    pull.log = LogName::of(*exactly<8>(log));
  else if (log.size() == 32)
    pull.log = LogName::of(*exactly<32>(log));
  else
    return Refusal::malformed;
  const auto previous = in.getPrevious();
  if (previous.size() != 0) {
    const auto prefix = exactly<8>(previous);
    if (!prefix || pull.from == 1) return Refusal::malformed;
    pull.previous = *prefix;
  }
  return Message(std::move(pull));
}

Outcome<Message> batch(schema::Batch::Reader in) {
  if (in.getTicket() == 0) return Refusal::malformed;
  auto headers = inflate(view(in.getHeaders()), in.getInflatedBytes());
  if (!headers) return headers.error();
  return Message(Batch{in.getTicket(), std::move(*headers)});
}

Outcome<Done> take_ranges(ByteView rows, bool whole, std::vector<PayloadRange>& out,
                          std::uint64_t& sequences) {
  for (Unpacker in(rows); in.left() > 0;) {
    PayloadRange range;
    range.log = whole ? LogName::of(in.array<32>()) : LogName::of(in.array<8>());
    range.from = in.integer<std::uint64_t>();
    range.to = in.integer<std::uint64_t>();
    if (range.from == 0 || range.to < range.from || range.to > sequence_max) return Refusal::malformed;
    if (range.to - range.from >= pull_payloads_max) return Refusal::too_large;
    sequences += range.to - range.from + 1;
    out.push_back(range);
  }
  return Done{};
}

Outcome<Message> pull_payloads(schema::PullPayloads::Reader in) {
  const auto rows = view(in.getRanges());
  const auto long_rows = view(in.getLongRanges());
  if (in.getTicket() == 0 || rows.size() % 24 != 0 || long_rows.size() % 48 != 0) return Refusal::malformed;
  const std::size_t count = rows.size() / 24 + long_rows.size() / 48;
  if (count == 0) return Refusal::malformed;
  if (count > pull_ranges_max) return Refusal::too_large;
  PullPayloads pull;
  pull.ticket = in.getTicket();
  std::uint64_t sequences = 0;
  if (auto taken = take_ranges(rows, false, pull.ranges, sequences); !taken) return taken.error();
  if (auto taken = take_ranges(long_rows, true, pull.ranges, sequences); !taken) return taken.error();
  if (sequences > pull_payloads_max) return Refusal::too_large;
  return Message(std::move(pull));
}

Outcome<Message> payloads(schema::Payloads::Reader in) {
  Payloads payloads;
  payloads.ticket = in.getTicket();
  payloads.last = in.getLast();
  if (payloads.ticket == 0) return Refusal::malformed;
  const auto frame = view(in.getItems());
  if (frame.empty() && in.getInflatedBytes() == 0) return Message(std::move(payloads));
  const auto packed = inflate(frame, in.getInflatedBytes());
  if (!packed) return packed.error();
  constexpr std::size_t fixed_bytes = 2 + 8 + 32 + 4;
  for (Unpacker items(*packed); items.left() > 0;) {
    if (items.left() < fixed_bytes) return Refusal::malformed;
    PayloadItem item;
    item.range = items.integer<std::uint16_t>();
    item.sequence = items.integer<std::uint64_t>();
    item.salt.bytes = items.array<32>();
    const auto bytes = items.integer<std::uint32_t>();
    if (bytes > payload_content_bytes_max) return Refusal::too_large;
    if (bytes > items.left()) return Refusal::malformed;
    if (payloads.items.size() >= pull_payloads_max) return Refusal::too_large;
    const auto content = items.bytes(bytes);
    item.content.assign(content.begin(), content.end());
    payloads.items.push_back(std::move(item));
  }
  return Message(std::move(payloads));
}

Outcome<Message> push(schema::Push::Reader in) {
  Push push;
  const auto header = view(in.getHeader());
  const auto content = view(in.getContent());
  if (header.size() > header_bytes_max || content.size() > payload_content_bytes_max)
    return Refusal::too_large;
  if (header.size() < header_bytes_min) return Refusal::malformed;
  push.header.assign(header.begin(), header.end());
  const auto salt_data = in.getSalt();
  if (salt_data.size() == 0) {
    if (!content.empty()) return Refusal::malformed;
    return Message(std::move(push));
  }
  const auto salt = exactly<32>(salt_data);
  if (!salt) return salt.error();
  push.salt = Salt{*salt};
  push.content.assign(content.begin(), content.end());
  return Message(std::move(push));
}

Outcome<Message> held(schema::Held::Reader in) {
  const auto rows = view(in.getRows());
  if (rows.size() % 16 != 0) return Refusal::malformed;
  if (rows.size() / 16 > held_rows_max) return Refusal::too_large;
  Held held;
  for (Unpacker packed(rows); packed.left() > 0;) {
    HeldRow row;
    row.log = packed.array<8>();
    row.through = packed.integer<std::uint64_t>();
    if (row.through > sequence_max) return Refusal::malformed;
    held.rows.push_back(row);
  }
  return Message(std::move(held));
}

Outcome<Message> deny(schema::Deny::Reader in) {
  if (in.getTicket() == 0) return Refusal::malformed;
  const auto reason = in.getReason();
  const bool known = reason >= 1 && reason <= 5;
  return Message(Deny{in.getTicket(), known ? static_cast<DenyReason>(reason) : DenyReason::nothing});
}

Outcome<Message> charters(schema::Charters::Reader in) {
  const auto list = in.getList();
  if (list.size() > charters_per_message_max) return Refusal::too_large;
  Charters charters;
  for (const auto charter : list) {
    if (charter.size() == 0) return Refusal::malformed;
    if (charter.size() > charter_bytes_max) return Refusal::too_large;
    charters.list.emplace_back(charter.begin(), charter.end());
  }
  return Message(std::move(charters));
}

Outcome<Message> proof(schema::Proof::Reader in) {
  const auto bytes = view(in.getBytes());
  if (bytes.empty()) return Refusal::malformed;
  if (bytes.size() > proof_bytes_max) return Refusal::too_large;
  return Message(Proof{{bytes.begin(), bytes.end()}});
}

Outcome<Message> arm(schema::Message::Reader in) {
  switch (in.which()) {
    case schema::Message::HELLO:
      return hello(in.getHello());
    case schema::Message::STATEMENT:
      return statement(in.getStatement());
    case schema::Message::PULL:
      return pull(in.getPull());
    case schema::Message::BATCH:
      return batch(in.getBatch());
    case schema::Message::PULL_PAYLOADS:
      return pull_payloads(in.getPullPayloads());
    case schema::Message::PAYLOADS:
      return payloads(in.getPayloads());
    case schema::Message::PUSH:
      return push(in.getPush());
    case schema::Message::HELD:
      return held(in.getHeld());
    case schema::Message::DENY:
      return deny(in.getDeny());
    case schema::Message::HEADS: {
      const auto heads = in.getHeads();
      auto rows = head_rows(heads.getRows(), heads.getLongRows());
      if (!rows) return rows.error();
      return Message(Heads{heads.getBucketMask(), std::move(*rows)});
    }
    case schema::Message::ANNOUNCE: {
      auto rows = head_rows(in.getAnnounce().getRows(), in.getAnnounce().getLongRows());
      if (!rows) return rows.error();
      return Message(Announce{std::move(*rows)});
    }
    case schema::Message::CREDIT: {
      const auto bytes = in.getCredit().getBytes();
      if (bytes == 0 || bytes > credit_bytes_max) return Refusal::malformed;
      return Message(Credit{bytes});
    }
    case schema::Message::PING:
      return Message(Ping{in.getPing().getNumber(), in.getPing().getTimeMs()});
    case schema::Message::PONG:
      return Message(Pong{in.getPong().getNumber(), in.getPong().getTimeMs()});
    case schema::Message::CLOSE: {
      auto reason = text(in.getClose().getReason(), close_reason_bytes_max);
      if (!reason) return reason.error();
      return Message(Close{std::move(*reason)});
    }
    case schema::Message::CHARTERS:
      return charters(in.getCharters());
    case schema::Message::PULL_CHARTERS:
      if (in.getPullCharters().getFrom() == 0) return Refusal::malformed;
      return Message(PullCharters{in.getPullCharters().getFrom()});
    case schema::Message::PROOF:
      return proof(in.getProof());
    case schema::Message::JOIN:
    case schema::Message::JOIN_STATE:
      break;  // of guests, who do not sync
  }
  return Message(Unknown{static_cast<std::uint16_t>(in.which())});
}

}  // namespace

Outcome<Message> decode(ByteView bytes) { return read_framed<Message>(bytes, arm); }

}  // namespace hansa::protocol::wire
