#include "admission.h"

#include <algorithm>
#include <cassert>

#include "aside_branch.h"
#include "protocol/wire.h"
#include "store/catalogue.h"

namespace hansa::core {
namespace {

using protocol::Bytes;
using protocol::ByteView;
using protocol::ChainedRun;
using protocol::EntryRange;
using protocol::Hash;
using protocol::HeaderView;
using protocol::Refusal;

/// Where the header with this index starts; the headers before it parse.
std::size_t offset_of(ByteView headers, std::size_t index) {
  std::size_t offset = 0;
  for (; index > 0; --index) {
    const auto header = HeaderView::parse_front(headers.subspan(offset));
    assert(header.has_value());
    offset += header->length();
  }
  return offset;
}

/// The headers up to `through` whose payloads stay within the limit: where they end. `blocks`: of the log so
/// far.
std::size_t counting_prefix(std::uint64_t through, std::uint64_t blocks_max, std::uint64_t from,
                            std::uint64_t blocks, ByteView headers) {
  std::size_t offset = 0;
  for (std::uint64_t sequence = from; offset < headers.size(); ++sequence) {
    const auto header = HeaderView::parse_front(headers.subspan(offset));
    if (!header) break;  // chain() will name the fault
    if (store::has_payload(*header)) blocks += header->payload_blocks();
    if (sequence > through || blocks > blocks_max) return offset;
    offset += header->length();
  }
  return headers.size();
}

/// The sequence of the last header; those that do not parse, and what follows them, are not counted.
std::uint64_t last_of(std::uint64_t from, ByteView headers) {
  std::uint64_t sequence = from;
  for (auto header = HeaderView::parse_front(headers); header && header->length() < headers.size();
       header = HeaderView::parse_front(headers)) {
    headers = headers.subspan(header->length());
    ++sequence;
  }
  return sequence;
}

Refusal refusal_of(const Reach& reach, std::uint64_t from) {
  switch (reach.end) {
    case LogEnd::unknown_key:
      return Refusal::unknown_key;
    case LogEnd::open:
    case LogEnd::too_many_logs:
      return Refusal::limit_exceeded;
    case LogEnd::forked:
      return Refusal::log_conflict;
    default:
      return from > reach.through ? Refusal::not_permitted : Refusal::limit_exceeded;
  }
}

bool passes_through(const ChainedRun& run, const protocol::Cut& named) {
  if (named.sequence < run.first_sequence() || named.sequence > run.tip().sequence) return true;
  return run.hash(named.sequence - run.first_sequence()) == named.hash;
}

std::vector<EntryRange> payloads_due(const ChainedRun& run,
                                     const std::vector<protocol::VerifiedPayload>& held) {
  std::vector<EntryRange> due;
  for (std::size_t index = 0; index < run.size(); ++index) {
    const auto header = run.header(index);
    if (!store::has_payload(header)) continue;
    const auto sequence = header.sequence();
    if (std::any_of(held.begin(), held.end(),
                    [&](const auto& payload) { return payload.sequence() == sequence; }))
      continue;
    if (!due.empty() && due.back().to + 1 == sequence)
      due.back().to = sequence;
    else
      due.push_back({run.tip().log, sequence, sequence});
  }
  return due;
}

}  // namespace

protocol::HeldHead held_head(const store::LogState& state) {
  return {state.log,  state.author,           state.epoch,           state.sequence,
          state.head, state.checked_sequence, state.payloads_through};
}

Admission::Taken Admission::take_run(const Hash& log, std::uint64_t from, Bytes headers,
                                     const Claimed& claimed) const {
  const auto charter = charters_.get();
  assert(charter);
  const auto first = HeaderView::parse_front(headers);
  if (!first) return {{}, first.error(), {}};
  const auto state = store_.snapshot()->log(log);
  std::optional<protocol::LogTip> tip;
  if (state) tip = protocol::LogTip{charter->federation(), log, state->author, state->sequence, state->head};
  if ((state ? state->sequence + 1 : 1) != from || first->log() != log || first->sequence() != from)
    return {{}, Refusal::bad_chain, {}};

  const auto author = state ? state->author : first->node_key();
  const auto reach =
      this->reach({log, author, state ? state->epoch : first->epoch_number()}, state.has_value());
  if (from > reach.through) return {{}, refusal_of(reach, from), {}};
  auto through = reach.through;
  // Where two branches are known, what comes must lead to the entry that the charter names.
  if (reach.passes && last_of(from, headers) < reach.passes->sequence &&
      (claimed.sequence != reach.passes->sequence ||
       claimed.hash != protocol::wire::prefix_of(reach.passes->hash)))
    through = std::min(through, reach.disputed_from - 1);
  const auto counting =
      counting_prefix(through, reach.blocks_max, from, state ? state->payload_blocks : 0, headers);
  const bool cut = counting < headers.size();
  const auto beyond = through < reach.through ? Refusal::log_conflict : refusal_of(reach, from);
  if (counting == 0) return {{}, beyond, {}};
  headers.resize(counting);

  auto run = protocol::chain(charter->federation(), tip, headers);
  Taken taken;
  if (run)
    taken.run = std::move(*run);
  else
    taken = take_good_part(charter->federation(), tip, author, headers, run.error());
  if (cut && !taken.refusal) taken.refusal = beyond;
  if (taken.run && reach.passes && !passes_through(*taken.run, *reach.passes))
    return {{}, Refusal::log_conflict, {}};
  return taken;
}

Reach Admission::reach(const DeclaredLog& log, bool is_held) const {
  const auto charter = charters_.get();
  // A held log is within the limit: what ranks behind it made room.
  const auto rank = is_held ? 0 : rank_of(*charter, forks_, log, declared_logs(*store_.snapshot()));
  return reach_of(*charter, forks_, log, rank);
}

void Admission::displace(const protocol::PublicKey& author, std::uint64_t now_ms) {
  const auto charter = charters_.get();
  const auto logs = declared_logs(*store_.snapshot());
  for (const auto& log : logs) {
    if (log.author != author) continue;
    const auto rank = rank_of(*charter, forks_, log, logs);
    if (reach_of(*charter, forks_, log, rank).end != LogEnd::too_many_logs) continue;
    committed_.push_back(store_.set_aside(log.log, 1, now_ms));
    displaced_.push_back({log.log, log.author, log.epoch, 0, {}, 0, 0});
  }
}

/// So that it does not matter where a batch happened to end: the entries before the first bad one are taken.
Admission::Taken Admission::take_good_part(const Hash& federation, const std::optional<protocol::LogTip>& tip,
                                           const protocol::PublicKey& author, const Bytes& headers,
                                           const protocol::ChainFault& fault) const {
  Taken taken;
  taken.refusal = fault.refusal;
  if (fault.refusal == Refusal::bad_signature) taken.refused = fault.hash;
  Bytes good(headers.begin(), headers.begin() + static_cast<std::ptrdiff_t>(fault.offset));
  if (const auto bad = protocol::check_signatures(good, author)) {
    const auto offset = offset_of(good, *bad);
    taken.refusal = Refusal::bad_signature;
    taken.refused = HeaderView::parse_front(ByteView(good).subspan(offset))->hash();
    good.resize(offset);
  }
  if (good.empty()) return taken;
  auto run = protocol::chain(federation, tip, std::move(good));
  assert(run.has_value());
  taken.run = std::move(*run);
  taken.all_checked = true;
  return taken;
}

protocol::HeadersAdmitted Admission::commit(Taken taken, const Hash& log,
                                            std::vector<protocol::VerifiedPayload> payloads,
                                            std::uint64_t now_ms) {
  protocol::HeadersAdmitted outcome;
  outcome.refusal = taken.refusal;
  outcome.refused = taken.refused;
  if (taken.run) {
    outcome.payloads_due = payloads_due(*taken.run, payloads);
    const auto through = taken.run->tip().sequence;
    const auto author = taken.run->tip().author;
    const bool is_new = taken.run->first_sequence() == 1;
    const bool contiguous = [&] {
      const auto state = store_.snapshot()->log(log);
      return !state || state->checked_sequence == state->sequence;
    }();
    store::Batch batch;
    batch.runs.push_back(std::move(*taken.run));
    batch.payloads = std::move(payloads);
    committed_.push_back(store_.commit(batch, now_ms, store::Durability::buffered));
    if (taken.all_checked && contiguous) committed_.push_back(store_.mark_checked(log, through, now_ms));
    if (entry_beside(*store_.snapshot(), log)) doubled_.insert(log);
    if (is_new) displace(author, now_ms);
  }
  if (const auto state = store_.snapshot()->log(log)) outcome.state = held_head(*state);
  return outcome;
}

protocol::HeadersAdmitted Admission::admit(const protocol::AdmitHeaders& deed, std::uint64_t now_ms) {
  return commit(take_run(deed.log, deed.from, deed.headers, {deed.claimed_sequence, deed.claimed_hash}),
                deed.log, {}, now_ms);
}

protocol::HeadersAdmitted Admission::admit(const protocol::AdmitLive& deed, std::uint64_t now_ms) {
  auto taken = take_run(deed.log, deed.sequence, deed.header, {});
  std::vector<protocol::VerifiedPayload> payloads;
  std::optional<Refusal> payload_refusal;
  if (taken.run && taken.run->size() == 1 && deed.salt) {
    // A wrong payload never changes what counts: the entry is taken, its payload stays due.
    auto payload = protocol::check_payload(taken.run->header(0), *deed.salt, deed.content);
    if (payload)
      payloads.push_back(std::move(*payload));
    else
      payload_refusal = payload.error();
  }
  auto outcome = commit(std::move(taken), deed.log, std::move(payloads), now_ms);
  outcome.payload_refusal = payload_refusal;
  return outcome;
}

protocol::PayloadsAdmitted Admission::admit(protocol::AdmitPayloads&& deed, std::uint64_t now_ms) {
  constexpr std::size_t headers_at_once = 256;
  constexpr std::size_t header_bytes_at_once = headers_at_once * protocol::header_bytes_max;
  protocol::PayloadsAdmitted outcome;
  const auto snapshot = store_.snapshot();
  store::Batch batch;
  std::vector<Bytes> headers;  // consecutive ones of the log at hand, read ahead
  std::uint64_t first = 0;
  Hash log{};
  for (auto& item : deed.items) {
    if (item.log != log || item.sequence < first || item.sequence >= first + headers.size()) {
      log = item.log;
      first = item.sequence;
      headers = snapshot->headers(log, first, headers_at_once, header_bytes_at_once);
    }
    if (headers.empty()) {
      outcome.refused.push_back({item.log, item.sequence, Refusal::unknown_log});
      continue;
    }
    const auto header = HeaderView::parse(headers[item.sequence - first]);
    assert(header.has_value());
    auto payload = protocol::check_payload(*header, item.salt, std::move(item.content));
    if (payload)
      batch.payloads.push_back(std::move(*payload));
    else
      outcome.refused.push_back({item.log, item.sequence, payload.error()});
  }
  if (batch.payloads.empty()) return outcome;
  committed_.push_back(store_.commit(batch, now_ms, store::Durability::buffered));
  std::vector<Hash> changed;
  for (const auto& payload : batch.payloads)
    if (std::find(changed.begin(), changed.end(), payload.log()) == changed.end())
      changed.push_back(payload.log());
  const auto after = store_.snapshot();
  for (const auto& changed_log : changed)
    if (const auto state = after->log(changed_log)) outcome.states.push_back(held_head(*state));
  return outcome;
}

}  // namespace hansa::core
