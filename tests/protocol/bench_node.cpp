#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "sync_bench.h"

namespace hansa::test {

using namespace protocol;

Entropy repeatable_entropy(std::uint64_t seed) {
  auto random = std::make_shared<std::mt19937_64>(seed);
  return [random](std::span<std::uint8_t> out) {
    for (auto& byte : out) byte = static_cast<std::uint8_t>((*random)());
  };
}

HeldHead BenchLog::head(const Hash& log) const {
  HeldHead head;
  head.log = log;
  if (!tip) return head;
  head.author = tip->author;
  head.epoch = 1;
  head.sequence = tip->sequence;
  head.head = tip->hash;
  head.checked_sequence = checked;
  head.payloads_through = missing.empty() ? tip->sequence : *missing.begin() - 1;
  return head;
}

BenchNode::BenchNode(std::uint64_t seed, const Hash& of, std::uint64_t)
    : key(SecretKey::generate(repeatable_entropy(seed))),
      federation(of),
      entropy_(repeatable_entropy(seed + 77)) {}

void BenchNode::declare() {
  DeclarationFields fields;
  fields.federation = federation;
  entropy_(fields.epoch_nonce);
  auto header = seal_declaration(fields, key);
  REQUIRE(header);
  auto run = chain(federation, std::nullopt, *header);
  REQUIRE(run);
  own = run->tip().log;
  HeadersAdmitted outcome;
  take(*run, outcome);
  logs[*own].checked = 1;
}

OwnEntry BenchNode::append(std::size_t size, bool bad) {
  OwnEntry entry;
  BenchLog& log = logs[*own];
  EntryFields fields;
  RecordId record;
  entropy_(record.owner.bytes);
  entropy_(record.local);
  fields.record = record;
  fields.record_kind = RecordKind::practice;
  fields.visibility = Visibility::network;
  if (size > 0) {
    entry.salt = Salt::generate(entropy_);
    entry.content.resize(size);
    entropy_(std::span(entry.content).first(std::min<std::size_t>(size, 64)));
    const auto sealed = seal_payload(entry.content, *entry.salt);
    REQUIRE(sealed);
    fields.payload_blocks = sealed->blocks;
    fields.commitment = sealed->commitment;
  }
  auto header = seal_entry(fields, *log.tip, key);
  REQUIRE(header);
  if (bad) (*header)[header->size() - 1] ^= 1;
  entry.header = *header;
  log.headers.push_back(entry.header);
  ++log.tip->sequence;
  log.tip->hash = entry_hash(entry.header);
  log.checked = log.tip->sequence;
  if (size > 0) log.payloads[log.tip->sequence] = {*own, log.tip->sequence, *entry.salt, entry.content};
  return entry;
}

OwnEntry BenchNode::append_newer(std::size_t header_bytes) {
  BenchLog& log = logs[*own];
  Bytes header(header_bytes, 0xaa);
  const std::uint16_t version = 2;
  const auto length = static_cast<std::uint16_t>(header_bytes);
  const std::uint64_t sequence = log.tip->sequence + 1;
  std::memcpy(&header[0], &version, sizeof version);
  std::memcpy(&header[2], &length, sizeof length);
  std::copy(federation.begin(), federation.end(), header.begin() + 4);
  std::copy(own->begin(), own->end(), header.begin() + 36);
  std::memcpy(&header[68], &sequence, sizeof sequence);
  std::copy(log.tip->hash.begin(), log.tip->hash.end(), header.begin() + 76);
  const auto signature = key.sign(Purpose::entry, ByteView(header).first(header_bytes - 64));
  std::copy(signature.bytes.begin(), signature.bytes.end(), header.end() - 64);
  log.headers.push_back(header);
  log.tip->sequence = log.checked = sequence;
  log.tip->hash = entry_hash(header);
  return {header, std::nullopt, {}};
}

void BenchNode::publish(std::size_t count, std::size_t size) {
  std::vector<OwnEntry> entries;
  for (std::size_t i = 0; i < count; ++i) entries.push_back(append(size));
  if (engine) engine->published(entries, logs[*own].head(*own), *clock);
}

void BenchNode::start(SyncTerms terms, std::uint64_t now_ms) {
  terms_ = terms;
  engine = std::make_unique<SyncEngine>(std::move(terms), key, now_ms);
  std::vector<HeldHead> heads;
  std::vector<EntryRange> missing;
  for (const auto& [id, log] : logs) {
    heads.push_back(log.head(id));
    for (const auto sequence : log.missing) missing.push_back({id, sequence, sequence});
  }
  engine->load(heads, missing, true);
  if (own) engine->set_own_log(logs[*own].head(*own), now_ms);
}

void BenchNode::take(const ChainedRun& run, HeadersAdmitted& outcome) {
  BenchLog& log = logs[run.tip().log];
  if (!log.tip) log.checked = 0;
  for (std::size_t i = 0; i < run.size(); ++i) {
    const auto header = run.header(i);
    log.headers.emplace_back(header.bytes().begin(), header.bytes().end());
    if (!header.is_declaration() && header.is_understood() && header.payload_blocks() > 0) {
      outcome.payloads_due.push_back({run.tip().log, header.sequence(), header.sequence()});
      log.missing.insert(header.sequence());
    }
    if (run.is_checked(i) && log.checked + 1 == header.sequence()) log.checked = header.sequence();
  }
  log.tip = run.tip();
}

HeadersAdmitted BenchNode::admit(const Hash& id, Bytes headers) {
  HeadersAdmitted outcome;
  const auto known = logs.find(id);
  const auto tip = known == logs.end() ? std::nullopt : known->second.tip;
  auto run = chain(federation, tip, headers);
  if (run) {
    take(*run, outcome);
  } else {
    outcome.refusal = run.error().refusal;
    if (run.error().refusal == Refusal::bad_signature) {
      // The good entries before the first bad one are taken all the same.
      const auto first = HeaderView::parse_front(headers);
      const PublicKey author = tip ? tip->author : first->node_key();
      std::size_t good = 0;
      for (std::size_t at = 0; at < headers.size();) {
        const auto header = HeaderView::parse_front(ByteView(headers).subspan(at));
        if (!verify_signature(*header, author)) {
          outcome.refused = header->hash();
          break;
        }
        at += header->length();
        good = at;
      }
      headers.resize(good);
      if (good > 0) {
        auto part = chain(federation, tip, headers);
        REQUIRE(part);
        take(*part, outcome);
      }
    }
  }
  if (logs.contains(id) && logs[id].tip) outcome.state = logs[id].head(id);
  return outcome;
}

HeadersAdmitted BenchNode::admit(const AdmitLive& deed) {
  auto outcome = admit(deed.log, deed.header);
  if (outcome.refusal || !deed.salt) return outcome;
  const auto header = HeaderView::parse(deed.header);
  if (const auto payload = check_payload(*header, *deed.salt, deed.content); !payload) {
    outcome.payload_refusal = payload.error();
    return outcome;
  }
  BenchLog& log = logs[deed.log];
  log.missing.erase(deed.sequence);
  log.payloads[deed.sequence] = {deed.log, deed.sequence, *deed.salt, deed.content};
  outcome.payloads_due.clear();
  outcome.state = log.head(deed.log);
  return outcome;
}

PayloadsAdmitted BenchNode::admit(const AdmitPayloads& deed) {
  PayloadsAdmitted outcome;
  std::set<Hash> changed;
  for (const auto& item : deed.items) {
    BenchLog& log = logs[item.log];
    if (!log.tip || item.sequence > log.tip->sequence) {
      outcome.refused.push_back({item.log, item.sequence, Refusal::unknown_log});
      continue;
    }
    const auto header = HeaderView::parse(log.headers[item.sequence - 1]);
    const auto payload = check_payload(*header, item.salt, item.content);
    if (!payload) {
      outcome.refused.push_back({item.log, item.sequence, payload.error()});
      continue;
    }
    log.missing.erase(item.sequence);
    log.payloads[item.sequence] = item;
    changed.insert(item.log);
  }
  for (const Hash& log : changed) outcome.states.push_back(logs[log].head(log));
  return outcome;
}

void BenchNode::answer(const ReadHeaders& deed) {
  std::vector<Bytes> headers;
  const BenchLog& log = logs[deed.log];
  for (auto at = deed.from; at <= log.headers.size() && headers.size() < deed.count_max; ++at)
    headers.push_back(log.headers[at - 1]);
  engine->headers_read(deed.ticket, headers, *clock);
}

void BenchNode::answer(const ReadPayloads& deed) {
  std::vector<CarriedPayload> items;
  std::size_t bytes = 0;
  for (const auto& range : deed.ranges) {
    const auto& held = logs[range.log].payloads;
    for (auto at = held.lower_bound(range.from); at != held.end() && at->first <= range.to; ++at) {
      if (!items.empty() && bytes + at->second.content.size() > deed.bytes_max)
        return engine->payloads_read(deed.ticket, items, false, *clock);
      bytes += at->second.content.size();
      items.push_back(at->second);
    }
  }
  engine->payloads_read(deed.ticket, items, true, *clock);
}

std::vector<Deed> BenchNode::perform(std::vector<Deed> deeds) {
  std::vector<Deed> rest;
  if (!reads_held_)
    for (Deed& deed : std::exchange(held_reads_, {})) deeds.push_back(std::move(deed));
  for (Deed& deed : deeds) {
    const bool reads =
        std::holds_alternative<ReadHeaders>(deed) || std::holds_alternative<ReadPayloads>(deed);
    if (reads && reads_held_)
      held_reads_.push_back(std::move(deed));
    else if (auto* headers = std::get_if<AdmitHeaders>(&deed))
      engine->headers_admitted(headers->ticket, admit(headers->log, std::move(headers->headers)), *clock);
    else if (auto* live = std::get_if<AdmitLive>(&deed))
      engine->headers_admitted(live->ticket, admit(*live), *clock);
    else if (auto* payloads = std::get_if<AdmitPayloads>(&deed))
      engine->payloads_admitted(payloads->ticket, admit(*payloads), *clock);
    else if (auto* read = std::get_if<ReadHeaders>(&deed))
      answer(*read);
    else if (auto* read_payloads = std::get_if<ReadPayloads>(&deed))
      answer(*read_payloads);
    else if (auto* read_charters = std::get_if<ReadCharters>(&deed))
      answer(*read_charters);
    else if (auto* charters_came = std::get_if<TakeCharters>(&deed))
      take(*charters_came);
    else if (auto* proof = std::get_if<AdmitProof>(&deed))
      take(*proof);
    else if (auto* fork = std::get_if<ForkFound>(&deed))
      forks.push_back(std::move(*fork));
    else if (auto* missing = std::get_if<ReadMissing>(&deed))
      engine->missing_read(missing->ticket, {}, true, *clock);
    else
      rest.push_back(std::move(deed));
  }
  return rest;
}

void BenchNode::answer(const ReadCharters& deed) {
  std::vector<Bytes> list;
  for (auto version = deed.from; charters && list.size() < charters_per_message_max; ++version) {
    const Charter* charter = charters->at(version);
    if (charter == nullptr) break;
    list.emplace_back(charter->bytes().begin(), charter->bytes().end());
  }
  engine->charters_read(deed.ticket, std::move(list), *clock);
}

void BenchNode::take(const TakeCharters& deed) {
  std::vector<CharterOffer> offers;
  const Hash before = charters ? charters->newest().hash() : Hash{};
  for (const Bytes& charter : deed.charters)
    if (charters && (offers.empty() || !offers.back().fault)) offers.push_back(charters->take(charter));
  const bool changed = charters && charters->newest().hash() != before;
  const auto verdict = verdict_of(offers, changed);
  if (verdict.conflict) ++charter_conflicts;
  engine->charters_taken(deed.ticket, verdict, *clock);
  if (changed) follow_charters();
}

void BenchNode::take(const AdmitProof& deed) {
  const bool good = deed.proof.front() != 0;
  engine->proof_admitted(deed.ticket, good ? std::nullopt : std::optional(Refusal::bad_signature), *clock);
  if (good) add_proof(deed.proof);
}

void BenchNode::add_proof(const Bytes& proof) {
  proofs.insert(proof);
  engine->set_proofs({proofs.begin(), proofs.end()}, *clock);
}

void BenchNode::follow_charters() {
  terms_.charter_version = charters->newest().version();
  terms_.charter_hash = charters->newest().hash();
  engine->set_terms(terms_, *clock);
}

void BenchNode::check_all() {
  for (auto& [id, log] : logs) {
    if (!log.tip || log.checked == log.tip->sequence) continue;
    std::optional<Hash> refused;
    std::uint64_t good = log.checked;
    for (; good < log.tip->sequence && !refused; ++good) {
      const auto header = HeaderView::parse(log.headers[good]);
      if (!verify_signature(*header, log.tip->author)) refused = header->hash();
      if (refused) break;
    }
    log.checked = good;
    if (refused) {
      log.headers.resize(good);
      log.payloads.erase(log.payloads.upper_bound(good), log.payloads.end());
      log.missing.erase(log.missing.upper_bound(good), log.missing.end());
      log.tip->sequence = good;
      log.tip->hash = entry_hash(log.headers.back());
    }
    engine->head_changed(log.head(id), refused, *clock);
  }
}

std::uint64_t BenchNode::entries() const {
  std::uint64_t sum = 0;
  for (const auto& [id, log] : logs) sum += log.headers.size();
  return sum;
}

std::size_t BenchNode::missing_payloads() const {
  std::size_t sum = 0;
  for (const auto& [id, log] : logs) sum += log.missing.size();
  return sum;
}

}  // namespace hansa::test
