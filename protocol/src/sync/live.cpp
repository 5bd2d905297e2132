#include "sync/live.h"

#include <algorithm>
#include <cassert>

namespace hansa::protocol {

void Live::published(const std::vector<OwnEntry>& entries, const HeldHead& state) {
  assert(s_.own_log && state.log == *s_.own_log && !entries.empty());
  s_.update(state);
  const std::uint64_t from = state.sequence - entries.size() + 1;
  for (auto& [link, session] : s_.sessions)
    if (session.open && !s_.is_closing(link) && gate_.may_send(session))
      push_to(session, entries, from, state.log);
}

void Live::push_to(Session& session, const std::vector<OwnEntry>& entries, std::uint64_t from,
                   const Hash& log) {
  Claim& claim = session.claims[log];
  const std::uint64_t reached = std::max(claim.sequence, claim.sent);
  // Who lacks a few entries pulls them at once: while much is published, what it holds is known too late to
  // wait for. Someone who lacks many, or all, or has no credit left, pulls when it hears the announcement.
  const bool continues = claim.sequence == from - 1;
  const bool may_lack = reached > 0 && reached < from && from - 1 <= reached + push_ahead_max;
  if (!continues && (!may_lack || claim.declines_pushes)) return;
  if (!session.serving.headers_ready.empty()) return;
  std::uint64_t sequence = from - 1;
  for (const OwnEntry& entry : entries) {
    const Bytes message = wire::encode(wire::Push{entry.header, entry.salt, entry.content});
    if (message.size() > session.send_credit) return;
    s_.send_bulk(session, message, Lane::headers);
    const auto hash = wire::prefix_of(entry_hash(entry.header));
    claim.sent = ++sequence;
    if (continues) s_.claim(session, log, sequence, hash, 0);
    claim.told_sequence = sequence;
    claim.told_hash = hash;
  }
}

void Live::push(Session& session, wire::Push push, std::uint64_t bytes) {
  const auto header = HeaderView::parse(push.header);
  if (!header) return s_.refuse(session, Refusal::malformed);
  const Hash log = header->log();
  const std::uint64_t sequence = header->sequence();
  const KnownLog* known = s_.logs.find(log);
  const bool held = known != nullptr && known->held.sequence > 0;
  const bool by_author = held                       ? known->held.author == session.peer
                         : header->is_declaration() ? header->node_key() == session.peer
                                                    : true;
  if (sequence > sequence_max) return s_.refuse(session, Refusal::malformed);
  if (!by_author) return s_.refuse(session, Refusal::not_permitted);
  ++s_.counters.entries_received;
  if (!held && header->is_declaration()) {
    for (const Hash& key : s_.keys_of(wire::LogName::of(wire::prefix_of(log))))
      if (key != log && s_.logs.find(key) == nullptr) s_.name_log(key, log);
    s_.logs.know(log);
    known = s_.logs.find(log);
  }
  const Hash hash = header->hash();
  if (known != nullptr && EarlyPushes::follows(*known, *header)) {
    admissions_.submit_live(session, log, sequence, std::move(push), bytes);
  } else {
    // A repetition is simply dropped; what comes too early waits, or is pulled with what lies before it.
    const bool kept = known != nullptr && early_.keep(session, *known, sequence, std::move(push), bytes);
    if (known != nullptr && sequence > known->tip && !kept) admissions_.not_taken(session, log, sequence);
    s_.finish_bulk(session.id, bytes);
  }
  for (const Hash& key : s_.keys_of(s_.logs.name_of(log)))
    s_.claim(session, key, sequence, wire::prefix_of(hash), 0);
  if (session.claims.size() > claims_per_link) s_.refuse(session, Refusal::limit_exceeded);
}

void Live::announce(Session& session, const wire::Announce& announce) {
  for (const wire::HeadRow& row : announce.rows)
    for (const Hash& key : s_.keys_of(row.log)) {
      const KnownLog* known = s_.logs.find(key);
      const bool relayed = known != nullptr && known->held.sequence > 0 && known->held.author != session.peer;
      const Session* author = relayed ? s_.session_with(known->held.author) : nullptr;
      // The author is linked and pushes to us: its push is on the way.
      const bool wait = author != nullptr && row.sequence > known->held.sequence;
      if (const auto at = session.claims.find(key); at != session.claims.end()) at->second.not_yet = false;
      if (s_.own_log && key == *s_.own_log) {
        Claim& claim = session.claims[key];
        claim.declines_pushes = row.sequence < std::max(claim.sequence, claim.sent);
        claim.sent = 0;
      }
      s_.claim(session, key, row.sequence, row.hash, wait ? s_.now_ms + announced_wait_ms : 0);
    }
  if (session.claims.size() > claims_per_link) return s_.refuse(session, Refusal::limit_exceeded);
  s_.note_progress(session);
}

void Live::held(Session& session, const wire::Held& held) {
  for (const wire::HeldRow& row : held.rows)
    for (const Hash& key : s_.keys_of(wire::LogName::of(row.log))) {
      auto at = session.claims.find(key);
      if (at == session.claims.end() || at->second.sequence < row.through) {
        // It may overtake the push it tells of.
        const KnownLog* known = s_.logs.find(key);
        const bool wait = known != nullptr && s_.session_with(known->held.author) != nullptr;
        s_.claim(session, key, row.through, std::nullopt, wait ? s_.now_ms + announced_wait_ms : 0);
        at = session.claims.find(key);
        if (at == session.claims.end()) continue;
        at->second.declines_pushes = false;
      }
      at->second.held_through = row.through;
      at->second.holds_all = false;
      if (row.through > 0) at->second.absent.remove({1, row.through});
    }
  if (session.claims.size() > claims_per_link) s_.refuse(session, Refusal::limit_exceeded);
}

void Live::flush() {
  if (!s_.to_announce.empty() && s_.now_ms >= announced_ms_ + announce_every_ms) flush_announcements();
  if (!s_.to_tell_held.empty() && s_.now_ms >= held_ms_ + held_every_ms) flush_held();
}

void Live::flush_announcements() {
  announced_ms_ = s_.now_ms;
  for (auto& [link, session] : s_.sessions) {
    if (!session.stated_heads || session.charters.under_way || s_.is_closing(link)) continue;
    wire::Announce announce;
    for (const Hash& log : s_.to_announce) {
      const KnownLog* known = s_.logs.find(log);
      if (known == nullptr || announce.rows.size() == head_rows_max) continue;
      Claim& claim = session.claims[log];
      const std::uint64_t sequence = known->held.sequence;
      const auto hash = wire::prefix_of(known->held.head);
      // That our log is shorter than we said is told at once; what is new in it, when it may be sent.
      const bool gated = s_.own_log && log == *s_.own_log && !gate_.may_send(session);
      if (gated && claim.told_sequence <= sequence) {
        session.own_denied = true;
        continue;
      }
      // Who had as much was told by its payloads alone.
      const bool said_more = claim.told_held > sequence;
      if (claim.told_sequence == sequence && !said_more && (sequence == 0 || claim.told_hash == hash))
        continue;
      // Who has as much needs no word of it, unless we said more before than is true now.
      const bool fell = said_more || claim.told_sequence >= sequence;
      const bool other_branch = claim.sequence == sequence && claim.hash && *claim.hash != hash;
      if (!fell && !other_branch && claim.sequence >= sequence) continue;
      claim.told_sequence = sequence;
      claim.told_hash = hash;
      announce.rows.push_back({s_.logs.name_of(log), sequence, hash});
    }
    if (announce.rows.empty()) continue;
    std::stable_partition(announce.rows.begin(), announce.rows.end(),
                          [](const wire::HeadRow& row) { return !row.log.whole; });
    s_.send(session, announce);
  }
  s_.to_announce.clear();
}

void Live::flush_held() {
  held_ms_ = s_.now_ms;
  for (auto& [link, session] : s_.sessions) {
    if (!session.open || s_.is_closing(link)) continue;
    wire::Held held;
    for (const Hash& log : s_.to_tell_held) {
      const KnownLog* known = s_.logs.find(log);
      if (known == nullptr || held.rows.size() == held_rows_max || s_.logs.name_of(log).whole) continue;
      Claim& claim = session.claims[log];
      if (claim.told_held == known->held.payloads_through) continue;
      claim.told_held = known->held.payloads_through;
      held.rows.push_back({wire::prefix_of(log), known->held.payloads_through});
    }
    if (!held.rows.empty()) s_.send(session, held);
  }
  s_.to_tell_held.clear();
}

}  // namespace hansa::protocol
