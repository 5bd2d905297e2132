#include "sync/own_gate.h"

#include <algorithm>
#include <cassert>

namespace hansa::protocol {

std::string_view name(OwnLogState state) {
  switch (state) {
    case OwnLogState::none:
      return "none";
    case OwnLogState::awaiting_statements:
      return "awaiting_statements";
    case OwnLogState::fetching_back:
      return "fetching_back";
    case OwnLogState::overtaken:
      return "overtaken";
    case OwnLogState::parted:
      return "parted";
    case OwnLogState::ready:
      return "ready";
  }
  assert(false && "not an OwnLogState");
  return "none";
}

OwnGate::OwnGate(SyncState& state)
    : s_(state),
      waiting_(!state.terms.goes_on),
      wait_until_ms_(state.now_ms + state.terms.statements_wait_ms) {}

const HeldHead& OwnGate::own() const { return s_.logs.find(*s_.own_log)->held; }

void OwnGate::set_own(const HeldHead& log) {
  s_.own_log = log.log;
  lost_ahead_.reset();
  recovered_ = doubted_ = false;
  doubters_.clear();
  lost_peers_.clear();
  parted_at_.reset();
  for (auto& [link, session] : s_.sessions)
    if (session.open) judge(session);
}

void OwnGate::stated(Session& session, const std::optional<Head>& head) {
  session.own_stated = head.value_or(Head{});
  judge(session);
}

void OwnGate::judge(Session& session) {
  session.own = OwnStanding::unstated;
  if (!s_.own_log || !session.own_stated) return;
  const Head& head = *session.own_stated;
  if (head.sequence == 0) {
    // "Nothing of any log of yours" and "nothing of this one" come to the same.
    const bool of_this = head.log == *s_.own_log || head == Head{};
    if (of_this) session.own = OwnStanding::on_chain;
    return;
  }
  if (head.log != *s_.own_log) return;
  s_.claim(session, head.log, head.sequence, wire::prefix_of(head.hash), 0);
  if (head.sequence > own().sequence) {
    await_entries();
    session.own = OwnStanding::ahead;
  } else if (head.sequence == own().sequence) {
    if (head.hash == own().head)
      session.own = OwnStanding::on_chain;
    else
      differs(session);
  } else {
    session.own = OwnStanding::checking;
    const auto ticket = s_.next_ticket();
    checking_[ticket] = session.id;
    s_.deed(ReadHeaders{ticket, head.log, head.sequence, 1, header_bytes_max});
  }
}

bool OwnGate::headers_read(StoreTicket ticket, const std::vector<Bytes>& headers) {
  const auto at = checking_.find(ticket);
  if (at == checking_.end()) return false;
  Session* session = s_.session(at->second);
  checking_.erase(at);
  if (session == nullptr || session->own != OwnStanding::checking) return true;
  const bool same = !headers.empty() && entry_hash(headers.front()) == session->own_stated->hash;
  if (same)
    session->own = OwnStanding::on_chain;
  else
    differs(*session);
  return true;
}

bool OwnGate::is_behind() const {
  const bool ahead = std::any_of(s_.sessions.begin(), s_.sessions.end(),
                                 [](const auto& entry) { return entry.second.own == OwnStanding::ahead; });
  return ahead || lost_ahead_;
}

void OwnGate::await_entries() {
  if (!is_behind()) behind_until_ms_ = s_.now_ms + s_.terms.statements_wait_ms;
}

void OwnGate::grown() {
  recovered_ = true;
  behind_until_ms_ = s_.now_ms + s_.terms.statements_wait_ms;
  if (lost_ahead_ && own().sequence >= *lost_ahead_) {
    lost_ahead_.reset();
    lost_peers_.clear();
  }
  for (auto& [link, session] : s_.sessions)
    if (session.own == OwnStanding::ahead && session.own_stated->sequence <= own().sequence) judge(session);
}

void OwnGate::differs(Session& session) {
  if (session.own == OwnStanding::differs) return;
  session.own = OwnStanding::differs;
  s_.disputes.insert({session.id, *s_.own_log});
  s_.blame(session, Refusal::own_log_differs, &*s_.own_log);
}

void OwnGate::withheld(Session& session) {
  if (session.own != OwnStanding::ahead) return;
  doubted_ = true;
  doubters_.insert(session.peer);
  differs(session);
}

void OwnGate::give_up_waiting() {
  doubted_ = true;
  if (lost_ahead_) doubters_.insert(lost_peers_.begin(), lost_peers_.end());
  lost_ahead_.reset();
  for (auto& [link, session] : s_.sessions) withheld(session);
}

void OwnGate::link_lost(const Session& session, Parting why) {
  // It may come back, or another peer may hold them; but one that comes and goes does not stop us for ever.
  if (session.own == OwnStanding::ahead && !doubted_) {
    lost_ahead_ = std::max(lost_ahead_.value_or(0), session.own_stated->sequence);
    lost_peers_.insert(session.peer);
  }
  const bool any = std::any_of(s_.sessions.begin(), s_.sessions.end(), [&](const auto& entry) {
    return entry.second.open && entry.first != session.id;
  });
  // Nothing is lost by taking a charter.
  if (any || !session.open || why == Parting::other_charter) return;
  waiting_ = true;
  wait_until_ms_ = s_.now_ms + s_.terms.statements_wait_ms;
}

bool OwnGate::all_stated() const {
  const auto has_stated = [this](const PublicKey& node) {
    if (node == s_.key.public_key()) return true;
    return std::any_of(s_.sessions.begin(), s_.sessions.end(), [&](const auto& entry) {
      const Session& session = entry.second;
      return session.peer == node && session.open && session.own != OwnStanding::unstated &&
             session.own != OwnStanding::checking;
    });
  };
  if (s_.terms.expected) return std::all_of(s_.terms.expected->begin(), s_.terms.expected->end(), has_stated);
  return std::all_of(s_.terms.nodes.begin(), s_.terms.nodes.end(),
                     [&](const auto& node) { return has_stated(node.first); });
}

void OwnGate::refresh() {
  if (is_behind() && !doubted_ && s_.now_ms >= behind_until_ms_) give_up_waiting();
  if (waiting_ && s_.own_log && (s_.now_ms >= wait_until_ms_ || all_stated())) waiting_ = false;
  for (auto& [link, session] : s_.sessions) {
    if (!session.own_denied || !may_send(session)) continue;
    session.own_denied = false;
    // Whatever was said before: it is said again.
    session.claims[*s_.own_log].told_sequence = UINT64_MAX;
    s_.to_announce.insert(*s_.own_log);
  }
}

bool OwnGate::may_send(const Session& session) const {
  return session.own == OwnStanding::on_chain && state() == OwnLogState::ready;
}

OwnLogState OwnGate::state() const {
  if (!s_.own_log) return OwnLogState::none;
  if (is_behind() && !doubted_) return OwnLogState::fetching_back;
  if (parted_at_) return OwnLogState::parted;
  if (recovered_) return OwnLogState::overtaken;
  return waiting_ ? OwnLogState::awaiting_statements : OwnLogState::ready;
}

}  // namespace hansa::protocol
