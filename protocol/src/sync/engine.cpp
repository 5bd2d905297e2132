#include "sync/engine.h"

#include <algorithm>
#include <cassert>

namespace hansa::protocol {

SyncEngine::Core::Core(SyncTerms terms, const SecretKey& key, std::uint64_t now_ms)
    : state(std::move(terms), key, now_ms),
      gate(state),
      bisect(state, gate),
      pulls(state, gate),
      admissions(state, gate, pulls),
      charters(state),
      proofs(state),
      greeting(state, gate, charters, proofs),
      payload_pulls(state, pulls),
      serving(state, gate, pulls),
      early(state, admissions),
      live(state, gate, admissions, early) {
  assert(state.terms.receive_credit_bytes >= receive_credit_bytes_min &&
         state.terms.receive_credit_bytes <= credit_bytes_max);
  assert(state.terms.software.size() <= software_bytes_max);
}

void SyncEngine::Core::load(const std::vector<HeldHead>& logs, const std::vector<EntryRange>& missing,
                            bool missing_complete) {
  assert(state.sessions.empty());
  for (const HeldHead& log : logs) state.logs.put(log, state.terms);
  add_missing(missing, missing_complete);
}

void SyncEngine::Core::add_missing(const std::vector<EntryRange>& missing, bool complete) {
  for (const EntryRange& range : missing) {
    if (state.logs.missing_ranges() >= missing_ranges_max) {
      state.missing_complete = false;
      return;
    }
    state.logs.add_missing(range);
  }
  if (!complete) state.missing_complete = false;
}

void SyncEngine::Core::set_own_log(const HeldHead& log) {
  const bool other = state.own_log && *state.own_log != log.log;
  if (const KnownLog* known = state.logs.find(log.log);
      known == nullptr || known->held.sequence < log.sequence)
    state.logs.put(log, state.terms);
  gate.set_own(log);
  if (other) close_all(Refusal::own_epoch_changed);
}

void SyncEngine::Core::close_all(Refusal why) {
  for (auto& [link, session] : state.sessions) state.refuse(session, why);
}

void SyncEngine::Core::link_up(LinkId link, const PublicKey& peer, LinkRole role, std::uint16_t version) {
  assert(!state.sessions.contains(link));
  assert(version >= link_version_oldest && version <= link_version_newest);
  const PublicKey& own = state.key.public_key();
  const auto dialled_by = [&](LinkRole of) { return of == LinkRole::initiator ? own : peer; };
  bool keep = true;
  for (auto& [other_link, other] : state.sessions) {
    if (other.peer != peer || state.is_closing(other_link)) continue;
    // Both sides judge alike, whichever link each of them saw first.
    keep = other.role == role || dialled_by(role) < dialled_by(other.role);
    if (keep) state.refuse(other, Refusal::duplicate);
  }
  Session& session = state.sessions[link];
  session.id = link;
  session.peer = peer;
  session.role = role;
  session.version = version;
  session.up_ms = session.heard_ms = session.pinged_ms = state.now_ms;
  if (!keep) return state.refuse(session, Refusal::duplicate);
  greeting.link_up(session);
}

void SyncEngine::Core::link_down(LinkId link) { drop(link, Parting::lost); }

void SyncEngine::Core::drop(LinkId link, Parting why) {
  const auto at = state.sessions.find(link);
  if (at == state.sessions.end()) return;
  Session& session = at->second;
  state.counters.pulls_reassigned += pulls.abandon(session) + payload_pulls.abandon(session);
  gate.link_lost(session, why);
  const bool other = std::any_of(state.sessions.begin(), state.sessions.end(), [&](const auto& entry) {
    return entry.first != link && entry.second.peer == session.peer;
  });
  auto& shown = state.board.peer(session.peer);
  if (session.open) {
    shown.held.clear();
    for (const auto& [log, claim] : session.claims)
      if (state.logs.find(log) != nullptr && SyncState::holds_through(claim) > 0)
        shown.held[log] = SyncState::holds_through(claim);
  }
  shown.round_trip_ms.reset();
  if (!other) state.board.state(session.peer, PeerState::unlinked, state.now_ms);
  state.sessions.erase(at);
}

bool SyncEngine::Core::take_credit(Session& session, std::uint64_t bytes) {
  if (bytes > session.receive_granted) {
    state.refuse(session, Refusal::beyond_credit);
    return false;
  }
  session.receive_granted -= bytes;
  session.receive_pending += bytes;
  return true;
}

/// Whether this kind of message may come now.
bool SyncEngine::Core::has_place(const Session& session, const wire::Message& message) {
  if (std::holds_alternative<wire::Close>(message)) return true;
  const bool greets = std::holds_alternative<wire::Hello>(message);
  const bool of_charters =
      std::holds_alternative<wire::Charters>(message) || std::holds_alternative<wire::PullCharters>(message);
  const bool pings =
      std::holds_alternative<wire::Ping>(message) || std::holds_alternative<wire::Pong>(message);
  if (session.charters.under_way) return of_charters || pings;
  return session.open ? !greets && !of_charters : greets;
}

void SyncEngine::Core::message(LinkId link, ByteView bytes) {
  Session* session = state.session(link);
  if (session == nullptr) return;
  ++state.counters.messages_received;
  state.counters.bytes_received += bytes.size();
  session->heard_ms = state.now_ms;
  state.board.peer(session->peer).last_contact_ms = state.now_ms;
  const bool greeted = session->open || session->charters.under_way;
  if (!greeted && bytes.size() > hello_bytes_max) return state.refuse(*session, Refusal::too_large);
  auto decoded = wire::decode(bytes);
  if (!decoded) return state.refuse(*session, decoded.error());
  if (std::holds_alternative<wire::Unknown>(*decoded) || wire::first_version(*decoded) > session->version) {
    ++state.counters.unknown_messages;
    return;
  }
  if (!has_place(*session, *decoded)) return state.refuse(*session, Refusal::out_of_order);
  if (wire::is_bulk(*decoded) && !take_credit(*session, bytes.size())) return;
  dispatch(*session, std::move(*decoded), bytes.size());
}

void SyncEngine::Core::dispatch(Session& session, wire::Message message, std::uint64_t bytes) {
  struct Arms {
    Core& core;
    Session& session;
    std::uint64_t bytes;
    void operator()(wire::Hello& m) { core.greeting.hello(session, m); }
    void operator()(wire::Statement& m) { core.greeting.statement(session, m); }
    void operator()(wire::Heads& m) { core.greeting.heads(session, m); }
    void operator()(wire::Announce& m) { core.live.announce(session, m); }
    void operator()(wire::Pull& m) { core.serving.pull(session, m); }
    void operator()(wire::PullPayloads& m) { core.serving.pull_payloads(session, m); }
    void operator()(wire::Batch& m) {
      if (core.bisect.batch(session, m, bytes)) return;
      if (auto arrived = core.pulls.batch(session, std::move(m), bytes))
        core.admissions.submit(session, std::move(*arrived), bytes);
    }
    void operator()(wire::Payloads& m) {
      auto items = core.payload_pulls.payloads(session, std::move(m), bytes);
      if (!items.empty()) core.admissions.submit_payloads(session, std::move(items), bytes);
    }
    void operator()(wire::Push& m) { core.live.push(session, std::move(m), bytes); }
    void operator()(wire::Held& m) { core.live.held(session, m); }
    void operator()(wire::Deny& m) {
      if (core.bisect.deny(session, m)) return;
      if (core.pulls.deny(session, m) || core.payload_pulls.deny(session, m)) return;
      if (session.given_up.erase(m.ticket) == 0) return core.state.refuse(session, Refusal::unsolicited);
      session.progress_ms = core.state.now_ms;
    }
    void operator()(wire::Credit& m) { core.credit(session, m); }
    void operator()(wire::Ping& m) { core.state.send(session, wire::Pong{m.number, core.state.now_ms}); }
    void operator()(wire::Pong& m) { core.pong(session, m); }
    void operator()(wire::Close& m) { core.closed_by_peer(session, m); }
    void operator()(wire::Charters& m) { core.charters.charters(session, std::move(m)); }
    void operator()(wire::PullCharters& m) { core.charters.pull(session, m); }
    void operator()(wire::Proof& m) { core.proofs.proof(session, std::move(m)); }
    void operator()(wire::Unknown&) {}
  };
  std::visit(Arms{*this, session, bytes}, message);
}

void SyncEngine::Core::credit(Session& session, const wire::Credit& credit) {
  if (session.send_credit + credit.bytes > session.send_window)
    return state.refuse(session, Refusal::limit_exceeded);
  session.send_credit += credit.bytes;
  serving.serve(session);
}

void SyncEngine::Core::pong(Session& session, const wire::Pong& pong) {
  if (pong.number != session.ping_number || session.ping_number == 0) return;
  auto& shown = state.board.peer(session.peer);
  shown.round_trip_ms = state.now_ms - session.pinged_ms;
  const auto halfway = static_cast<std::int64_t>(session.pinged_ms + (state.now_ms - session.pinged_ms) / 2);
  shown.clock_offset_ms = static_cast<std::int64_t>(pong.time_ms) - halfway;
}

void SyncEngine::Core::closed_by_peer(Session& session, const wire::Close& close) {
  if (close.reason != name(Refusal::duplicate))
    state.board.error(session.peer, Refusal::closed, {{"reason", close.reason}}, state.now_ms);
  ++state.counters.refusals[Refusal::closed];
  state.deed(CloseLink{session.id, Refusal::closed});
  drop(session.id, close.reason == name(Refusal::different_charter) ? Parting::other_charter : Parting::lost);
}

void SyncEngine::Core::stalled(Session& session) {
  state.blame(session, Refusal::stalled);
  session.stalled.fail(state.now_ms);
  state.counters.pulls_reassigned += pulls.abandon(session) + payload_pulls.abandon(session);
}

/// Time-outs of one link.
void SyncEngine::Core::watch(Session& session) {
  const std::uint64_t now = state.now_ms;
  if (now >= session.heard_ms + silence_ms_max) return state.refuse(session, Refusal::timeout);
  if (session.charters.under_way) return charters.watch(session);
  if (!session.open && now >= session.up_ms + hello_wait_ms) return state.refuse(session, Refusal::timeout);
  if (!session.open) return;
  proofs.tick(session);
  if (session.ping_number == 0 || now >= session.pinged_ms + ping_every_ms) {
    ++session.ping_number;
    session.pinged_ms = now;
    state.send(session, wire::Ping{session.ping_number, now});
  }
  // While our own store is behind, the peer has no credit to answer with.
  if (session.receive_pending > 0) session.progress_ms = now;
  std::uint64_t asked = now;
  for (const auto& [ticket, pull] : session.header_pulls) asked = std::min(asked, pull.asked_ms);
  for (const auto& [ticket, pull] : session.payload_pulls) asked = std::min(asked, pull.asked_ms);
  if (now >= std::max(asked, session.progress_ms) + answer_wait_ms) stalled(session);
  // It can hardly be asked anything more, and does not get on with what it owes.
  const bool idle = now >= session.progress_ms + answer_wait_ms;
  if (idle && session.given_up.size() > given_up_per_link) state.refuse(session, Refusal::stalled);
}

void SyncEngine::Core::tick() {
  for (auto& [link, session] : state.sessions)
    if (!state.is_closing(link)) watch(session);
  bisect.tick();
  if (state.now_ms >= retried_absent_ms_ + backoff_first_ms) {
    retried_absent_ms_ = state.now_ms;
    payload_pulls.retry_absent();
  }
  if (!state.missing_complete && !missing_ticket_ && state.logs.missing_ranges() < missing_ranges_max / 2) {
    missing_ticket_ = state.next_ticket();
    state.deed(ReadMissing{*missing_ticket_, missing_ranges_max});
  }
}

void SyncEngine::Core::missing_read(StoreTicket ticket, const std::vector<EntryRange>& missing,
                                    bool complete) {
  assert(missing_ticket_ == ticket);
  missing_ticket_.reset();
  state.missing_complete = true;
  add_missing(missing, complete);
}

void SyncEngine::Core::headers_read(StoreTicket ticket, const std::vector<Bytes>& headers) {
  if (gate.headers_read(ticket, headers) || bisect.headers_read(ticket, headers)) return;
  serving.headers_read(ticket, headers);
}

void SyncEngine::Core::settle() {
  gate.refresh();
  bisect.schedule();
  early.release();
  pulls.schedule();
  payload_pulls.schedule();
  live.flush();
  for (const LinkId link : state.take_closing()) drop(link, Parting::lost);
}

}  // namespace hansa::protocol
