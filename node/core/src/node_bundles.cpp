// Bundles: signed in this node's name, and taken in as if a peer had sent what is in them.

#include <algorithm>
#include <cassert>

#include "core/bundles.h"
#include "node_parts.h"
#include "protocol/fork.h"
#include "protocol/heads.h"

namespace hansa::core {

using protocol::BundlePart;
using protocol::Bytes;
using protocol::ByteView;
using protocol::Hash;
using protocol::HeaderView;
using protocol::Refusal;

namespace {

/// If the bundle holds everything that counts here.
Hash digest_of(const protocol::BundleOpening& opening, const store::Snapshot& snapshot,
               const std::vector<Bytes>& proofs) {
  if (!opening.is_everything) return {};
  std::vector<protocol::Head> heads;
  for (const auto& log : opening.logs) heads.push_back(log.head);
  std::vector<protocol::Head> held;
  for (const auto& log : snapshot.logs()) held.push_back({log.log, log.sequence, log.head});
  if (heads != held) return {};
  std::vector<Hash> hashes;
  for (const auto& proof : proofs) hashes.push_back(protocol::proof_hash(proof));
  std::ranges::sort(hashes);
  return protocol::digest(opening.charter, protocol::bucket_hashes(heads), protocol::proofs_hash(hashes));
}

void append_charters(Bytes& out, const CharterLife& life) {
  protocol::wire::Charters message;
  std::size_t bytes = 0;
  const auto flush = [&] {
    protocol::append_bundle_frame(out, protocol::wire::encode(message));
    message.list.clear();
    bytes = 0;
  };
  for (const auto& [charter, since] : life.versions) {
    if (bytes >= protocol::charters_message_bytes ||
        message.list.size() == protocol::charters_per_message_max)
      flush();
    message.list.emplace_back(charter.bytes().begin(), charter.bytes().end());
    bytes += charter.bytes().size();
  }
  if (!message.list.empty()) flush();
}

/// The headers that stand one after the other, until one does not parse.
std::vector<ByteView> headers_in(ByteView bytes) {
  std::vector<ByteView> headers;
  while (!bytes.empty()) {
    const auto header = HeaderView::parse_front(bytes);
    if (!header) break;
    headers.push_back(bytes.first(header->length()));
    bytes = bytes.subspan(header->length());
  }
  return headers;
}

}  // namespace

protocol::Outcome<Bytes> Node::begin_bundle(const protocol::BundleOpening& what) const {
  const auto charter = charters_.get();
  assert(charter);
  auto opening = what;
  opening.federation = charter->federation();
  opening.charter = charter->hash();
  opening.made_ms = now_ms();
  const auto proofs = parts_->proofs.all();
  opening.digest = digest_of(opening, *store_.snapshot(), proofs);
  const auto sealed = protocol::seal_bundle_opening(std::move(opening), key_);
  if (!sealed) return sealed.error();
  const auto mark = protocol::bundle_mark();
  Bytes bytes(mark.begin(), mark.end());
  protocol::append_bundle_frame(bytes, *sealed);
  append_charters(bytes, *parts_->keeper.life());
  for (const auto& proof : proofs)
    protocol::append_bundle_frame(bytes, protocol::wire::encode(protocol::wire::Proof{proof}));
  return bytes;
}

BundleTaken Node::take_in(const BundlePart& part) {
  BundleTaken taken;
  assert(parts_->sync);
  if (parts_->publisher.has_staged()) flush_publishing();
  for (const auto& proof : part.proofs)
    if (const auto outcome = parts_->proofs.take(proof, now_ms()); !outcome)
      taken.refused.push_back({outcome.error(), {}, 0, false});
  do_deeds();
  const auto own = parts_->publisher.own_log();
  for (std::size_t which = 0; which < part.entries.size(); ++which) {
    take_entries(part, which, taken);
    take_payloads(part, which, taken);
  }
  store_.sync();
  do_deeds();
  // Entries of our own log that were lost here. Others may hold more still: go on in another log.
  const auto now_own = own ? store_.snapshot()->log(own->id) : std::nullopt;
  if (now_own && now_own->sequence > own->sequence && parts_->epochs.current() == own->id) {
    parts_->epochs.leave(EpochReason::overtaken);
    ensure_own_log();
    run_deeds();
  }
  return taken;
}

void Node::take_entries(const BundlePart& part, std::size_t which, BundleTaken& taken) {
  const auto& entries = part.entries[which];
  const auto snapshot = store_.snapshot();
  const auto state = snapshot->log(entries.log);
  const auto before = state ? state->sequence : 0;
  const auto given = headers_in(entries.headers);
  const auto held = before < entries.from
                        ? std::vector<Bytes>()
                        : snapshot->headers(entries.log, entries.from, given.size(), entries.headers.size());
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < held.size() && i < given.size(); ++i) {
    if (!std::ranges::equal(held[i], given[i])) {
      taken.refused.push_back({Refusal::log_conflict, entries.log, entries.from + i, false});
      return note_other_branch(*snapshot, held[i], given[i]);
    }
    bytes += given[i].size();
    ++taken.known;
  }
  if (bytes == entries.headers.size()) return;
  protocol::AdmitHeaders deed;
  deed.log = entries.log;
  deed.from = std::max(entries.from, before + 1);
  deed.headers.assign(entries.headers.begin() + static_cast<std::ptrdiff_t>(bytes), entries.headers.end());
  for (const auto& claim : part.claims)
    if (claim.log == protocol::wire::LogName::of(entries.log)) {
      deed.claimed_sequence = claim.sequence;
      deed.claimed_hash = claim.hash;
    }
  const auto outcome = parts_->admission.admit(deed, now_ms());
  if (outcome.state) parts_->sync->brought_in(*outcome.state, outcome.payloads_due, {}, now_ms());
  const auto through = outcome.state ? outcome.state->sequence : before;
  taken.entries += through - before;
  if (outcome.refusal) taken.refused.push_back({*outcome.refusal, entries.log, through + 1, false});
}

/// Two headers that follow the same one, of which we hold `ours`: if both are signed, the log is forked
/// there.
void Node::note_other_branch(const store::Snapshot& snapshot, ByteView ours, ByteView theirs) {
  const auto header = HeaderView::parse(ours);
  const auto other = HeaderView::parse(theirs);
  if (!header || !other || header->previous_hash() != other->previous_hash()) return;
  // Of this node's own log no evidence is made: see docs/protocol.md, "Evidence of forks".
  if (const auto own = parts_->publisher.own_log(); own && own->id == header->log()) return;
  const auto declaration = snapshot.headers(header->log(), 1, 1, protocol::header_bytes_max);
  const auto evidence = protocol::make_fork(charters_.get()->federation(), declaration.front(), ours, theirs);
  if (evidence) (void)parts_->proofs.take(evidence->bytes(), now_ms());
}

void Node::take_payloads(const BundlePart& part, std::size_t which, BundleTaken& taken) {
  const auto& entries = part.entries[which];
  const auto state = store_.snapshot()->log(entries.log);
  if (!state || entries.payloads.empty()) return;
  if (disk_low_) return taken.refused.push_back({Refusal::store_full, entries.log, entries.from, true});
  protocol::AdmitPayloads deed;
  std::vector<std::uint64_t> sequences;
  for (const auto& item : entries.payloads) {
    if (item.sequence > state->sequence) continue;  // its entry was refused, and that was said
    deed.items.push_back({entries.log, item.sequence, item.salt, item.content});
    sequences.push_back(item.sequence);
  }
  const auto outcome = parts_->admission.admit(std::move(deed), now_ms());
  for (const auto& refused : outcome.refused) {
    taken.refused.push_back({refused.refusal, refused.log, refused.sequence, true});
    std::erase(sequences, refused.sequence);
  }
  for (const auto& committed : parts_->admission.take_committed()) {
    taken.payloads += committed.payloads;
    note(committed);
  }
  admitted_ms_ = now_ms();
  const auto after = store_.snapshot()->log(entries.log);
  parts_->sync->brought_in(held_head(*after), {}, sequences, now_ms());
}

}  // namespace hansa::core
