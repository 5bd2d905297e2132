#include "sync/admissions.h"

#include <algorithm>
#include <cassert>

namespace hansa::protocol {

void Admissions::submit(Session& session, HeaderPulls::Arrived arrived, std::uint64_t bytes) {
  KnownLog& known = s_.logs.know(arrived.log);
  known.tip = arrived.from + arrived.count - 1;
  ++known.admitting;
  const auto ticket = s_.next_ticket();
  headers_[ticket] = {session.id, arrived.log, arrived.from, bytes, false};
  AdmitHeaders deed{ticket, session.id, arrived.log, arrived.from, std::move(arrived.headers)};
  if (const auto claim = session.claims.find(arrived.log); claim != session.claims.end()) {
    deed.claimed_sequence = claim->second.sequence;
    deed.claimed_hash = claim->second.hash;
  }
  s_.deed(std::move(deed));
}

void Admissions::submit_live(Session& session, const Hash& log, std::uint64_t sequence, wire::Push push,
                             std::uint64_t bytes) {
  KnownLog& known = s_.logs.know(log);
  known.tip = sequence;
  ++known.admitting;
  const auto ticket = s_.next_ticket();
  headers_[ticket] = {session.id, log, sequence, bytes, true};
  known.asked.add({sequence, sequence});
  s_.deed(AdmitLive{ticket, session.id, log, sequence, std::move(push.header), push.salt,
                    std::move(push.content)});
}

void Admissions::submit_payloads(Session& session, std::vector<CarriedPayload> items, std::uint64_t bytes) {
  const auto ticket = s_.next_ticket();
  Payloads& waiting = payloads_[ticket];
  waiting.link = session.id;
  waiting.bytes = bytes;
  for (const auto& item : items) waiting.items.push_back({item.log, item.sequence});
  s_.deed(AdmitPayloads{ticket, session.id, std::move(items)});
}

void Admissions::headers_admitted(StoreTicket ticket, const HeadersAdmitted& outcome) {
  const auto at = headers_.find(ticket);
  assert(at != headers_.end());
  const Headers run = at->second;
  headers_.erase(at);
  KnownLog& known = *s_.logs.find(run.log);
  const std::uint64_t held_before = known.held.sequence;
  --known.admitting;
  if (outcome.state)
    s_.update(*outcome.state);
  else if (known.admitting == 0)
    known.tip = known.held.sequence;
  if (run.live) live_admitted(run, known);
  for (const EntryRange& due : outcome.payloads_due) s_.logs.add_missing(due);
  if (outcome.refusal) refused(run, outcome, held_before);
  if (Session* session = s_.session(run.link); session != nullptr && outcome.payload_refusal)
    payload_refused(*session, run.log, run.from, *outcome.payload_refusal);
  if (known.admitting == 0) known.run_failed = false;
  s_.finish_bulk(run.link, run.bytes);
  if (s_.own_log && run.log == *s_.own_log) gate_.grown();
}

void Admissions::not_taken(Session& session, const Hash& log, std::uint64_t sequence) {
  session.claims[log].told_sequence = sequence;
  s_.to_announce.insert(log);
}

void Admissions::live_admitted(const Headers& run, KnownLog& known) {
  known.asked.remove({run.from, run.from});
  Session* session = s_.session(run.link);
  if (session == nullptr) return;
  if (known.held.sequence < run.from) return not_taken(*session, run.log, run.from);
  // Its author knows that we hold it: a retraction is told to it.
  Claim& claim = session->claims[run.log];
  claim.told_sequence = known.held.sequence;
  claim.told_hash = wire::prefix_of(known.held.head);
}

void Admissions::refused(const Headers& run, const HeadersAdmitted& outcome, std::uint64_t held_before) {
  KnownLog& known = *s_.logs.find(run.log);
  if (outcome.refused) s_.logs.refuse(run.log, *outcome.refused);
  // Fails because a run before it did, or because the log changed under it: asked for again without blame.
  const bool innocent = known.run_failed || run.from != held_before + 1;
  known.run_failed = known.admitting > 0;
  Session* session = s_.session(run.link);
  if (session == nullptr) return;
  if (innocent && *outcome.refusal == Refusal::bad_chain) return pulls_.abandon(run.log);
  if (*outcome.refusal == Refusal::bad_chain && run.from > 1)
    pulls_.conflict(*session, run.log);
  else
    pulls_.block(*session, run.log, *outcome.refusal);
}

void Admissions::payloads_admitted(StoreTicket ticket, const PayloadsAdmitted& outcome) {
  const auto at = payloads_.find(ticket);
  assert(at != payloads_.end());
  const Payloads waiting = std::move(at->second);
  payloads_.erase(at);
  for (const HeldHead& state : outcome.states) s_.update(state);
  std::set<EntryRef> failed;
  Session* session = s_.session(waiting.link);
  for (const auto& refused : outcome.refused) {
    failed.insert({refused.log, refused.sequence});
    if (KnownLog* known = s_.logs.find(refused.log))
      known->asked.remove({refused.sequence, refused.sequence});
    if (session != nullptr) payload_refused(*session, refused.log, refused.sequence, refused.refusal);
  }
  for (const EntryRef& item : waiting.items)
    if (!failed.contains(item)) s_.logs.payload_held(item.log, item.sequence);
  s_.finish_bulk(waiting.link, waiting.bytes);
}

void Admissions::brought_in(const HeldHead& state, const std::vector<EntryRange>& payloads_due,
                            const std::vector<std::uint64_t>& payloads_held) {
  const KnownLog* before = s_.logs.find(state.log);
  const bool grew = before == nullptr || state.sequence > before->held.sequence;
  s_.update(state);
  for (const EntryRange& due : payloads_due) s_.logs.add_missing(due);
  for (const std::uint64_t sequence : payloads_held) s_.logs.payload_held(state.log, sequence);
  if (grew && s_.own_log && state.log == *s_.own_log) gate_.grown();
}

void Admissions::payload_refused(Session& session, const Hash& log, std::uint64_t sequence, Refusal why) {
  Claim& claim = session.claims[log];
  if (claim.absent.empty()) claim.payloads.fail(s_.now_ms);
  claim.absent.add({sequence, sequence});
  const bool ours = why == Refusal::store_full || why == Refusal::unknown_log;
  if (!ours) s_.blame(session, why, &log);
}

void Admissions::head_changed(const HeldHead& state, const std::optional<Hash>& refused) {
  const KnownLog* before = s_.logs.find(state.log);
  const bool retracted = before != nullptr && state.sequence < before->held.sequence;
  if (refused) s_.logs.refuse(state.log, *refused);
  s_.update(state);
  if (retracted) pulls_.abandon(state.log);
  const bool checked = state.checked_sequence >= state.sequence;
  for (auto& [link, session] : s_.sessions) {
    const auto at = session.claims.find(state.log);
    if (at == session.claims.end()) continue;
    Claim& claim = at->second;
    if (retracted) {
      // Another branch may be taken now; the bad one is known by its hash.
      claim.conflict = claim.blocked = false;
      claim.absent.clear();
      if (claim.sequence > state.sequence) s_.wanted.insert(state.log);
    } else if (claim.conflict && checked) {
      s_.blame(session, Refusal::log_conflict, &state.log);
    }
  }
}

}  // namespace hansa::protocol
